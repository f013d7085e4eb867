import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Grant } from './node-function.ts';

/** Deliveries of one message before it is given up. */
const MAX_RECEIVES = 5;

/** A queue with its dead-letter queue and the way to consume it. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  /** @param consumerTimeout of the function that will read it */
  constructor(scope: Construct, id: string, consumerTimeout: Duration) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason:
        'It is the dead-letter queue; `promisewatch redrive` empties it, and an alarm stands on it.',
    });
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
      // AWS asks for six times the function's timeout, or a throttled batch is delivered twice.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
    });
  }

  /** What Lambda needs to read the queue on behalf of the function. */
  get consumerGrant(): Grant {
    return {
      sid: 'ReadTheQueue',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queue.queueArn],
    };
  }

  get senderGrant(): Grant {
    return {
      sid: 'SendToTheQueue',
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
    };
  }

  /** @param maxConcurrency functions that work on the queue at the same time, at least 2 */
  feed(target: LambdaFunction, maxConcurrency: number): void {
    const trigger = new EventSourceMapping(this, 'Trigger', {
      target,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    Validations.of(trigger).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'Destinations are for streams. What this trigger gives up stays in the queue and goes to its dead-letter queue.',
    });
  }
}

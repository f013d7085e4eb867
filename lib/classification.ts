import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ClassifyEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, type Grant, nodeFunction, tableGrant } from './node-function.ts';
import { WorkQueue } from './work-queue.ts';

const TIMEOUT = Duration.seconds(60);
/** Judging at the same time; what the table gets at most is this times what one function writes. */
const CONCURRENCY = 10;

export interface ClassificationProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  /** Id of a model, or of an inference profile such as `eu.amazon.nova-micro-v1:0`. */
  readonly bedrockModel?: string;
}

/** Mentions in, judged mentions in the table, poison in the dead-letter queue. */
export class Classification extends Construct {
  /** Where collection sends mentions. */
  readonly work: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    { table, defaults, bedrockModel }: ClassificationProps,
  ) {
    super(scope, id);
    this.work = new WorkQueue(this, 'Mentions', TIMEOUT);
    const classify = nodeFunction(this, 'classify', {
      defaults,
      calledBy: 'queue',
      environment: {
        TABLE_NAME: table.tableName,
        MENTIONS_QUEUE_URL: this.work.queue.queueUrl,
      } satisfies z.input<typeof ClassifyEnv>,
      timeout: TIMEOUT,
      memorySize: 512,
      concurrency: CONCURRENCY,
      grants: [
        this.work.consumerGrant,
        // A chunk with a poison mention goes back to the queue in single mentions.
        this.work.senderGrant,
        ...tableGrant(table, 'StoreMentions', ['GetItem', 'PutItem', 'UpdateItem']),
        // What is stored already is not paid for again.
        ...(bedrockModel === undefined
          ? []
          : [
              bedrockGrant(this, bedrockModel),
              ...tableGrant(table, 'ReadBeforeAsking', ['BatchGetItem']),
            ]),
      ],
    });
    this.work.feed(classify, CONCURRENCY);
  }
}

/** Regions that inference profiles begin with: `eu.amazon.nova-micro-v1:0` sends a call to any region of the EU. */
const GEOGRAPHY = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|global)\./;

/** Converse needs InvokeModel: of the model here, or of the profile and the model wherever it sends the call. */
function bedrockGrant(scope: Construct, model: string): Grant {
  const { partition, region, account } = Stack.of(scope);
  const isProfile = GEOGRAPHY.test(model);
  const base = model.replace(GEOGRAPHY, '');
  return {
    sid: 'AskBedrock',
    actions: ['bedrock:InvokeModel'],
    resources: [
      `arn:${partition}:bedrock:${isProfile ? '*' : region}::foundation-model/${base}`,
      ...(isProfile
        ? [`arn:${partition}:bedrock:${region}:${account}:inference-profile/${model}`]
        : []),
    ],
  };
}

import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { CollectEnv, DispatchEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import { tick } from './tick.ts';
import { WorkQueue } from './work-queue.ts';

export interface CollectionProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  /** Where mentions go. */
  readonly mentions: WorkQueue;
  readonly retentionDays: number;
  /** Name of the SecureString that keys the hash of authors. */
  readonly authorKeyParameter: string;
  /** Whether a source that is polled names a key under /promisewatch/secrets/. */
  readonly readsSecrets: boolean;
}

const COLLECT_TIMEOUT = Duration.seconds(90);
/** Polls at the same time: 5 functions with up to 10 sources each. */
const COLLECT_CONCURRENCY = 5;

/** Sources that are due become polls, polls become mentions on the queue. */
export class Collection extends Construct {
  readonly polls: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    { table, defaults, mentions, retentionDays, authorKeyParameter, readsSecrets }: CollectionProps,
  ) {
    super(scope, id);
    const parameter = (name: string) =>
      Stack.of(this).formatArn({
        service: 'ssm',
        resource: 'parameter',
        resourceName: name.slice(1),
      });
    this.polls = new WorkQueue(this, 'Polls', COLLECT_TIMEOUT);

    const dispatching = new Construct(this, 'Dispatch');
    const dispatch = nodeFunction(dispatching, 'dispatch', {
      defaults,
      calledBy: 'clock',
      environment: {
        TABLE_NAME: table.tableName,
        POLL_QUEUE_URL: this.polls.queue.queueUrl,
      } satisfies z.input<typeof DispatchEnv>,
      timeout: Duration.minutes(2),
      memorySize: 256,
      concurrency: 1,
      grants: [
        ...tableGrant(table, 'LeaseDueSources', ['GetItem', 'PutItem', 'UpdateItem'], ['GSI2']),
        this.polls.senderGrant,
      ],
    });
    tick(dispatching, dispatch, 'cron(0,15,30,45 * * * ? *)');

    const collecting = new Construct(this, 'Collect');
    const collect = nodeFunction(collecting, 'collect', {
      defaults,
      calledBy: 'queue',
      environment: {
        TABLE_NAME: table.tableName,
        MENTIONS_QUEUE_URL: mentions.queue.queueUrl,
        AUTHOR_KEY_PARAMETER: authorKeyParameter,
        RETENTION_DAYS: String(retentionDays),
        LOOPBACK_SOURCES: '',
      } satisfies z.input<typeof CollectEnv>,
      timeout: COLLECT_TIMEOUT,
      memorySize: 512,
      concurrency: COLLECT_CONCURRENCY,
      grants: [
        this.polls.consumerGrant,
        ...tableGrant(table, 'KeepSourceState', ['GetItem', 'PutItem']),
        { ...mentions.senderGrant, sid: 'QueueMentions' },
        {
          sid: 'ReadAuthorKey',
          actions: ['ssm:GetParameter'],
          resources: [parameter(authorKeyParameter)],
        },
        ...(readsSecrets
          ? [
              {
                // Any name of that branch: a source with a key is added by `apply`, without a deployment.
                sid: 'ReadSourceKeys',
                actions: ['ssm:GetParameter'],
                resources: [parameter('/promisewatch/secrets/*')],
              },
            ]
          : []),
      ],
    });
    if (readsSecrets)
      Validations.of(collecting).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${Stack.of(this).region}:<AWS::AccountId>:parameter/promisewatch/secrets/*]`,
        reason:
          'Operators put the keys of their sources, and nothing else, under /promisewatch/secrets/; `apply` adds such a source without a deployment.',
      });
    this.polls.feed(collect, COLLECT_CONCURRENCY);
  }
}

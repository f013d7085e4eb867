import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ReceiveEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface InboundWebhookProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  /** Where mentions go. */
  readonly mentions: WorkQueue;
  readonly retentionDays: number;
  /** Name of the SecureString that keys the hash of authors. */
  readonly authorKeyParameter: string;
}

/**
 * The only public address of a stack, made only where a source of connector `webhook` is configured:
 * a function URL without AWS credentials, whose requests carry a signature of their own.
 */
export class InboundWebhook extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { table, defaults, mentions, retentionDays, authorKeyParameter }: InboundWebhookProps,
  ) {
    super(scope, id);
    const parameter = (name: string) =>
      Stack.of(this).formatArn({
        service: 'ssm',
        resource: 'parameter',
        resourceName: name.slice(1),
      });
    const receive = nodeFunction(this, 'receive', {
      defaults,
      calledBy: 'web',
      environment: {
        TABLE_NAME: table.tableName,
        MENTIONS_QUEUE_URL: mentions.queue.queueUrl,
        AUTHOR_KEY_PARAMETER: authorKeyParameter,
        RETENTION_DAYS: String(retentionDays),
      } satisfies z.input<typeof ReceiveEnv>,
      timeout: Duration.seconds(10),
      memorySize: 256,
      // A flood of unsigned requests costs at most this much at a time.
      concurrency: 2,
      grants: [
        ...tableGrant(table, 'RememberRequests', ['GetItem', 'PutItem']),
        { ...mentions.senderGrant, sid: 'QueueMentions' },
        {
          sid: 'ReadAuthorKey',
          actions: ['ssm:GetParameter'],
          resources: [parameter(authorKeyParameter)],
        },
        {
          // Any name of that branch: a further webhook is added by `apply`, without a deployment.
          sid: 'ReadWebhookSecrets',
          actions: ['ssm:GetParameter'],
          resources: [parameter('/promisewatch/secrets/*')],
        },
      ],
    });
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${Stack.of(this).region}:<AWS::AccountId>:parameter/promisewatch/secrets/*]`,
      reason:
        'Operators put the keys of their sources, and nothing else, under /promisewatch/secrets/; `apply` adds such a source without a deployment.',
    });
    const { url } = receive.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'Address', {
      description: 'where senders post; the id of the source follows it',
      value: url,
    });
  }
}

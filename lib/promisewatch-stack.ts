import { Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { DeploySettings } from '../src/config/config.ts';
import type { Topic } from '../src/digest/subscription.ts';
import { AnalystAccess } from './analyst-access.ts';
import { Classification } from './classification.ts';
import { Collection } from './collection.ts';
import { DigestDelivery } from './digest-delivery.ts';
import { InboundWebhook } from './inbound-webhook.ts';
import { MailEvents } from './mail-events.ts';
import { monthlyBudget } from './monthly-budget.ts';
import { Operations } from './operations.ts';
import { TrendDetection } from './trend-detection.ts';

export interface PromisewatchStackProps extends StackProps {
  readonly deploy: DeploySettings;
  readonly table: TableV2;
  /** Folder that holds one bundle per function. */
  readonly bundles: string;
  /** Whether a source that is polled names a key under /promisewatch/secrets/. */
  readonly readsSecrets: boolean;
  /** Whether a brand has channels, whose keys lie under /promisewatch/secrets/channels/. */
  readonly postsToChannels: boolean;
  /** Whether a source is configured that is sent its mentions, which makes an address that is public. */
  readonly receivesWebhooks: boolean;
  /** What people can unsubscribe from with one click; none: they reply. */
  readonly topics: readonly Topic[];
  /** Model of Amazon Bedrock that may be asked. */
  readonly bedrockModel?: string;
}

/** The whole pipeline on one page, in the order a mention travels. */
export class PromisewatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PromisewatchStackProps) {
    super(scope, id, props);
    const { table, bundles, deploy, readsSecrets, postsToChannels, topics, bedrockModel } = props;
    const { receivesWebhooks } = props;
    const { retentionDays } = deploy;
    const authorKeyParameter = `/promisewatch/${deploy.stackName}/author-key`;
    const defaults = { bundles, reserveConcurrency: deploy.reservedConcurrency };
    const classification = new Classification(this, 'Classification', {
      table,
      defaults,
      ...(bedrockModel !== undefined && { bedrockModel }),
    });
    const collection = new Collection(this, 'Collection', {
      table,
      defaults,
      mentions: classification.work,
      retentionDays,
      authorKeyParameter,
      readsSecrets,
    });
    if (receivesWebhooks)
      new InboundWebhook(this, 'InboundWebhook', {
        table,
        defaults,
        mentions: classification.work,
        retentionDays,
        authorKeyParameter,
      });
    new TrendDetection(this, 'TrendDetection', { table, defaults, retentionDays });
    const delivery = new DigestDelivery(this, 'DigestDelivery', {
      table,
      defaults,
      deploy,
      postsToChannels,
      topics,
    });
    new MailEvents(this, 'MailEvents', { table, defaults, mail: delivery.mail });

    // Where the command line finds the table of a stack that it knows by name.
    new StringParameter(this, 'TableName', {
      parameterName: `/promisewatch/${deploy.stackName}/table-name`,
      stringValue: table.tableName,
    });
    // And its queues, for `status` and `redrive`.
    const { work } = classification;
    const { polls } = collection;
    new StringParameter(this, 'Queues', {
      parameterName: `/promisewatch/${deploy.stackName}/queues`,
      stringValue: this.toJsonString({
        mentions: { queue: work.queue.queueUrl, deadLetters: work.deadLetters.queueUrl },
        polls: { queue: polls.queue.queueUrl, deadLetters: polls.deadLetters.queueUrl },
      }),
    });

    new Operations(this, 'Operations', {
      alarmEmail: deploy.alarmEmail,
      mentions: classification.work,
      polls: collection.polls,
      mail: delivery.mail,
      asksBedrock: bedrockModel !== undefined,
    });
    new AnalystAccess(this, 'AnalystAccess', {
      table,
      stackName: deploy.stackName,
      ...deploy.analysts,
    });
    if (deploy.monthlyBudgetUsd !== undefined)
      monthlyBudget(this, deploy.monthlyBudgetUsd, deploy.alarmEmail);
  }
}

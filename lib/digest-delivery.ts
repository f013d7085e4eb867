import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnContactList, ConfigurationSet, SuppressionReasons } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { DeliverEnv } from '../lambdas/env.ts';
import type { DeploySettings } from '../src/config/config.ts';
import type { Topic } from '../src/digest/subscription.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import { tick } from './tick.ts';

export interface DigestDeliveryProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  readonly deploy: DeploySettings;
  /** Whether a brand has channels, whose keys lie under /promisewatch/secrets/channels/. */
  readonly postsToChannels: boolean;
  /** What people can unsubscribe from with one click; none: they reply. */
  readonly topics: readonly Topic[];
}

/** Of the SecureStrings that channels name. */
const CHANNEL_KEYS = 'promisewatch/secrets/channels/';

/** Frozen digests become mails and posts, once per recipient, in their open hours. */
export class DigestDelivery extends Construct {
  readonly mail: ConfigurationSet;

  constructor(
    scope: Construct,
    id: string,
    { table, defaults, deploy, postsToChannels, topics }: DigestDeliveryProps,
  ) {
    super(scope, id);
    this.mail = new ConfigurationSet(this, 'Mail', {
      reputationMetrics: true,
      sendingEnabled: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const list = topics.length === 0 ? undefined : this.contactList(deploy, topics);
    const domain = deploy.mailFrom.slice(deploy.mailFrom.lastIndexOf('@') + 1);
    const ses = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    const deliver = nodeFunction(this, 'deliver', {
      defaults,
      calledBy: 'clock',
      environment: {
        TABLE_NAME: table.tableName,
        MAIL_FROM: deploy.mailFrom,
        MAIL_FROM_NAME: deploy.mailFromName,
        CONFIGURATION_SET: this.mail.configurationSetName,
        STACK_NAME: deploy.stackName,
        CONTACT_LIST: list ?? '',
        TOPICS: topics.map(({ name }) => name).join(','),
        LOOPBACK_CHANNELS: '',
      } satisfies Omit<z.input<typeof DeliverEnv>, 'AWS_REGION'>,
      timeout: Duration.minutes(5),
      memorySize: 512,
      concurrency: 1,
      grants: [
        ...tableGrant(
          table,
          'KeepTheOutbox',
          // BatchGetItem: the mentions that a digest quotes.
          ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
          ['GSI2'],
        ),
        {
          sid: 'SendAsTheSender',
          actions: ['ses:SendEmail'],
          // The address or its domain, whichever is verified.
          resources: [
            ses('identity', deploy.mailFrom),
            ses('identity', domain),
            ses('configuration-set', this.mail.configurationSetName),
            ...(list === undefined ? [] : [ses('contact-list', list)]),
          ],
          conditions: { StringEquals: { 'ses:FromAddress': deploy.mailFrom } },
        },
        ...(postsToChannels
          ? [
              {
                // Any name of that branch: a channel is added by `apply`, without a deployment.
                sid: 'ReadChannelKeys',
                actions: ['ssm:GetParameter'],
                resources: [
                  Stack.of(this).formatArn({
                    service: 'ssm',
                    resource: 'parameter',
                    resourceName: `${CHANNEL_KEYS}*`,
                  }),
                ],
              },
            ]
          : []),
      ],
    });
    if (postsToChannels)
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${Stack.of(this).region}:<AWS::AccountId>:parameter/${CHANNEL_KEYS}*]`,
        reason:
          'Operators put the keys of their channels, and nothing else, under that branch; `apply` adds a channel without a deployment.',
      });
    tick(this, deliver, 'cron(10,25,40,55 * * * ? *)');
  }

  /** Name of the list that people unsubscribe from: the account's own where it has one, for SES allows only one. */
  private contactList(deploy: DeploySettings, topics: readonly Topic[]): string {
    if (deploy.contactList !== undefined) return deploy.contactList;
    const list = new CfnContactList(this, 'People', {
      contactListName: deploy.stackName,
      description: 'who wants which digests; people change it on the page of SES',
      topics: topics.map(({ name, displayName }) => ({
        topicName: name,
        displayName,
        defaultSubscriptionStatus: 'OPT_IN',
      })),
    });
    // Who does not want mail must not be asked again after the stack is gone and comes back.
    list.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return list.ref;
  }
}

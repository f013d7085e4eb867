import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ConfigurationSet, SuppressionReasons } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { DeliverEnv } from '../lambdas/env.ts';
import type { DeploySettings } from '../src/config/config.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import { tick } from './tick.ts';

export interface DigestDeliveryProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  readonly deploy: DeploySettings;
}

/** Frozen digests become mails, once per recipient, in their open hours. */
export class DigestDelivery extends Construct {
  readonly mail: ConfigurationSet;

  constructor(scope: Construct, id: string, { table, defaults, deploy }: DigestDeliveryProps) {
    super(scope, id);
    this.mail = new ConfigurationSet(this, 'Mail', {
      reputationMetrics: true,
      sendingEnabled: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
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
      } satisfies Omit<z.input<typeof DeliverEnv>, 'AWS_REGION'>,
      timeout: Duration.minutes(5),
      memorySize: 512,
      concurrency: 1,
      grants: [
        ...tableGrant(
          table,
          'KeepTheOutbox',
          ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
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
          ],
          conditions: { StringEquals: { 'ses:FromAddress': deploy.mailFrom } },
        },
      ],
    });
    tick(this, deliver, 'cron(10,25,40,55 * * * ? *)');
  }
}

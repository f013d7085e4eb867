import { Duration, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { EventsEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';

export interface MailEventsProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  readonly mail: ConfigurationSet;
}

/** What SES tells about each mail reaches the outbox. Neither opens nor clicks: nobody is tracked. */
const FOLLOWED = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.SUBSCRIPTION,
];

/** Delivery events mark sends whose answer was lost, pause people whose mail bounces, and keep their choices. */
export class MailEvents extends Construct {
  constructor(scope: Construct, id: string, { table, defaults, mail }: MailEventsProps) {
    super(scope, id);
    const events = nodeFunction(this, 'events', {
      defaults,
      calledBy: 'events',
      environment: { TABLE_NAME: table.tableName } satisfies z.input<typeof EventsEnv>,
      timeout: Duration.seconds(30),
      memorySize: 256,
      concurrency: 2,
      grants: tableGrant(table, 'NoteWhatSesSays', ['GetItem', 'PutItem']),
    });
    // SES publishes to the account's default bus only.
    const bus = EventBus.fromEventBusName(this, 'Bus', 'default');
    mail.addEventDestination('ToEventBridge', {
      destination: EventDestination.eventBus(bus),
      events: FOLLOWED,
    });
    const rule = new Rule(this, 'Rule', {
      description: 'what SES says about the mails of this stack',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [mail.configurationSetName] } } },
      },
      targets: [new LambdaFunction(events, { retryAttempts: 8, maxEventAge: Duration.hours(2) })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'A lost event costs no digest: an unmarked send is repeated after its lease, and a mailbox that bounced bounces again.',
    });
  }
}

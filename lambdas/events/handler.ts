import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { eventOfSend, SesEvent } from '../../src/adapters/ses-events.ts';
import { reconcile } from '../../src/digest/reconcile.ts';
import { log } from '../../src/log.ts';
import { measure } from '../../src/metrics.ts';
import { parse } from '../../src/parse.ts';
import { EventsEnv } from '../env.ts';

const env = parse(EventsEnv, process.env, 'environment of events');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const deps = { digests: dynamoDigestStore(table), recipients: dynamoRecipientStates(table) };

/** For each event of SES about a mail of ours: what became of it, and whether its reader still wants the next. */
export const handler = async (event: unknown): Promise<void> => {
  const of = eventOfSend(parse(SesEvent, event, 'event of SES'));
  if (of === undefined) return;
  const report = await reconcile(of, deps);
  const what = of.event.kind === 'mail' ? of.event.mail.what : 'choice';
  log('mail-event', { what, recipient: of.recipient, ...report });
  // The same alarm as for what SES refuses at once: somebody has not got their digest.
  if (report.lost) measure(env.METRICS_NAMESPACE, { MailsRefused: 1 }, new Date());
};

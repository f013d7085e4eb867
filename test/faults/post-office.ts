import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { Recipient } from '../../src/brands/brand.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { type DeliverDeps, type DeliverReport, deliver } from '../../src/digest/deliver.ts';
import type { SendRow } from '../../src/digest/outbox-rows.ts';
import { reconcile } from '../../src/digest/reconcile.ts';
import type { MailAnswer } from '../../src/ports.ts';
import { anInput } from '../digest/northbell.ts';
import { acme } from '../fixtures.ts';
import { memoryTable } from '../simulation/memory-table.ts';

const MODEL = JSON.stringify(composeDigest(anInput()));
const START = Date.parse('2026-03-13T10:00:00.000Z');

/** A frozen digest in memory, and the deliver step in front of an SES that answers as it is told. */
export async function postOffice(
  people: readonly string[],
  answer: (mail: number) => MailAnswer = (mail) => ({ status: 'sent', messageId: `ses-${mail}` }),
) {
  let minute = 0;
  const now = () => new Date(START + minute * 60_000);
  const memory = memoryTable(
    () => now().getTime(),
    () => 0,
  );
  // Every request lets the others go on, so that two runs at once meet at each of them.
  const table = memory.as(async (_name, effect) => {
    await undefined;
    return effect();
  });
  const digests = dynamoDigestStore(table);
  const recipients = dynamoRecipientStates(table);
  const brand = { ...acme, recipients: people.map((email) => Recipient.parse({ email })) };
  const mails: string[] = [];
  const freeze = (incident: number) =>
    digests.freeze({
      brand: acme.id,
      key: `AC-000${incident}#opened#1`,
      kind: 'opened',
      incidents: [incident],
      seq: 1,
      createdAt: now().toISOString(),
      serious: true,
      promises: [],
      model: MODEL,
    });
  await freeze(1);
  const deps: DeliverDeps = {
    digests,
    recipients,
    store: { read: async () => [] } as unknown as DeliverDeps['store'],
    compose: ({ recipient }) => ({
      Content: {},
      Destination: { ToAddresses: [recipient.email] },
    }),
    send: async ({ Destination }) => {
      mails.push(Destination?.ToAddresses?.[0] ?? '');
      return answer(mails.length);
    },
    post: () => Promise.reject(new Error('there is no channel')),
    topicOf: () => null,
    timeZoneOf: () => 'UTC',
    onUnanswered: () => {},
    onRefused: () => {},
    onFailed: (error) => {
      throw error;
    },
  };
  return {
    mails,
    freeze,
    at(next: number): void {
      minute = next;
    },
    deliver: async (): Promise<DeliverReport> =>
      deliver(
        await digests.waiting(),
        { timeZone: 'UTC', email: {}, brands: [brand] },
        now(),
        deps,
      ),
    sends: (incident: number): Promise<SendRow[]> =>
      digests.sends(acme.id, `AC-000${incident}#opened#1`),
    /** SES says that the mailbox does not exist. */
    bounce: (email: string, messageId: string) =>
      reconcile(
        {
          sendId: `${acme.id}/AC-0001#opened#1/${recipientHash(email)}`,
          recipient: recipientHash(email),
          event: {
            kind: 'mail',
            mail: {
              what: 'bounced',
              messageId,
              at: now().toISOString(),
              reason: 'there is no such mailbox',
              permanent: true,
            },
          },
        },
        { digests, recipients },
      ),
  };
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choiceOf, eventsOf, fateOf } from '../../local/stand-ins/mail-events.ts';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { eventOfSend, SesEvent } from '../../src/adapters/ses-events.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import { afterAnswer, afterEvent, type MailEvent } from '../../src/digest/mail-events.ts';
import type { SendRow } from '../../src/digest/outbox-rows.ts';
import { reconcile } from '../../src/digest/reconcile.ts';
import { sendTag } from '../../src/digest/ses-request.ts';
import { topicOf, topicsOf } from '../../src/digest/subscription.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';

const AT = '2026-03-13T08:10:00.000Z';
const KEY = { brand: 'acme', digest: 'AC-0001#opened#1' };
const PLACE = { account: '000000000000', region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };

const claimed: SendRow = {
  ...KEY,
  recipient: recipientHash('ana@acme.example'),
  state: 'claimed',
  leaseUntil: '2026-03-13T08:25:00.000Z',
  attempt: 1,
  messageId: null,
  at: AT,
  possibleDuplicate: false,
  reason: null,
};

/** Events as the local SES tells them, which is how EventBridge delivers those of the real one. */
function told(address: string, only: { hasLeft?: boolean; messageId?: string } = {}) {
  const sendId = `${KEY.brand}/${KEY.digest}/${recipientHash(address)}`;
  const facts = {
    messageId: only.messageId ?? 'ses-1',
    at: AT,
    address,
    configurationSet: 'mail',
    tags: { send: [sendTag(sendId)] },
  };
  return {
    mail: eventsOf(facts, fateOf(facts, only.hasLeft ?? false), PLACE),
    choice: eventsOf(
      facts,
      [
        choiceOf(
          facts,
          { list: 'people', unsubscribeAll: false, optedOut: ['x_acme_alerts'] },
          new Date(AT),
        ),
      ],
      PLACE,
    ),
  };
}

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

async function hear(events: ReturnType<typeof told>['mail']) {
  const deps = {
    digests: dynamoDigestStore(db.table),
    recipients: dynamoRecipientStates(db.table),
  };
  const reports: Awaited<ReturnType<typeof reconcile>>[] = [];
  for (const { envelope } of events) {
    const of = eventOfSend(SesEvent.parse(envelope));
    if (of !== undefined) reports.push(await reconcile(of, deps));
  }
  return reports;
}

async function stored(address: string) {
  const recipient = recipientHash(address);
  const [send] = (await dynamoDigestStore(db.table).sends('acme', KEY.digest)).filter(
    (row) => row.recipient === recipient,
  );
  return { send, person: await dynamoRecipientStates(db.table).get(recipient) };
}

const claim = (address: string) =>
  dynamoDigestStore(db.table).claim({ ...claimed, recipient: recipientHash(address) });

describe('an event of SES', () => {
  it('marks a claim whose answer was lost as sent, so that nobody can claim it again', async () => {
    await claim('ana@acme.example');
    const [first] = await hear(told('ana@acme.example').mail);
    expect(first).toMatchObject({ rescued: true, lost: false });
    const { send } = await stored('ana@acme.example');
    expect(send).toMatchObject({ state: 'sent', messageId: 'ses-1', delivery: 'delivered' });
    const later = { ...claimed, at: '2026-03-13T09:00:00.000Z' };
    expect(await dynamoDigestStore(db.table).claim(later)).toBeUndefined();
  });

  it('says once that somebody lost a digest, however often it comes', async () => {
    const gone = 'bounce@simulator.amazonses.com';
    await claim(gone);
    const events = told(gone).mail;
    const reports = await hear([...events, ...events.toReversed()]);
    expect(reports.filter(({ lost }) => lost)).toHaveLength(1);
    expect(reports.filter(({ paused }) => paused)).toHaveLength(1);
    const { send, person } = await stored(gone);
    expect(send).toMatchObject({ delivery: 'bounced', possibleDuplicate: false });
    expect(person?.paused).toMatchObject({ why: 'bounced' });
    expect(JSON.stringify([send, person])).not.toContain('@');
  });

  it('does not pause who unsubscribed, although SES bounces the mail', async () => {
    await claim('ana@acme.example');
    const { mail, choice } = told('ana@acme.example', { hasLeft: true });
    await hear([...choice, ...mail]);
    const { send, person } = await stored('ana@acme.example');
    expect(send).toMatchObject({ delivery: 'bounced' });
    expect(person).toMatchObject({ paused: null, unsubscribed: { topics: ['x_acme_alerts'] } });
  });

  it('about a mail that is not ours, or with the tag of another person, changes nothing', async () => {
    await claim('ana@acme.example');
    const [first] = told('ana@acme.example').mail;
    const envelope: Record<string, unknown> = first?.envelope ?? {};
    const detail = envelope['detail'] as { mail: object };
    const foreign = (mail: object) => ({
      kind: 'send',
      configurationSet: 'mail',
      envelope: { ...envelope, detail: { ...detail, mail: { ...detail.mail, ...mail } } },
    });
    expect(await hear([foreign({ tags: {} })])).toEqual([]);
    expect(await hear([foreign({ destination: ['ben@acme.example'] })])).toMatchObject([
      { outcome: 'foreign' },
    ]);
    expect((await stored('ana@acme.example')).send?.state).toBe('claimed');
  });
});

describe('answer and event', () => {
  const event = (what: MailEvent['what'], messageId = 'ses-1'): MailEvent => ({
    what,
    messageId,
    at: AT,
    reason: what === 'bounced' ? 'bounced: Permanent/General' : null,
    permanent: false,
  });
  const answer: SendRow = { ...claimed, state: 'sent', messageId: 'ses-1' };

  it('lead to the same row in either order', () => {
    const early = afterAnswer(afterEvent(claimed, event('bounced')), answer);
    const late = afterEvent(afterAnswer(claimed, answer), event('bounced'));
    expect(early).toEqual(late);
    expect(early).toMatchObject({ state: 'sent', delivery: 'bounced' });
  });

  it('about different messages mean that two went out', () => {
    const twice = afterAnswer(afterEvent(claimed, event('sent', 'ses-0')), answer);
    expect(twice).toMatchObject({ messageId: 'ses-0', possibleDuplicate: true });
    expect(afterEvent(answer, event('sent', 'ses-2')).possibleDuplicate).toBe(true);
  });

  it('keep the last word of SES, in whatever order its words come', () => {
    const words = ['complained', 'delivered', 'sent', 'delayed'] as const;
    const row = words.reduce((send, what) => afterEvent(send, event(what)), claimed);
    expect(row.delivery).toBe('complained');
  });
});

describe('topics', () => {
  const brands = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `brand-${i}`, name: `Brand ${i}` }));

  it('are two for each brand, or two in all where SES’s twenty would not do', () => {
    expect(topicsOf('x', brands(10))).toHaveLength(20);
    expect(topicsOf('x', brands(11)).map(({ name }) => name)).toEqual(['x_alerts', 'x_pulse']);
  });

  it('are found for every digest of a brand that the list knows', () => {
    for (const count of [1, 10, 11]) {
      const names = topicsOf('a-long-name-of-a-stack-that-goes-on-and-on', brands(count)).map(
        ({ name }) => name,
      );
      for (const { id } of brands(count)) {
        const alerts = topicOf(
          'a-long-name-of-a-stack-that-goes-on-and-on',
          { brand: id, kind: 'opened' },
          names,
        );
        const pulse = topicOf(
          'a-long-name-of-a-stack-that-goes-on-and-on',
          { brand: id, kind: 'weekly-pulse' },
          names,
        );
        expect(names).toContain(alerts);
        expect(names).toContain(pulse);
        expect(pulse).not.toBe(alerts);
      }
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,50}$/);
    }
  });

  it('are none for a brand that came after the last deployment', () => {
    const names = topicsOf('x', brands(2)).map(({ name }) => name);
    expect(topicOf('x', { brand: 'newcomer', kind: 'opened' }, names)).toBeNull();
  });
});

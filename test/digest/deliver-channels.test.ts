import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { Brand } from '../../src/brands/brand.ts';
import { channelHash, recipientHash } from '../../src/digest/addressees.ts';
import { CHANNEL_TRIES, type DeliverDeps, deliver } from '../../src/digest/deliver.ts';
import type { DigestRow } from '../../src/digest/outbox-rows.ts';
import type { DigestStore, MailAnswer } from '../../src/ports.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { aDigest, deliveryDeps, KEY } from './outbox.ts';

const brand = Brand.parse({
  ...acme,
  channels: [
    { id: 'team', kind: 'slack', secret: '/promisewatch/secrets/channels/slack' },
    {
      id: 'desk',
      kind: 'webhook',
      url: 'https://desk.example/',
      secret: '/promisewatch/secrets/channels/desk',
      level: 'serious',
    },
  ],
});

let db: TestTable;
let digests: DigestStore;
let went: string[];
beforeEach(async () => {
  db = await freshTable();
  digests = dynamoDigestStore(db.table);
  went = [];
});
afterEach(() => db.close());

const at = (time: string) => new Date(`2026-03-13T${time}:00Z`);

const frozen = (only: Partial<DigestRow> = {}) => digests.freeze(aDigest(only));

const yes = async (): Promise<MailAnswer> => ({ status: 'sent', messageId: 'ses-1' });

async function run(now: Date, only: Partial<DeliverDeps> = {}) {
  const deps = deliveryDeps(db, {
    send: () => {
      went.push('mail');
      return yes();
    },
    post: ({ channel }) => {
      went.push(channel.id);
      return yes();
    },
    topicOf: () => 'acme_alerts',
    ...only,
  });
  const settings = { timeZone: 'UTC', email: {}, brands: [brand] };
  return deliver(await digests.waiting(), settings, now, deps);
}

const sendTo = async (hash: string) =>
  (await digests.sends('acme', KEY)).find(({ recipient }) => recipient === hash);
const team = channelHash('acme', 'team');

describe('a channel', () => {
  it('gets each digest once, after all mail, in its own open hours', async () => {
    await frozen();
    await run(at('07:45'));
    expect(went).toEqual([]);
    await run(at('08:00'));
    await run(at('08:15'));
    expect(went).toEqual(['mail', 'team', 'desk']);
    expect(await digests.waiting()).toEqual([]);
  });

  it('gets what changed and what it asked for: no weekly reminder, nobody’s own part, only serious ones for some', async () => {
    await frozen({ serious: false });
    await frozen({ key: 'AC-0002#still#2', kind: 'still', incidents: [2] });
    await frozen({ key: 'AC-0003#opened#1', incidents: [3], scope: '0123abcd' });
    await run(at('08:00'));
    expect(went.filter((to) => to !== 'mail')).toEqual(['team']);
  });

  it('that is broken holds up no mail, is tried four times, and is then refused', async () => {
    await frozen();
    const busy = async (): Promise<MailAnswer> => ({ status: 'postponed', reason: 'busy (503)' });
    const reports: number[] = [];
    for (let i = 0; i < CHANNEL_TRIES + 2; i++) {
      const now = new Date(at('08:00').getTime() + i * 15 * 60_000);
      reports.push((await run(now, { post: busy })).refused);
    }
    expect(went).toEqual(['mail']);
    expect(reports).toEqual([0, 0, 0, 2, 0, 0]);
    expect(await sendTo(team)).toMatchObject({
      state: 'refused',
      attempt: CHANNEL_TRIES,
      reason: 'given up: busy (503)',
    });
    expect(await digests.waiting()).toEqual([]);
  });

  it('that never answers is not asked for ever', async () => {
    await frozen();
    let asked = 0;
    const silent = () => {
      asked++;
      return Promise.reject(new Error('no answer'));
    };
    for (let i = 0; i < 8; i++)
      await run(new Date(at('08:00').getTime() + i * 15 * 60_000), { post: silent });
    expect(asked).toBe(2 * CHANNEL_TRIES);
    expect(await sendTo(team)).toMatchObject({ state: 'refused', possibleDuplicate: true });
  });
});

describe('a person', () => {
  const person = recipientHash('team@acme.example');
  const knowing = (change: object) =>
    dynamoRecipientStates(db.table).amend(person, (known) => ({ ...known, ...change }));
  const left = { at: '2026-03-01T00:00:00.000Z', everything: false };

  it('who unsubscribed from the topic gets no mail, and the digest is settled', async () => {
    await knowing({ unsubscribed: { ...left, topics: ['acme_alerts'] } });
    await frozen();
    expect(await run(at('08:00'))).toMatchObject({ suppressed: 1, sent: 2 });
    expect(went).toEqual(['team', 'desk']);
    expect(await sendTo(person)).toMatchObject({ reason: 'unsubscribed on 2026-03-01' });
    expect(await digests.waiting()).toEqual([]);
  });

  it('who unsubscribed from something else gets it', async () => {
    await knowing({ unsubscribed: { ...left, topics: ['acme_pulse', 'other_alerts'] } });
    await frozen();
    await run(at('08:00'));
    expect(went).toContain('mail');
  });

  it('who was paused while a claim is open is not mailed again after it', async () => {
    await frozen();
    await run(at('08:00'), { send: () => Promise.reject(new Error('no answer')) });
    await knowing({ paused: { why: 'complained', at: '2026-03-13T08:05:00.000Z', detail: '' } });
    await run(at('08:14'));
    expect(await sendTo(person)).toMatchObject({ state: 'claimed' });
    await run(at('08:15'));
    expect(await sendTo(person)).toMatchObject({ state: 'suppressed' });
    expect(went).not.toContain('mail');
  });
});

describe('a mail', () => {
  const person = recipientHash('team@acme.example');
  const later: MailAnswer = { status: 'postponed', reason: 'Email address is not verified.' };

  it('that SES puts off goes out as soon as it may, and is given up after three days', async () => {
    await frozen();
    await run(at('08:00'), { send: async () => later });
    expect(await sendTo(person)).toMatchObject({ state: 'postponed', reason: later.reason });
    await run(new Date('2026-03-16T08:00:00Z'), { send: async () => later });
    expect(await sendTo(person)).toMatchObject({
      state: 'refused',
      reason: 'given up: Email address is not verified.',
    });
  });

  it('that cannot be made holds up no other, and says so', async () => {
    await frozen({ model: '{}' });
    await frozen({ key: 'AC-0002#opened#1', incidents: [2] });
    expect(await run(at('08:00'))).toMatchObject({ sent: 3, postponed: 3 });
    expect(went).toEqual(['mail', 'team', 'desk']);
    expect(await sendTo(person)).toMatchObject({
      state: 'postponed',
      reason: 'the mail could not be made; the log says why',
    });
  });
});

import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { Recipient } from '../../src/brands/brand.ts';
import type { Settings } from '../../src/config/config.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import { deliver } from '../../src/digest/deliver.ts';
import { isOpen } from '../../src/digest/open-hours.ts';
import type { DigestStore, MailAnswer } from '../../src/ports.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { aDigest, aSend, deliveryDeps, KEY } from './outbox.ts';

let db: TestTable;
let digests: DigestStore;
let mails: string[];
let told: string[];
beforeEach(async () => {
  db = await freshTable();
  digests = dynamoDigestStore(db.table);
  mails = [];
  told = [];
});
afterEach(() => db.close());

const at = (time: string) => new Date(`2026-03-13T${time}:00Z`);

async function run(
  time: string,
  send: () => Promise<MailAnswer> = () => Promise.resolve({ status: 'sent', messageId: 'ses-1' }),
  recipients: readonly string[] = ['team@acme.example'],
  store: DigestStore = digests,
) {
  const brand = { ...acme, recipients: recipients.map((email) => Recipient.parse({ email })) };
  const settings: Settings = { timeZone: 'UTC', email: {}, brands: [brand] };
  const deps = deliveryDeps(db, {
    digests: store,
    send: (request: SendEmailCommandInput) => {
      mails.push(request.Destination?.ToAddresses?.[0] ?? '');
      return send();
    },
    compose: ({ recipient }) => ({
      Content: {},
      Destination: { ToAddresses: [recipient.email] },
    }),
    onUnanswered: (error) => told.push(`unanswered ${String(error)}`),
    onRefused: () => told.push('refused'),
    onFailed: (_error, ids) => told.push(`failed ${Object.values(ids).join(' ')}`),
  });
  return deliver(await digests.waiting(), settings, at(time), deps);
}

describe('delivering', () => {
  it('sends a digest once to each recipient', async () => {
    await digests.freeze(aDigest());
    const both = ['a@acme.example', 'b@acme.example'];
    expect(await run('08:00', undefined, both)).toMatchObject({ sent: 2 });
    expect(await run('08:15', undefined, both)).toMatchObject({ sent: 0 });
    expect(mails).toEqual(both);
    expect(await digests.waiting()).toEqual([]);
  });

  it('waits for open hours', async () => {
    await digests.freeze(aDigest());
    expect(await run('07:45')).toMatchObject({ sent: 0, waiting: 1 });
    expect(await run('08:00')).toMatchObject({ sent: 1 });
  });

  it('does not send again while a claim may still be answered', async () => {
    await digests.freeze(aDigest());
    const lost = () => Promise.reject(new Error('no answer'));
    expect(await run('08:00', lost)).toMatchObject({ sent: 0, waiting: 1 });
    expect(await run('08:14')).toMatchObject({ sent: 0, waiting: 1 });
    expect(mails).toHaveLength(1);
  });

  it('sends again after the lease and says that it may be a duplicate', async () => {
    await digests.freeze(aDigest());
    await run('08:00', () => Promise.reject(new Error('no answer')));
    expect(await run('08:15')).toMatchObject({ sent: 1 });
    expect(await digests.sends('acme', KEY)).toMatchObject([
      { state: 'sent', attempt: 2, possibleDuplicate: true, messageId: 'ses-1' },
    ]);
  });

  it('tries a throttled mail again at once, without calling it a duplicate', async () => {
    await digests.freeze(aDigest());
    const throttled = { status: 'postponed', reason: 'TooManyRequestsException' } as const;
    expect(await run('08:00', () => Promise.resolve(throttled))).toMatchObject({ postponed: 1 });
    expect(await run('08:15')).toMatchObject({ sent: 1 });
    expect(await digests.sends('acme', KEY)).toMatchObject([
      { state: 'sent', attempt: 2, possibleDuplicate: false },
    ]);
  });

  it('does not try a refused address again', async () => {
    await digests.freeze(aDigest());
    const refused = { status: 'refused', reason: 'MessageRejected: not verified' } as const;
    expect(await run('08:00', () => Promise.resolve(refused))).toMatchObject({ refused: 1 });
    expect(await run('08:15')).toMatchObject({ sent: 0 });
    expect(await digests.waiting()).toEqual([]);
  });

  describe('where one delivery throws', () => {
    const people = ['a@acme.example', 'b@acme.example'];
    const refused = () => Promise.resolve({ status: 'refused', reason: 'no' } as const);
    const hash = recipientHash('a@acme.example');

    it('goes on with the others and leaves the digest unsettled, named by ids', async () => {
      await digests.freeze(aDigest());
      await digests.freeze(aDigest({ key: 'AC-0002#opened#1', incidents: [2] }));
      await db.table.put({ PK: 'G#acme', SK: `${KEY}#TO#${hash}`, state: 'torn' });
      expect(await run('08:00', undefined, people)).toMatchObject({ sent: 3, failed: 1 });
      expect(told).toEqual([`failed acme ${KEY} ${hash}`]);
      expect((await digests.waiting()).map((waiting) => waiting.key)).toEqual([KEY]);
    });

    it('sends what a damaged row held up once that row is taken out, as the runbook says', async () => {
      await digests.freeze(aDigest());
      await db.table.put({ PK: 'G#acme', SK: `${KEY}#TO#${hash}`, state: 'torn' });
      expect(await run('08:00', undefined, people)).toMatchObject({ sent: 1, failed: 1 });
      await db.table.remove('G#acme', `${KEY}#TO#${hash}`);
      expect(await run('08:15', undefined, people)).toMatchObject({ sent: 1, failed: 0 });
      expect(mails).toEqual(['b@acme.example', 'a@acme.example']);
      await digests.freeze(aDigest({ key: 'AC-0002#opened#1' }));
      await db.table.update('G#acme', 'AC-0002#opened#1', 'REMOVE seq', { expression: '' });
      await expect(digests.waiting()).rejects.toThrow('digest acme AC-0002#opened#1 is invalid');
      await db.table.remove('G#acme', 'AC-0002#opened#1');
      expect(await digests.waiting()).toEqual([]);
    });

    it('counts the refusals before it and after it, each as it is stored', async () => {
      await digests.freeze(aDigest());
      const three = ['z@acme.example', ...people];
      const store: DigestStore = {
        ...digests,
        finish: (send) =>
          send.recipient === hash ? Promise.reject(new Error('no')) : digests.finish(send),
      };
      const report = await run('08:00', refused, three, store);
      expect(report).toMatchObject({ refused: 2, failed: 1 });
      expect(told).toEqual(['refused', `failed acme ${KEY} ${hash}`, 'refused']);
    });

    it('settles the other digests where one cannot be settled', async () => {
      await digests.freeze(aDigest());
      await digests.freeze(aDigest({ key: 'AC-0002#opened#1', incidents: [2] }));
      const store: DigestStore = {
        ...digests,
        settle: (brand, of) =>
          of === KEY ? Promise.reject(new Error('no')) : digests.settle(brand, of),
      };
      expect(await run('08:00', undefined, people, store)).toMatchObject({ sent: 4, failed: 1 });
      expect((await digests.waiting()).map((waiting) => waiting.key)).toEqual([KEY]);
    });
  });

  it('lets one of two deliveries at the same time send', async () => {
    await digests.freeze(aDigest());
    await Promise.all([run('08:00'), run('08:00'), run('08:00')]);
    expect(mails).toHaveLength(1);
  });

  it('lets one of two that take over the same unanswered claim send', async () => {
    await digests.freeze(aDigest());
    await run('08:00', () => Promise.reject(new Error('no answer')));
    const two = await Promise.all([run('08:20'), run('08:20')]);
    expect(two.map(({ sent }) => sent).sort()).toEqual([0, 1]);
    expect(mails).toHaveLength(2);
  });

  it('drops a mail that a newer one of the same incident has overtaken', async () => {
    await digests.freeze(aDigest());
    await digests.freeze(
      aDigest({ key: 'AC-0001#worse#2', kind: 'worse', createdAt: '2026-03-14T06:00:00.000Z' }),
    );
    expect(await run('08:00')).toMatchObject({ overtaken: 1, sent: 1 });
    expect(await digests.sends('acme', KEY)).toMatchObject([{ state: 'overtaken' }]);
  });

  it('remembers the first mail of a thread for each person', async () => {
    await digests.freeze(aDigest());
    await run('08:00');
    const hash = recipientHash('Team@acme.example');
    expect(await digests.firstMessageId('acme', 'AC-0001', hash)).toBe('ses-1');
    expect(await digests.firstMessageId('acme', 'AC-0001', recipientHash('x@y.example'))).toBe(
      undefined,
    );
  });

  it('sends the next mail of a thread whose first row is damaged', async () => {
    const hash = recipientHash('team@acme.example');
    await db.table.put({ PK: 'G#acme', SK: `${KEY}#TO#${hash}`, state: 'torn', messageId: 7 });
    const second = aSend(hash, { digest: 'AC-0001#worse#2', messageId: 'ses-2' });
    await digests.finish(second);
    expect(await digests.firstMessageId('acme', 'AC-0001', hash)).toBe('ses-2');
    await digests.freeze(aDigest({ key: 'AC-0001#still#3', kind: 'still', seq: 3 }));
    expect(await run('08:00')).toMatchObject({ sent: 1, failed: 0, postponed: 0 });
  });

  it('says that a stored model is torn without a word of it', async () => {
    const torn = aDigest().model.replace(/^.{200}/s, 'I waited an hour and nobody came');
    await digests.freeze(aDigest({ model: torn }));
    expect(await run('08:00')).toMatchObject({ postponed: 1 });
    expect(told).toEqual([
      `unanswered Error: digest ${KEY} is not JSON (${torn.length} characters)`,
    ]);
  });
});

describe('open hours', () => {
  const person = (only: object) => Recipient.parse({ email: 'a@acme.example', ...only });
  const open = (only: object, time: string, serious = false) =>
    isOpen(person(only), 'UTC', new Date(time), serious);

  it('follow the person’s own clocks', () => {
    const only = { timeZone: 'America/New_York' };
    expect(open(only, '2026-03-13T11:59:00Z')).toBe(false);
    expect(open(only, '2026-03-13T12:00:00Z')).toBe(true);
  });

  it('move with daylight saving', () => {
    const only = { timeZone: 'Europe/London' };
    expect(open(only, '2026-03-28T08:00:00Z')).toBe(true);
    expect(open(only, '2026-03-29T07:00:00Z')).toBe(true);
    expect(open(only, '2026-03-28T07:00:00Z')).toBe(false);
  });

  it('can run over midnight and belong to the day on which they began', () => {
    const only = { hours: { from: '22:00', to: '04:00', days: ['fri'] } };
    expect(open(only, '2026-03-13T23:00:00Z')).toBe(true);
    expect(open(only, '2026-03-14T03:00:00Z')).toBe(true);
    expect(open(only, '2026-03-14T23:00:00Z')).toBe(false);
  });

  it('give way to serious incidents for those who said so', () => {
    expect(open({ seriousAnyTime: true }, '2026-03-13T03:00:00Z', true)).toBe(true);
    expect(open({}, '2026-03-13T03:00:00Z', true)).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { Brand } from '../../src/brands/brand.ts';
import { channelHash, recipientHash } from '../../src/digest/addressees.ts';
import type { SendRow } from '../../src/digest/outbox-rows.ts';
import { aDigest, aSend, KEY } from '../digest/outbox.ts';
import { acme } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
const brand = Brand.parse({
  ...acme,
  recipients: ['ana', 'ben', 'cy', 'dee'].map((name) => ({ email: `${name}@acme.example` })),
  channels: [{ id: 'team', kind: 'slack', secret: '/promisewatch/secrets/channels/slack' }],
});
const DIGEST = aDigest({ createdAt: '2026-11-22T06:00:00.000Z' });
let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);

const to = (name: string, only: Partial<SendRow>) =>
  aSend(recipientHash(`${name}@acme.example`), { at: '2026-11-22T08:10:00.000Z', ...only });

beforeAll(async () => {
  folder = await aFolder([brand], NOW);
  await folder.write(async ({ table }) => {
    const digests = dynamoDigestStore(table);
    await digests.freeze(DIGEST);
    const unverified = 'MessageRejected: Email address is not verified. (address)';
    for (const row of [
      to('ana', { delivery: 'bounced', reason: 'bounced: Permanent/General' }),
      to('ben', { state: 'postponed', messageId: null, reason: unverified }),
      to('cy', { state: 'suppressed', messageId: null, reason: 'paused since 2026-11-01: x' }),
      to('dee', { possibleDuplicate: true, attempt: 2 }),
      aSend(channelHash('acme', 'team'), { state: 'refused', messageId: null, reason: 'gone' }),
    ])
      await digests.finish(row);
    await dynamoRecipientStates(table).amend(recipientHash('cy@acme.example'), (person) => ({
      ...person,
      paused: { why: 'bounced', at: '2026-11-01T09:00:00.000Z', detail: '' },
    }));
  });
});
afterAll(() => folder.remove());

describe('sends', () => {
  it('shows by name what became of each mail and post', async () => {
    const terminal = { columns: 200, colour: false, status: () => {} };
    const { out } = await run(folder, ['sends', ...at(folder)], { terminal });
    const line = (of: string) => out.split('\n').find((text) => text.includes(of)) ?? '';
    expect(line('ana@acme.example')).toMatch(/sent\s+bounced .*Permanent\/General/);
    expect(line('cy@acme.example')).toMatch(/suppressed .*paused since 2026-11-01/);
    expect(line('team')).toMatch(/refused .*gone/);
  });

  it('says what to do: for an address that is not verified, a paused person, a possible repetition', async () => {
    const { err } = await cli('sends');
    expect(err).toContain('enough as long as all recipients are in yours');
    expect(err).toContain('promisewatch resume ADDRESS');
    expect(err).toContain('1 of these may have arrived twice');
  });

  it('says what to do about what bounced and what a channel refused, and nothing that is not the case', async () => {
    const { err } = await cli('sends');
    expect(err).toContain('then: promisewatch apply');
    expect(err).toContain('promisewatch test-channel NAME');
    expect(err).not.toContain('is tried every 15 minutes');
    expect(err).not.toContain('unsubscribed');
  });

  it.each<[string, Partial<SendRow>, string]>([
    ['throttled', { state: 'postponed', reason: 'TooManyRequestsException: x' }, 'three days'],
    [
      'put off for a sender’s domain',
      { state: 'postponed', reason: 'MailFromDomainNotVerifiedException: x' },
      'promisewatch doctor compares',
    ],
    ['not to be made', { state: 'postponed', reason: 'the mail could not be made' }, 'three days'],
    ['refused', { state: 'refused', reason: 'MessageRejected: x' }, 'is not sent again'],
    ['complained about', { delivery: 'complained' }, 'is not sent again'],
    [
      'suppressed for an unsubscription',
      { state: 'suppressed', reason: 'unsubscribed on 2026-11-01' },
      'the foot of an earlier mail',
    ],
  ])('says what to do about a mail that is %s', async (_what, row, advice) => {
    const own = await aFolder([brand], NOW);
    try {
      await own.write(async ({ table }) => {
        const digests = dynamoDigestStore(table);
        await digests.freeze(DIGEST);
        await digests.finish(to('ana', { messageId: null, ...row }));
      });
      const { err } = await run(own, ['sends', ...at(own)]);
      expect(err).toContain(advice);
    } finally {
      own.remove();
    }
  });

  it('names what cannot be read, with what to do, and shows the others', async () => {
    const own = await aFolder([brand], NOW);
    try {
      await own.write(async ({ table }) => {
        await dynamoDigestStore(table).freeze(DIGEST);
        await dynamoDigestStore(table).finish(to('ana', {}));
        const hash = recipientHash('ben@acme.example');
        await table.put({ PK: 'G#acme', SK: `${KEY}#TO#${hash}`, state: 'torn' });
        await table.put({ PK: 'G#acme', SK: 'AC-0002#opened#1', model: '{' });
      });
      const { code, out, err } = await run(own, ['sends', '--json', ...at(own)]);
      expect([code, JSON.parse(out).rows.length]).toEqual([0, 1]);
      expect(err).toContain(
        'acme AC-0002#opened#1 cannot be read: docs/runbook.md#a-row-that-cannot-be-read',
      );
      const torn = `acme ${KEY}#TO#${recipientHash('ben@acme.example')} cannot be read`;
      expect(err).toContain(torn);
      const copied = await run(own, ['sync', ...at(own)]);
      expect([copied.code, copied.err]).toEqual([0, expect.stringContaining(torn)]);
    } finally {
      own.remove();
    }
  });

  it('gives hashes, not addresses, to other programs', async () => {
    const { out } = await cli('sends', '--json');
    expect(out).not.toContain('@acme.example');
    const rows: SendRow[] = JSON.parse(out).rows;
    expect(rows.map(({ delivery }) => delivery).filter(Boolean)).toEqual(['bounced']);
  });
});

it('resume ends a pause once, and leaves alone who is not paused', async () => {
  const ended = await cli('resume', 'Cy@acme.example');
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('gets the next digest') });
  expect(ended.err).toContain('delete-suppressed-destination');
  const again = await cli('resume', 'cy@acme.example');
  expect([again.code, again.err]).toEqual([4, expect.stringContaining('is not paused')]);
});

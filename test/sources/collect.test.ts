import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { collect } from '../../src/sources/collect.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import { hostPauses } from '../../src/sources/host-pause.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';

let db: TestTable;
let queued: Mention[];
beforeEach(async () => {
  db = await freshTable();
  queued = [];
});
afterEach(() => db.close());

const source = acme.sources[0] as (typeof acme.sources)[number];
const brand = { ...acme, sources: [source] };
const at = (time: string) => new Date(`2026-03-01T${time}:00Z`);

function item(id: string, text = `What ${id} had to say about it`): FeedItem {
  return {
    nativeId: id,
    link: `https://reviews.example/acme/${id}`,
    title: null,
    html: text,
    author: 'Ann',
    publishedAt: '2026-02-28T12:00:00.000Z',
    updatedAt: null,
    dateSuspect: false,
    rating: null,
    categories: [],
    language: 'en',
  };
}

const ok = (...items: FeedItem[]): SourceAnswer => ({
  status: 'ok',
  items,
  etag: '"1"',
  lastModified: null,
});

/** Dispatches what is due and polls it with this answer. */
async function poll(
  time: string,
  answer: SourceAnswer,
  queueFails: boolean | 'afterwards' = false,
) {
  const states = dynamoSourceStates(db.table);
  const polls: Parameters<typeof collect>[0][] = [];
  await dispatch(
    { version: 1, settings: { timeZone: 'UTC', email: {}, brands: [brand] } },
    at(time),
    {
      states,
      checkpoints: dynamoCheckpoints(db.table),
      memory: {},
      polls: {
        send: (batch) => {
          polls.push(...batch);
          return Promise.resolve([]);
        },
      },
    },
  );
  const [message] = polls;
  if (message === undefined) return undefined;
  return collect(message, { brand, source }, at(time), {
    states,
    pauses: hostPauses(dynamoCheckpoints(db.table)),
    queue: {
      send: (mentions) => {
        if (queueFails === true) return Promise.reject(new Error('queue is down'));
        queued.push(...(mentions as Mention[]));
        return queueFails ? Promise.reject(new Error('died')) : Promise.resolve();
      },
      sendEach: () => Promise.reject(new Error('not used')),
    },
    read: () => Promise.resolve(answer),
    normalise: (entry, of, from, fetchedAt) =>
      toMention(entry, {
        brand: of,
        source: from,
        timeZone: 'UTC',
        authorKey: 'k'.repeat(32),
        retentionDays: 90,
        fetchedAt: fetchedAt.toISOString(),
      }),
  });
}

const state = () => dynamoSourceStates(db.table).get(source.id);

describe('collecting', () => {
  it('queues each item once, however often the feed lists it', async () => {
    expect(await poll('10:00', ok(item('a'), item('b')))).toMatchObject({ items: 2, queued: 2 });
    expect(await poll('11:00', ok(item('c'), item('a'), item('b')))).toMatchObject({ queued: 1 });
    expect(queued.map(({ url }) => url?.slice(-1))).toEqual(['a', 'b', 'c']);
  });

  it('queues an edited item again', async () => {
    await poll('10:00', ok(item('a')));
    await poll('11:00', ok(item('a', 'I have changed my mind about it')));
    expect(new Set(queued.map(({ id }) => id)).size).toBe(1);
    expect(queued).toHaveLength(2);
  });

  it('queues an edit back to an earlier wording', async () => {
    for (const [time, text] of [
      ['10:00', 'They never called'],
      ['11:00', 'They never called. Update: they did!'],
      ['12:00', 'They never called'],
      ['13:00', 'They never called'],
    ] as const)
      await poll(time, ok(item('a', text)));
    expect(queued.map(({ text }) => text)).toEqual([
      'They never called',
      'They never called. Update: they did!',
      'They never called',
    ]);
  });

  it('queues an edit back after a poll that died when the edit was queued', async () => {
    const [first, edited] = ['They never called', 'They never called. Update: they did!'];
    await poll('10:00', ok(item('a', first), item('b')));
    await expect(poll('11:00', ok(item('a', edited)), 'afterwards')).rejects.toThrow('died');
    await poll('12:00', ok(item('a', first), item('b')));
    const texts = queued.filter(({ url }) => url?.endsWith('a')).map(({ text }) => text);
    expect(texts).toEqual([first, edited, first]);
    // Only what was queued is forgotten.
    expect(queued).toHaveLength(4);
  });

  it('forgets nothing it could not queue', async () => {
    await expect(poll('10:00', ok(item('a')), true)).rejects.toThrow('queue is down');
    expect((await state())?.seen).toHaveLength(0);
    await poll('10:15', ok(item('a')));
    expect(queued).toHaveLength(1);
  });

  it('records why a source failed, waits longer each time, and recovers', async () => {
    const failure: SourceAnswer = {
      status: 'failed',
      code: 'BODY_TOO_LARGE',
      message: 'The answer is larger than 5 MB.',
      remedy: 'Ask for a shorter feed.',
    };
    await poll('10:00', failure);
    expect(await state()).toMatchObject({
      failures: 1,
      failingSince: '2026-03-01T10:00:00.000Z',
      problem: { code: 'BODY_TOO_LARGE' },
      lastReadAt: null,
    });
    await poll('11:00', failure);
    expect(await state()).toMatchObject({
      failures: 2,
      failingSince: '2026-03-01T10:00:00.000Z',
    });
    await poll('14:00', ok(item('a')));
    expect(await state()).toMatchObject({ failures: 0, failingSince: null, problem: null });
  });

  it('counts what it refuses', async () => {
    const old = { ...item('a'), publishedAt: '2020-01-01T00:00:00.000Z' };
    const report = await poll('10:00', ok(old, { ...item('b'), html: '' }));
    expect(report).toMatchObject({ queued: 0, rejected: { 'too-old': 1, 'no-text': 1 } });
  });

  it('does nothing for a poll whose lease is gone', async () => {
    await poll('10:00', ok(item('a')));
    const late = { v: 1 as const, source: source.id, leaseUntil: '2026-03-01T10:15:00.000Z' };
    const report = await collect(late, { brand, source }, at('10:20'), {
      states: dynamoSourceStates(db.table),
      pauses: hostPauses(dynamoCheckpoints(db.table)),
      queue: { send: () => Promise.resolve(), sendEach: () => Promise.resolve() },
      read: () => Promise.reject(new Error('must not be read')),
      normalise: () => ({ rejected: 'no-text', id: '' }),
    });
    expect(report).toEqual({ source: source.id, status: 'skipped' });
  });
});

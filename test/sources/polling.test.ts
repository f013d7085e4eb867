import { describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { type CollectDeps, collect } from '../../src/sources/collect.ts';
import { itemOf } from '../../src/sources/connectors/fields.ts';
import { healthOf } from '../../src/sources/health.ts';
import { chanceOf, dueAfterPause, hostPauses, pauseAsked } from '../../src/sources/host-pause.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import type { SourceState } from '../../src/sources/source-state.ts';
import { aState } from './states.ts';

const now = new Date('2026-10-20T12:00:00.000Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const LEASE = '2026-10-20T12:15:00.000Z';

const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  sources: [
    { id: 'a', name: 'A', kind: 'news', url: 'https://feeds.example/a.rss' },
    { id: 'b', name: 'B', kind: 'news', url: 'https://feeds.example/b.rss' },
    { id: 'hn', name: 'HN', connector: 'hacker-news', query: 'northbell' },
    { id: 'old', name: 'Old', connector: 'import' },
  ],
});
const ADDRESSES: Readonly<Record<string, string>> = {
  a: 'https://feeds.example/a.rss',
  b: 'https://feeds.example/b.rss',
  hn: 'connector=hacker-news&query=northbell',
};

/** A table and a queue in memory, and polls of this brand's sources from them. */
function collector(states: readonly SourceState[]) {
  const table = new Map<string, SourceState>(
    states.map((state) => [state.source, { ...state, leaseUntil: LEASE }]),
  );
  const checkpoints = new Map<string, string>();
  const queued: Mention[] = [];
  const asked: Parameters<CollectDeps['read']>[1][] = [];
  const pauses = hostPauses({
    get: async (job) => checkpoints.get(job),
    set: async (job, value) => void checkpoints.set(job, value),
  });
  const poll = async (id: string, answer: SourceAnswer, at = now) => {
    const state = table.get(id);
    if (state !== undefined) table.set(id, { ...state, leaseUntil: LEASE });
    const source = brand.sources.find((one) => one.id === id);
    if (source === undefined) throw new Error(`there is no source ${id}`);
    return await collect({ v: 1, source: id, leaseUntil: LEASE }, { brand, source }, at, {
      states: {
        get: async (name) => table.get(name),
        add: async () => {},
        due: async () => [],
        lease: async () => true,
        finish: async (next) => {
          table.set(next.source, next);
          return true;
        },
        retire: async () => {},
      },
      queue: {
        send: async (mentions) => void queued.push(...(mentions as Mention[])),
        sendEach: async () => {},
      },
      pauses,
      read: async (_, last) => {
        asked.push(last);
        return answer;
      },
      normalise: (item, of, from, fetchedAt) =>
        toMention(item, {
          brand: of,
          source: from,
          timeZone: 'UTC',
          authorKey: 'k'.repeat(32),
          retentionDays: 90,
          fetchedAt,
        }),
    });
  };
  const stateOf = (id: string): SourceState => {
    const state = table.get(id);
    if (state === undefined) throw new Error(`there is no state of ${id}`);
    return state;
  };
  return { poll, stateOf, asked, queued };
}

const item = (id: string): FeedItem =>
  itemOf({
    nativeId: id,
    text: `Words of ${id}`,
    publishedAt: '2026-10-20T11:00:00.000Z',
    given: true,
  });
const ok = (more: object = {}): SourceAnswer => ({
  status: 'ok',
  items: [item('1')],
  etag: null,
  lastModified: null,
  ...more,
});

describe('a poll', () => {
  it('hands the connector the cursor that its last answer left', async () => {
    const { poll, stateOf, asked } = collector([
      aState({ source: 'hn', url: ADDRESSES['hn'] ?? '' }),
    ]);
    await poll('hn', ok({ cursor: 'first' }));
    await poll('hn', ok({ cursor: 'second' }), later(60));
    expect(asked.map(({ cursor }) => cursor)).toEqual([null, 'first']);
    expect(stateOf('hn').cursor).toBe('second');
  });

  it('forgets cursor, validators and pace when another thing is read under the same name', async () => {
    const state = {
      source: 'hn',
      url: 'connector=hacker-news&query=other',
      cursor: 'x',
      etag: '"x"',
    };
    const { poll, stateOf, asked } = collector([aState(state)]);
    await poll('hn', ok({ cursor: 'y' }));
    expect(asked).toEqual([{ etag: null, lastModified: null, cursor: null }]);
    expect(stateOf('hn')).toMatchObject({ url: ADDRESSES['hn'], cursor: 'y', intervalMinutes: 30 });
  });

  it('keeps the cursor after a failure and after an unchanged answer', async () => {
    const { poll, stateOf } = collector([
      aState({ source: 'hn', url: ADDRESSES['hn'] ?? '', cursor: 'x' }),
    ]);
    await poll('hn', { status: 'failed', code: 'SERVER_ERROR', message: 'm', remedy: 'r' });
    expect(stateOf('hn')).toMatchObject({ cursor: 'x', failures: 1 });
    await poll('hn', { status: 'not-modified' });
    expect(stateOf('hn')).toMatchObject({ cursor: 'x', failures: 0, problem: null });
  });

  it('takes no items for nothing new in a search, and for suspicious in a list', async () => {
    const { poll, stateOf } = collector([
      aState({ source: 'hn', url: ADDRESSES['hn'] ?? '' }),
      aState(),
    ]);
    for (let n = 1; n <= 3; n += 1) {
      await poll('hn', ok({ items: [], windowed: true }), later(n * 60));
      await poll('a', ok({ items: [] }), later(n * 60));
    }
    expect(healthOf(stateOf('hn'), later(181)).state).toBe('ok');
    expect(healthOf(stateOf('a'), later(181)).state).toBe('suspect-empty');
  });

  it('counts entries that could not be read, and tells a part that failed', async () => {
    const partial = { code: 'SERVER_ERROR', message: 'Storefront de: …', remedy: 'Wait.' };
    const { poll, stateOf } = collector([aState()]);
    expect(await poll('a', ok({ unreadable: 2, partial }))).toMatchObject({
      status: 'collected',
      queued: 1,
      rejected: { unreadable: 2 },
    });
    expect(stateOf('a')).toMatchObject({ failures: 0, failingSince: null, problem: partial });
    expect(healthOf(stateOf('a'), now).state).toBe('failing');
  });

  it('reads sooner after something new and later after nothing', async () => {
    const { poll, stateOf } = collector([aState({ intervalMinutes: 100 })]);
    await poll('a', ok());
    expect(stateOf('a').intervalMinutes).toBeCloseTo(70);
    await poll('a', ok(), later(90));
    expect(stateOf('a').intervalMinutes).toBeCloseTo(105);
    await poll('a', { status: 'not-modified' }, later(200));
    expect(stateOf('a').intervalMinutes).toBeCloseTo(157.5);
  });

  it('leaves a source alone that is only imported', async () => {
    const { poll, asked } = collector([aState({ source: 'old', url: 'connector=import' })]);
    expect(await poll('old', ok())).toEqual({ source: 'old', status: 'skipped' });
    expect(asked).toEqual([]);
  });
});

describe('a host that asks for fewer requests', () => {
  const limited: SourceAnswer = {
    status: 'failed',
    code: 'RATE_LIMITED',
    message: 'm',
    remedy: 'r',
    retryAfterSeconds: 3600,
  };

  it('is asked by none of its sources until the pause is over, and none counts as quiet', async () => {
    const { poll, stateOf, asked } = collector([
      aState(),
      aState({ source: 'b', url: ADDRESSES['b'] ?? '', lastNewAt: '2026-09-01T00:00:00.000Z' }),
    ]);
    await poll('a', limited);
    expect(await poll('b', ok(), later(10))).toEqual({ source: 'b', status: 'postponed' });
    expect(asked).toHaveLength(1);
    const state = stateOf('b');
    expect(Date.parse(state.nextDueAt)).toBeGreaterThanOrEqual(later(60).getTime());
    expect(state).toMatchObject({ failures: 0, leaseUntil: null });
    expect(healthOf(state, later(11))).toMatchObject({
      state: 'blocked',
      problem: { code: 'HOST_PAUSED' },
    });
    expect(await poll('b', ok(), later(81))).toMatchObject({ status: 'collected' });
    expect(healthOf(stateOf('b'), later(82)).state).toBe('ok');
  });

  it('keeps the longest pause that it asked for, whichever source heard of it last', async () => {
    const pauses = new Map<string, string>();
    const { pause, until } = hostPauses({
      get: async (job) => pauses.get(job),
      set: async (job, value) => void pauses.set(job, value),
    });
    await pause('feeds.example', later(120));
    await pause('feeds.example', later(15));
    expect(await until('feeds.example')).toEqual(later(120));
    await pause('feeds.example', later(180));
    expect(await until('feeds.example')).toEqual(later(180));
  });

  it('does not keep other hosts waiting', async () => {
    const { poll } = collector([aState(), aState({ source: 'hn', url: ADDRESSES['hn'] ?? '' })]);
    await poll('a', limited);
    expect(await poll('hn', ok(), later(1))).toMatchObject({ status: 'collected' });
  });

  it.each<[string, number | undefined, number | undefined]>([
    ['RATE_LIMITED', 120, 2],
    ['RATE_LIMITED', undefined, 15],
    ['RATE_LIMITED', 1e9, 1440],
    ['RATE_LIMITED', 0, undefined],
    ['SERVER_ERROR', 600, 10],
    ['SERVER_ERROR', undefined, undefined],
    ['FORBIDDEN', 600, undefined],
  ])('with %s and Retry-After %s is left alone for %s minutes', (code, seconds, minutes) => {
    const retry = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    const until = pauseAsked({ status: 'failed', code, message: 'm', remedy: 'r', ...retry }, now);
    expect(until).toEqual(minutes === undefined ? undefined : later(minutes));
  });

  it('gets its sources back one after the other', () => {
    const due = Array.from({ length: 100 }, (_, n) => dueAfterPause(`source-${n}`, now).getTime());
    expect(Math.min(...due)).toBeGreaterThanOrEqual(now.getTime());
    expect(Math.max(...due)).toBeLessThanOrEqual(later(20).getTime());
    expect(new Set(due).size).toBeGreaterThan(95);
  });

  it('gives the same moment to the same source', () => {
    expect(chanceOf('source-1')).toBe(chanceOf('source-1'));
    expect(chanceOf('source-1')).not.toBe(chanceOf('source-2'));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { Brand } from '../../src/brands/brand.ts';
import { judge } from '../../src/classification/judge.ts';
import { compileRegister } from '../../src/classification/promises.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { recount } from '../../src/rollups/recount.ts';
import { collect } from '../../src/sources/collect.ts';
import { itemOf, starsOf } from '../../src/sources/connectors/fields.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import { hostPauses } from '../../src/sources/host-pause.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import type { PollMessage } from '../../src/sources/source-state.ts';
import { classifier } from '../classification/assets.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';

const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  promises: [{ id: 'answer-60s', text: 'We answer within 60 seconds' }],
  sources: [{ id: 'reviews', name: 'Reviews', kind: 'review', url: 'https://reviews.example/f' }],
});
const register = compileRegister(brand.promises);

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

/** A review as a connector gives it. */
const review = (changes: Partial<FeedItem> = {}): FeedItem =>
  itemOf({
    nativeId: 'r-1',
    link: 'https://reviews.example/northbell/r-1',
    text: 'I was on hold for forty minutes and then the line went dead, terrible service.',
    author: 'Ines',
    publishedAt: '2026-10-05T10:00:00.000Z',
    rating: starsOf(1),
    language: 'en',
    given: true,
    ...changes,
  });

/** Reads the source at an hour of 6 October, judges what came, and counts the days that changed. */
async function readAt(hour: number, items: readonly FeedItem[], more: object = {}) {
  const now = new Date(Date.UTC(2026, 9, 6, hour));
  const states = dynamoSourceStates(db.table);
  const checkpoints = dynamoCheckpoints(db.table);
  const store = dynamoMentionStore(db.table);
  const rollups = dynamoRollupStore(db.table);
  const polls: PollMessage[] = [];
  await dispatch({ version: 1, settings: { timeZone: 'UTC', email: {}, brands: [brand] } }, now, {
    states,
    checkpoints,
    memory: {},
    polls: {
      send: async (messages) => {
        polls.push(...messages);
        return [];
      },
    },
  });
  const answer: SourceAnswer = { status: 'ok', items, etag: null, lastModified: null, ...more };
  const queued: unknown[] = [];
  const source = brand.sources[0];
  for (const poll of polls)
    await collect(poll, source && { brand, source }, now, {
      states,
      pauses: hostPauses(checkpoints),
      queue: { send: async (taken) => void queued.push(...taken), sendEach: async () => {} },
      read: async () => answer,
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
  for (const mention of queued)
    await judge(JSON.stringify({ v: 1, mentions: [mention] }), 1, now, {
      store,
      rollups,
      queue: { send: async () => {}, sendEach: async () => {} },
      classify: ({ bucketDay: day, ...rest }) => classifier.classify({ ...rest, day }, register),
      onFailure: (error) => {
        throw error;
      },
    });
  await recount(new Date(now.getTime() + 30 * 60_000), {
    store,
    rollups,
    notes: dynamoNoteStore(db.table),
    checkpoints,
  });
  return { polled: polls.length, queued };
}

/** Counts of the source on a day; undefined where nothing was counted. */
async function counted(day: string) {
  const [rollup] = await dynamoRollupStore(db.table).between('northbell', day, day);
  return rollup?.sources['reviews'];
}

async function versions() {
  const [first] = await dynamoMentionStore(db.table).ofDay('northbell', '2026-10-05', new Date(0));
  const history = await dynamoMentionStore(db.table).history('northbell', first?.id ?? '');
  return history === 'erased' ? [] : history;
}

const complete = { complete: { since: null, by: 'publishedAt' } } as const;

describe('a review that is edited', () => {
  it('counts as what it says now, and keeps what it said before', async () => {
    await readAt(8, [review()]);
    expect(await counted('2026-10-05')).toMatchObject({
      mentions: 1,
      negative: 1,
      promises: { 'answer-60s': { broken: 1 } },
    });
    await readAt(14, [
      review({ text: 'They called back and it is solved, great service!', rating: starsOf(5) }),
    ]);
    expect(await counted('2026-10-05')).toMatchObject({ mentions: 1, negative: 0, positive: 1 });
    const [newest, before] = await versions();
    expect(newest).toMatchObject({ version: 2, rating: { value: 5 } });
    expect(before).toMatchObject({ version: 1, rating: { value: 1 } });
    expect(before?.text).toContain('forty minutes');
  });

  it('moves to the day of the edit where the source dates it so', async () => {
    await readAt(8, [review()]);
    await readAt(14, [
      review({ text: 'Solved now, great service!', publishedAt: '2026-10-06T09:00:00.000Z' }),
    ]);
    expect(await counted('2026-10-05')).toBeUndefined();
    expect(await counted('2026-10-06')).toMatchObject({ mentions: 1, positive: 1 });
  });

  it('is no edit when only its stars stay and its words too', async () => {
    await readAt(8, [review()]);
    expect((await readAt(14, [review()])).queued).toEqual([]);
  });
});

describe('a review that is deleted', () => {
  const other = review({ nativeId: 'r-2', link: null, text: 'Fine, thank you.', author: 'Tom' });

  it('is marked after two reads of a whole list without it, and stays counted and readable', async () => {
    await readAt(0, [review(), other], complete);
    expect((await readAt(6, [other], complete)).queued).toEqual([]);
    expect((await readAt(13, [other], complete)).queued).toMatchObject([{ deletion: true }]);
    const [mention] = await versions();
    expect(mention).toMatchObject({ version: 1, deletedAt: '2026-10-06T13:00:00.000Z' });
    expect(mention?.text).toContain('forty minutes');
    expect(await counted('2026-10-05')).toMatchObject({ mentions: 2, negative: 1 });
    const marked = await dynamoMentionStore(db.table).ofDay('northbell', '2026-10-05', new Date(0));
    expect(marked.filter(({ flags }) => flags.includes('deleted'))).toHaveLength(1);
  });

  it('loses the mark when it is shown again', async () => {
    await readAt(0, [review(), other], complete);
    await readAt(6, [other], complete);
    await readAt(12, [other], complete);
    expect((await versions())[0]?.deletedAt).toBeDefined();
    expect((await readAt(19, [review(), other], complete)).queued).toHaveLength(1);
    const [mention] = await versions();
    expect(mention).toMatchObject({ version: 1 });
    expect(mention?.deletedAt).toBeUndefined();
    expect(mention?.classification.flags).not.toContain('deleted');
  });

  it('is not marked where a list shows only the newest', async () => {
    await readAt(0, [review(), other]);
    await readAt(6, [other]);
    expect((await readAt(13, [other])).queued).toEqual([]);
  });

  it('is marked at once where the source leaves a notice, whose words never replace those of the author', async () => {
    await readAt(8, [review()]);
    const { queued } = await readAt(14, [review({ text: '[deleted]', author: '[deleted]' })]);
    expect(queued).toMatchObject([{ deletion: true, source: 'reviews' }]);
    const [mention] = await versions();
    expect(mention?.deletedAt).toBeDefined();
    expect(mention?.text).toContain('forty minutes');
    expect((await readAt(21, [review({ text: '[deleted]' })])).queued).toEqual([]);
  });

  it('that was never stored leaves nothing behind', async () => {
    await readAt(8, [review({ isDeleted: true })]);
    expect(await counted('2026-10-05')).toBeUndefined();
  });
});

describe('a review that is re-dated', () => {
  it('stays one mention on its first day', async () => {
    await readAt(8, [review()]);
    await readAt(14, [review({ publishedAt: '2026-10-06T10:00:00.000Z' })]);
    expect(await counted('2026-10-05')).toMatchObject({ mentions: 1 });
    expect(await counted('2026-10-06')).toBeUndefined();
    expect(await versions()).toHaveLength(1);
  });
});

describe('a review that is re-identified', () => {
  it('by https, www or a campaign is the same', async () => {
    const at = (link: string) => review({ nativeId: link, link });
    await readAt(8, [at('http://reviews.example/northbell/r-1?utm_source=rss')]);
    const { queued } = await readAt(14, [at('https://www.reviews.example/northbell/r-1')]);
    expect(queued).toEqual([]);
  });

  it('by a new id counts once a day, as a copy', async () => {
    await readAt(8, [review()]);
    await readAt(14, [review({ nativeId: 'r-1-moved', link: null })]);
    expect(await counted('2026-10-05')).toMatchObject({ mentions: 1, negative: 1, copies: 1 });
  });
});

describe('a rating without words', () => {
  it('is stored and counted by its stars, without verdicts', async () => {
    await readAt(8, [
      review({ text: '', rating: starsOf(1) }),
      review({ nativeId: 'r-2', link: null, author: 'Tom', text: '', rating: starsOf(3) }),
      review({ nativeId: 'r-3', link: null, author: 'Kim', text: '…', rating: starsOf(5) }),
      review({ nativeId: 'r-4', link: null, author: 'Lee', text: '', rating: null }),
    ]);
    expect(await counted('2026-10-05')).toMatchObject({
      mentions: 3,
      negative: 1,
      neutral: 1,
      positive: 1,
      unclassified: 0,
      copies: 0,
      promises: {},
    });
  });
});

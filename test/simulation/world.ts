import { dynamoErasure } from '../../src/adapters/dynamodb/erasure.ts';
import { dynamoMentionStore, mentionKey } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { Item, Table } from '../../src/adapters/dynamodb/table.ts';
import { sqsMentionQueue, sqsPollQueue } from '../../src/adapters/sqs.ts';
import type { Brand } from '../../src/brands/brand.ts';
import type { SourceSettings } from '../../src/brands/source-settings.ts';
import { judge } from '../../src/classification/judge.ts';
import { findSource } from '../../src/config/find.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { parse } from '../../src/parse.ts';
import { recount } from '../../src/rollups/recount.ts';
import { collect } from '../../src/sources/collect.ts';
import { type DispatchMemory, dispatch } from '../../src/sources/dispatch.ts';
import { hostPauses } from '../../src/sources/host-pause.ts';
import { PollMessage } from '../../src/sources/source-state.ts';
import { aClassification, acme, aVerdict } from '../fixtures.ts';
import { memoryFeed } from './feed.ts';
import { type MemoryQueue, type Message, memoryQueue } from './memory-queue.ts';
import { memoryTable } from './memory-table.ts';
import { seededRandom } from './random.ts';
import { type Fate, type Task, taskRunner } from './tasks.ts';

export const SETTINGS = { timeZone: 'UTC', email: {}, brands: [acme] };
export const SOURCES = acme.sources.map(({ id }) => id);
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** As in lib/: six times the longest run of a function. */
export const POLL_VISIBILITY_MS = 9 * MINUTE_MS;
export const MENTIONS_VISIBILITY_MS = 6 * MINUTE_MS;
export const MAX_RECEIVES = 5;
const BEGINS = Date.parse('2026-03-02T09:00:00Z');
const RETENTION_DAYS = 400;
const DAY_SECONDS = 86_400;

/** How often each trouble befalls a request. */
const TROUBLE: readonly (readonly [Fate, number])[] = [
  ['crash before', 0.012],
  ['crash after', 0.012],
  ['answer lost', 0.015],
  ['repeated', 0.02],
  ['refused', 0.015],
];

/** What a directed test decides instead of the seed. */
export interface Script {
  /** Of every request of a process; by default the seed's troubles. */
  readonly fate?: (task: string, request: string) => Fate;
  /** Milliseconds until a write shows in an index. */
  readonly lag?: () => number;
  /** Whether a queue does not take an entry of a batch. */
  readonly refuses?: () => boolean;
  /** How long a mention stays in the table after it was read. */
  readonly retentionDays?: number;
  /** Told of every write to the table. */
  readonly onWrite?: (item: Item) => void;
}

/**
 * The steps of the product over stores in memory: every request is one instant, processes run side by side, and
 * everything else is decided by the seed.
 */
export function simulatedWorld(seed: number, script: Script = {}) {
  const random = seededRandom(seed);
  let now = BEGINS + random.below(24 * 60) * MINUTE_MS;
  let isTroubled = true;
  // Newer is greater, as in real life.
  let classifierVersion = 1;
  const table = memoryTable(
    () => now,
    // Usually at once, sometimes up to a minute, as measured on real indexes under load.
    script.lag ?? (() => (isTroubled && random.chance(0.2) ? random.below(60 * SECOND_MS) : 0)),
    script.onWrite,
  );
  const refuses = script.refuses ?? (() => isTroubled && random.chance(0.04));
  const polls = memoryQueue(MAX_RECEIVES, random, refuses);
  const mentions = memoryQueue(MAX_RECEIVES, random, refuses);
  const feeds = new Map(SOURCES.map((id) => [id, memoryFeed(id, random)]));
  const memory: DispatchMemory = {};
  const runner = taskRunner({
    next: random.below,
    fate: (task, request) => {
      now += random.below(200);
      return (script.fate ?? fateOf)(task, request);
    },
  });

  function fateOf(): Fate {
    if (!isTroubled) return 'done';
    for (const [fate, probability] of TROUBLE) if (random.chance(probability)) return fate;
    return 'done';
  }

  const through =
    (task: Task) =>
    <T>(name: string, effect: () => T) =>
      runner.request(task, name, effect);
  const stores = (task: Task) => {
    const view = table.as(through(task));
    return {
      store: dynamoMentionStore(view),
      rollups: dynamoRollupStore(view),
      states: dynamoSourceStates(view),
      checkpoints: dynamoCheckpoints(view),
      notes: dynamoNoteStore(view),
      erasure: dynamoErasure(view),
      polls: sqsPollQueue(polls.client(through(task)), 'polls'),
      queue: sqsMentionQueue(mentions.client(through(task)), 'mentions'),
    };
  };

  const startDispatch = () =>
    runner.start('dispatch', (task) =>
      dispatch({ version: 1, settings: SETTINGS }, new Date(now), { ...stores(task), memory }),
    );

  const startCollect = (body: string, task: Task) => {
    const { states, queue, checkpoints } = stores(task);
    const poll = parse(PollMessage, JSON.parse(body), 'poll');
    return collect(poll, findSource(SETTINGS, poll.source), new Date(now), {
      states,
      queue,
      pauses: hostPauses(checkpoints),
      read: async ({ id }) => {
        const feed = feeds.get(id);
        if (feed === undefined) throw new Error(`there is no feed ${id}`);
        return await runner.request(task, 'read', () => feed.answer(now, isTroubled));
      },
      normalise: (item, brand, source, at) =>
        normalised(item, brand, source, at, script.retentionDays ?? RETENTION_DAYS),
    });
  };

  const startJudge = ({ body, received }: Message, task: Task) => {
    const { store, rollups, queue } = stores(task);
    const cv = `cv${classifierVersion}`;
    return judge(body, received, new Date(now), {
      store,
      rollups,
      queue,
      classify: (mention) => classified(mention, cv),
      onFailure: () => {},
    });
  };

  /** Delivers messages as SQS does: at least once, and again when nobody removed them in time. */
  const deliver = (
    name: string,
    from: MemoryQueue,
    visibilityMs: number,
    handle: (message: Message, task: Task) => Promise<unknown>,
  ) => {
    for (const message of from.ready(now)) {
      if (isTroubled && random.chance(0.2)) continue;
      from.take(message, now + visibilityMs);
      const run = () =>
        runner.start(
          name,
          (task) => handle(message, task),
          (how) => {
            if (how === 'succeeded') from.remove(message);
            // A crash says nothing: the message shows itself when its time is over.
            else if (how === 'failed') from.giveBack(message);
          },
        );
      run();
      if (isTroubled && random.chance(0.08)) run();
    }
  };

  return {
    random,
    table,
    feeds,
    queues: { polls, mentions },
    now: () => now,
    pass: (minutes: number) => {
      now += minutes * MINUTE_MS;
    },
    settle: () => runner.settle(),
    calm: () => {
      isTroubled = false;
    },
    newClassifier: () => {
      classifierVersion++;
    },
    /** The newest classifier, as `promisewatch reclassify` takes it. */
    newest: () => {
      const cv = `cv${classifierVersion}`;
      return { cv, classify: (mention: Pick<Mention, 'text'>) => classified(mention, cv) };
    },
    start: {
      dispatch: startDispatch,
      polls: () => deliver('collect', polls, POLL_VISIBILITY_MS, (m, t) => startCollect(m.body, t)),
      mentions: () => deliver('classify', mentions, MENTIONS_VISIBILITY_MS, startJudge),
      /** One delivery of a message, whoever else has it. */
      judge: (message: Message) => runner.start('classify', (task) => startJudge(message, task)),
      collect: (message: Message) =>
        runner.start('collect', (task) => startCollect(message.body, task)),
      /** A process of the test's own over the same table. */
      anything: (name: string, work: (table: Table) => Promise<unknown>) =>
        runner.start(name, (task) => work(table.as(through(task)))),
      rollup: () => runner.start('rollup', (task) => recount(new Date(now), stores(task))),
      /**
       * As `promisewatch forget`: the tombstone, then the mark; a person repeats it until it succeeds. What has expired and is
       * gone is not erased: the person reads that nothing matches, and `ended` is not called.
       */
      erase: (brand: string, id: string, ended: (done: boolean) => void) => {
        let isThere = true;
        runner.start(
          'forget',
          async (task) => {
            const { erasure, rollups } = stores(task);
            const found = await erasure.byId(brand, id);
            if (found === undefined) {
              const isTombstone = ({ PK, SK, erased }: Item) =>
                PK === mentionKey(brand, id) && SK === 'M' && erased !== undefined;
              isThere = table.rows().some(isTombstone);
              return;
            }
            await rollups.markDirty(brand, found.bucketDay, new Date(now));
            await erasure.erase(found, new Date(now));
            await rollups.markDirty(brand, found.bucketDay, new Date(now));
          },
          (how) => {
            if (isThere) ended(how === 'succeeded');
          },
        );
      },
    },
  };
}

export type World = ReturnType<typeof simulatedWorld>;

/** Any pure function of the text will do. */
function classified(mention: Pick<Mention, 'text'>, cv: string) {
  const isBad = /nobody|fee|Third/.test(mention.text);
  const quote = mention.text.slice(0, 6);
  return aClassification({
    cv,
    sentiment: { label: isBad ? 'negative' : 'neutral', reasons: [] },
    verdicts: isBad ? [aVerdict({ quote, start: 0, end: quote.length, confidence: 0.75 })] : [],
  });
}

const wordings = new Map<string, Mention>();

/** As the product normalises, but each wording once for all schedules: only its times differ. */
function normalised(
  item: FeedItem,
  brand: Brand,
  source: SourceSettings,
  at: Date,
  retentionDays: number,
) {
  const fetchedAt = at.toISOString();
  const { publishedAt } = item;
  const bucketDay = publishedAt?.slice(0, 10);
  if (publishedAt === null || bucketDay === undefined) throw new Error('every review has a date');
  const key = `${item.nativeId} ${item.author} ${item.text}`;
  let known = wordings.get(key);
  if (known === undefined) {
    const result = toMention(item, {
      brand,
      source,
      timeZone: 'UTC',
      authorKey: 'key',
      retentionDays: RETENTION_DAYS,
      fetchedAt,
    });
    if ('rejected' in result) throw new Error(`a review was ${result.rejected}`);
    known = result.mention;
    wordings.set(key, known);
  }
  const ttl = Math.floor(at.getTime() / SECOND_MS) + retentionDays * DAY_SECONDS;
  return { mention: { ...known, publishedAt, fetchedAt, bucketDay, ttl } };
}

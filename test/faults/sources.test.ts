import { describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import { watch } from '../../src/checks/watch.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { SOURCES, type World } from '../simulation/world.ts';
import {
  afterRest,
  atEveryRequest,
  directedWorld,
  grow,
  passOnce,
  pollAll,
  storedMentions,
  viewOf,
} from './directed.ts';

const polled = async (world: ReturnType<typeof directedWorld>) => {
  grow(world, 3);
  await passOnce(world);
  return afterRest(world);
};

/** The feed answers 500 from now on. @returns mends it */
function breakFeed(
  world: World,
  source: string,
  { retryAfterSeconds, onAsked }: { retryAfterSeconds?: number; onAsked?: () => void } = {},
): () => void {
  const feed = world.feeds.get(source);
  if (feed === undefined) throw new Error(`there is no feed ${source}`);
  const answer: SourceAnswer = {
    status: 'failed',
    code: 'SERVER_ERROR',
    message: 'It said 500.',
    remedy: 'Wait.',
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  world.feeds.set(source, {
    ...feed,
    answer: () => {
      onAsked?.();
      return answer;
    },
  });
  return () => void world.feeds.set(source, feed);
}

const watchStores = (table: Table) => ({
  states: dynamoSourceStates(table),
  rollups: dynamoRollupStore(table),
  digests: dynamoDigestStore(table),
  recipients: dynamoRecipientStates(table),
  checkpoints: dynamoCheckpoints(table),
});

describe('reading sources', () => {
  it('fault 15: SQS takes a part of a batch: only the rest is sent again', async () => {
    let entries = 0;
    const world = directedWorld({
      // The third and the seventh entry of the first batch of mentions.
      refuses: () => {
        entries++;
        return entries === 5 || entries === 9;
      },
    });
    const [feed] = world.feeds.values();
    for (let more = 0; more < 100; more++) feed?.grow(world.now());
    await pollAll(world);
    const bodies = world.queues.mentions.ready(world.now()).map(({ body }) => body);
    expect(bodies).toHaveLength(10);
    expect(new Set(bodies).size).toBe(10);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 15: SQS refuses for good: nothing counts as seen, and the next poll brings it', async () => {
    let isRefusing = true;
    let polls = 0;
    const world = directedWorld({
      // The polls themselves get through.
      refuses: () => isRefusing && ++polls > SOURCES.length,
    });
    grow(world, 3);
    await pollAll(world);
    expect(world.queues.mentions.size()).toBe(0);
    const seen = world.table.rows().filter(({ PK }) => /^S#/.test(String(PK)));
    expect(seen).toHaveLength(SOURCES.length);
    expect(seen.every(({ seen }) => (seen as Uint8Array).length === 0)).toBe(true);
    isRefusing = false;
    expect(await afterRest(world)).toEqual([]);
    expect(storedMentions(world)).toHaveLength(6);
  });

  it('fault 16: a crash between sending and saving what was seen', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash before'],
      (task, request) => task === 'collect' && request === 'put',
      polled,
    );
    expect(places).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  });

  it('fault 17: the state of a source is lost', async () => {
    const world = directedWorld();
    grow(world, 5);
    await passOnce(world);
    for (const source of SOURCES) world.table.drop(`S#${source}`, 'S');
    grow(world, 2);
    expect(await afterRest(world)).toEqual([]);
    expect(storedMentions(world)).toHaveLength(14);
  });

  it('fault 18: the schedule fires twice at once, skips hours, and two collectors overlap', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const world = directedWorld({}, seed);
      grow(world, 3);
      world.start.dispatch();
      world.start.dispatch();
      await world.settle();
      expect(world.queues.polls.size()).toBe(SOURCES.length);
      const messages = world.queues.polls.ready(world.now());
      for (const message of messages)
        for (let twice = 0; twice < 2; twice++) world.start.collect(message);
      await world.settle();
      world.pass(600);
      grow(world, 1);
      expect(await afterRest(world)).toEqual([]);
    }
  });

  it('fault 18: a collector that comes after its lease was given to another neither reads nor overwrites', async () => {
    let reads = 0;
    const world = directedWorld({
      fate: (_task, request) => {
        reads += Number(request === 'read');
        return 'done';
      },
    });
    const states = dynamoSourceStates(viewOf(world));
    const [source = ''] = SOURCES;
    grow(world, 3);
    world.start.dispatch();
    await world.settle();
    const late = world.queues.polls.ready(world.now());
    const held = await states.get(source);
    world.pass(16);
    world.start.dispatch();
    await world.settle();
    for (const message of world.queues.polls.ready(world.now()))
      if (!late.includes(message)) world.start.collect(message);
    await world.settle();
    expect(reads).toBe(SOURCES.length);
    const left = await states.get(source);
    expect(left).toMatchObject({ leaseUntil: null, lastItems: 3 });
    for (const message of late) world.start.collect(message);
    await world.settle();
    expect(reads).toBe(SOURCES.length);
    // One that read before, and ends only now.
    if (held === undefined) throw new Error('the source was leased');
    expect(await states.finish({ ...held, leaseUntil: null }, held.leaseUntil ?? '')).toBe(false);
    expect(await states.get(source)).toEqual(left);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 18: a poll runs twice at once, and one of the two dies after it queued an edit that is then taken back', async () => {
    const [source = ''] = SOURCES;
    let died = 0;
    for (let seed = 1; seed <= 20; seed++) {
      let takeBack: (() => void) | undefined;
      const world = directedWorld(
        {
          fate: (task, request) => {
            if (takeBack === undefined || task !== 'collect' || request !== 'send') return 'done';
            takeBack();
            takeBack = undefined;
            died++;
            return 'crash after';
          },
        },
        seed,
      );
      const feed = world.feeds.get(source);
      feed?.grow(world.now());
      await passOnce(world);
      world.pass(1000);
      const [review] = (feed?.reviews() ?? []) as readonly { text: string }[];
      if (review === undefined) throw new Error('there is a review');
      const { text } = review;
      review.text = 'Nobody ever called me back.';
      world.start.dispatch();
      await world.settle();
      takeBack = () => {
        review.text = text;
      };
      const poll = world.queues.polls.ready(world.now()).find(({ body }) => body.includes(source));
      if (poll === undefined) throw new Error('the source is due');
      for (let twice = 0; twice < 2; twice++) world.start.collect(poll);
      await world.settle();
      expect(await afterRest(world), `order ${seed}`).toEqual([]);
    }
    expect(died).toBe(20);
  });

  it('fault 23: a source that fails is asked again later each time; the others are read on, and after a day the watch names it', async () => {
    const world = directedWorld();
    const stores = watchStores(viewOf(world));
    const unread = async () =>
      (await watch([{ brand: acme, timeZone: 'UTC' }], new Date(world.now()), stores)).unread;
    const [broken = '', sound = ''] = SOURCES;
    const mend = breakFeed(world, broken);
    const waits: number[] = [];
    for (let failures = 1; failures <= 8; failures++) {
      world.feeds.get(sound)?.grow(world.now());
      await pollAll(world);
      const state = await stores.states.get(broken);
      expect(state).toMatchObject({ failures, problem: { code: 'SERVER_ERROR' } });
      const wait = (Date.parse(state?.nextDueAt ?? '') - world.now()) / 60_000;
      waits.push(Math.round(wait));
      if (failures < 8) world.pass(Math.ceil(wait) + 1);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(20 * (waits[0] ?? 0));
    expect(await unread()).toEqual([]);
    world.pass(180);
    await pollAll(world);
    expect(await unread()).toEqual([broken]);
    mend();
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 23: a source is not asked before the time that its server names', async () => {
    const world = directedWorld();
    const [limited = ''] = SOURCES;
    let asked = 0;
    breakFeed(world, limited, { retryAfterSeconds: 7200, onAsked: () => asked++ });
    await pollAll(world);
    const state = await dynamoSourceStates(viewOf(world)).get(limited);
    expect(Date.parse(state?.nextDueAt ?? '') - world.now()).toBeGreaterThan(119 * 60_000);
    for (let quarter = 1; quarter < 8; quarter++) {
      world.pass(15);
      await pollAll(world);
    }
    expect(asked).toBe(1);
    world.pass(45);
    await pollAll(world);
    expect(asked).toBe(2);
  });

  it('fault 25: a feed re-orders and edits its items', async () => {
    const world = directedWorld();
    grow(world, 6);
    await passOnce(world);
    for (let edits = 0; edits < 4; edits++) {
      for (const feed of world.feeds.values()) feed.edit();
      world.pass(361);
      await passOnce(world);
    }
    expect(await afterRest(world)).toEqual([]);
    expect(storedMentions(world)).toHaveLength(12);
  });

  it('fault 25: a statement that comes again under another id is a copy; with another date it stays what it was', async () => {
    const world = directedWorld();
    const table = viewOf(world);
    const store = dynamoMentionStore(table);
    const text = 'Waited for twenty minutes on Monday and nobody picked up the phone at all.';
    const first = aMention({ text });
    const renamed = aMention({ text, id: 'a'.repeat(32), identity: 'acme-reviews|renamed' });
    const redated = aMention({
      text,
      bucketDay: '2026-03-02',
      fetchedAt: '2026-03-02T10:00:00.000Z',
    });
    const outcomes = [];
    for (const mention of [first, renamed, redated]) {
      const { outcome, days } = await store.save(mention, aClassification());
      outcomes.push(outcome);
      for (const day of days)
        await dynamoRollupStore(table).markDirty(acme.id, day, new Date(world.now()));
    }
    expect(outcomes).toEqual(['new', 'new', 'duplicate']);
    world.pass(16);
    world.start.rollup();
    await world.settle();
    const counted = await dynamoRollupStore(table).between(acme.id, '2026-03-01', '2026-03-02');
    expect(counted.map(({ day, sources }) => [day, sources['acme-reviews']])).toMatchObject([
      ['2026-03-01', { mentions: 1, negative: 1, copies: 1 }],
    ]);
  });
});

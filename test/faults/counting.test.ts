import { describe, expect, it } from 'vitest';
import { bucketDayOf, dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { recount } from '../../src/rollups/recount.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { runJudgingSchedule } from '../simulation/judging-schedule.ts';
import { runSchedule } from '../simulation/run-schedule.ts';
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

const counting = (task: string) => task === 'rollup';

const rollups = (world: ReturnType<typeof directedWorld>) =>
  dynamoRollupStore(viewOf(world)).between(acme.id, '2000-01-01', '2100-01-01');

describe('counting', () => {
  it('fault 5: a crash between any two requests of a recount', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash before', 'crash after'],
      counting,
      async (world) => {
        grow(world, 1);
        await pollAll(world);
        world.start.mentions();
        await world.settle();
        world.pass(16);
        // The first count of these days, old enough to remove their marks: nobody else has written what it leaves undone.
        world.start.rollup();
        await world.settle();
        return afterRest(world);
      },
    );
    expect(places).toBeGreaterThan(20);
    expect(violations).toEqual([]);
  }, 120_000);

  it('fault 6: a writer lands between the read of the day and the removal of its mark', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const world = directedWorld({}, seed);
      grow(world, 3);
      await passOnce(world);
      world.pass(16);
      grow(world, 2);
      world.pass(361);
      await pollAll(world);
      // Which request goes first is the seed's choice.
      world.start.rollup();
      world.start.mentions();
      world.start.rollup();
      await world.settle();
      expect(await afterRest(world)).toEqual([]);
    }
  });

  it('fault 6: whatever request of the count the writer comes before, its mention is counted at last', async () => {
    let requests = 0;
    for (let before = 1; before <= Math.max(requests, 1); before++) {
      const world = directedWorld();
      grow(world, 1);
      await pollAll(world);
      world.start.mentions();
      await world.settle();
      world.pass(16);
      const day = bucketDayOf(storedMentions(world)[0] ?? {});
      const write = async () => {
        const late = aMention({ text: 'It came in between.', bucketDay: day });
        await dynamoMentionStore(viewOf(world)).save(late, aClassification());
        await dynamoRollupStore(viewOf(world)).markDirty(acme.id, day, new Date(world.now()));
      };
      requests = 0;
      const table = world.table.as(async (_name, effect) => {
        requests++;
        if (requests === before) await write();
        return effect();
      });
      await recount(new Date(world.now()), {
        store: dynamoMentionStore(table),
        rollups: dynamoRollupStore(table),
        notes: dynamoNoteStore(table),
        checkpoints: dynamoCheckpoints(table),
      });
      expect(storedMentions(world)).toHaveLength(3);
      expect(await afterRest(world), `before request ${before}`).toEqual([]);
    }
    expect(requests).toBeGreaterThan(10);
  });

  it('fault 7: the day index lags by a minute', async () => {
    const world = directedWorld({ lag: () => 60_000 });
    grow(world, 4);
    world.start.dispatch();
    await world.settle();
    world.pass(2);
    await passOnce(world);
    expect(await rollups(world)).toEqual([]);
    world.pass(2);
    world.start.rollup();
    await world.settle();
    expect((await rollups(world)).length).toBeGreaterThan(0);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 7: a count that comes before the index must show the writes leaves the mark for the next one', async () => {
    const world = directedWorld({ lag: () => 14 * 60_000 });
    grow(world, 4);
    world.start.dispatch();
    await world.settle();
    world.pass(15);
    await pollAll(world);
    world.start.mentions();
    await world.settle();
    world.pass(13);
    world.start.rollup();
    await world.settle();
    expect(storedMentions(world)).toHaveLength(8);
    expect(await rollups(world)).toEqual([]);
    expect(await afterRest(world)).toEqual([]);
    expect((await rollups(world)).length).toBeGreaterThan(0);
  });

  it('fault 31: two classifier versions write side by side', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const world = directedWorld({}, seed);
      grow(world, 4);
      await pollAll(world);
      const [first, ...others] = world.queues.mentions.ready(world.now());
      if (first !== undefined) world.start.judge(first);
      world.newClassifier();
      for (const message of others) world.start.judge(message);
      if (first !== undefined) world.start.judge(first);
      await world.settle();
      const versions = storedMentions(world).map(({ PK, cv }) => `${String(PK)} ${String(cv)}`);
      expect(await afterRest(world)).toEqual([]);
      expect(storedMentions(world).map(({ PK, cv }) => `${String(PK)} ${String(cv)}`)).toEqual(
        expect.arrayContaining(versions),
      );
    }
  });

  it('fault 33: what expires does not change a day that is counted and sealed', async () => {
    const world = directedWorld();
    grow(world, 4);
    await passOnce(world);
    for (let count = 0; count < 2; count++) {
      world.pass(16);
      world.start.rollup();
      await world.settle();
    }
    const before = await rollups(world);
    for (const { PK, SK } of storedMentions(world).slice(0, 5))
      world.table.drop(String(PK), String(SK));
    world.start.rollup();
    await world.settle();
    expect(await rollups(world)).toEqual(before);
  });

  it('fault 33: a day that is marked again when its mentions have begun to expire keeps its counts', async () => {
    const world = directedWorld();
    grow(world, 4);
    await passOnce(world);
    const before = await rollups(world);
    const mentions = storedMentions(world);
    expect(mentions.length).toBe(8);
    // Expired and deleted; expired and not deleted yet.
    const first = Math.min(...mentions.map(({ ttl }) => Number(ttl)));
    for (const { PK, SK } of mentions.slice(0, 5)) world.table.drop(String(PK), String(SK));
    world.pass(Math.ceil((first * 1000 - world.now()) / 60_000) + 60 * 24);
    const days = new Set(mentions.map(bucketDayOf));
    world.start.anything('relabel', async (table) => {
      for (const day of days)
        await dynamoRollupStore(table).markDirty(acme.id, day, new Date(world.now()));
    });
    await world.settle();
    for (let count = 0; count < 2; count++) {
      world.pass(16);
      world.start.rollup();
      await world.settle();
    }
    expect(await rollups(world)).toEqual(before);
    expect(world.table.rows().filter(({ PK }) => String(PK).startsWith('D#'))).toEqual([]);
  });

  it('fault 33: at random, beside new classifiers that judge what is stored', async () => {
    for (let seed = 1001; seed <= 1020; seed++) expect(await runJudgingSchedule(seed)).toEqual([]);
  }, 120_000);

  it('faults 1–7, 14–18, 31, 32: all of them at random, side by side', async () => {
    for (let seed = 1001; seed <= 1030; seed++) expect(await runSchedule(seed)).toEqual([]);
  }, 120_000);
});

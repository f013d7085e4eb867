import { describe, expect, it } from 'vitest';
import { SOURCES } from '../simulation/world.ts';
import {
  afterRest,
  atEveryRequest,
  directedWorld,
  grow,
  passOnce,
  pollAll,
  storedMentions,
} from './directed.ts';

const polled = async (world: ReturnType<typeof directedWorld>) => {
  grow(world, 3);
  await passOnce(world);
  return afterRest(world);
};

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
});

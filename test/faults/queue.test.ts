import { describe, expect, it } from 'vitest';
import { eachRecord } from '../../lambdas/sqs-batch.ts';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import { acme, aMention } from '../fixtures.ts';
import {
  afterRest,
  atEveryRequest,
  directedWorld,
  grow,
  passOnce,
  pollAll,
  storedMentions,
} from './directed.ts';

const judging = (task: string) => task === 'classify';

/** Reviews are polled, judged and counted; what a fault left behind heals. */
const judged = async (world: ReturnType<typeof directedWorld>) => {
  grow(world, 4);
  await passOnce(world);
  return afterRest(world);
};

const record = (messageId: string, body = '{}') =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: '1' } }) as never;

describe('the mentions queue', () => {
  it('fault 1: one message delivered twice at once', async () => {
    const world = directedWorld();
    grow(world, 5);
    await pollAll(world);
    for (const message of world.queues.mentions.ready(world.now()))
      for (let twice = 0; twice < 2; twice++) world.start.judge(message);
    await world.settle();
    expect(storedMentions(world)).toHaveLength(10);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 2: redelivered after a part was stored, whatever part', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash after'],
      (task, request) => judging(task) && request === 'put',
      judged,
    );
    expect(places).toBeGreaterThanOrEqual(8);
    expect(violations).toEqual([]);
  });

  it('fault 3: a crash after the inserts, before the day is marked', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash before'],
      (task, request) => judging(task) && request === 'update',
      judged,
    );
    expect(places).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  });

  it('fault 4: a crash after the mark, before the message is acknowledged', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash after'],
      (task, request) => judging(task) && request === 'update',
      judged,
    );
    expect(places).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  });

  it('fault 9: a poison mention in a chunk of ten ends in the dead-letter queue alone', async () => {
    const world = directedWorld();
    const good = Array.from({ length: 9 }, (_, i) =>
      aMention({
        id: String(i).repeat(32),
        identity: `acme-reviews|${i}`,
        text: `review ${i} of nine that are good`,
      }),
    );
    const poison = { ...aMention(), id: 'f'.repeat(32), text: 'x'.repeat(8193) };
    const [body = '', ...others] = chunkBodies([...good.slice(0, 5), poison, ...good.slice(5)]);
    expect(others).toEqual([]);
    world.queues.mentions.add(body);
    for (let round = 0; round < 14; round++) {
      world.start.mentions();
      await world.settle();
      world.pass(7);
    }
    expect(storedMentions(world)).toHaveLength(9);
    const dead = world.queues.mentions.deadLetters();
    expect(dead).toHaveLength(1);
    expect(JSON.parse(dead[0] ?? '').mentions).toHaveLength(1);
    expect(dead[0]).toContain('f'.repeat(32));
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 9: a lone surrogate reaches the queue as an escape and the table whole', () => {
    const [body = ''] = chunkBodies([aMention({ text: 'broken \ud83d here' })]);
    expect(body).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(body).mentions[0].text).toBe('broken \ud83d here');
  });

  it('fault 10: a whole batch throws, or time runs out near the end: all is delivered again', async () => {
    const all = await eachRecord({ Records: [record('a'), record('b')] }, () => {
      throw new Error('everything is broken');
    });
    expect(all.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a', 'b']);
    const part = await eachRecord(
      { Records: [record('a'), record('b')] },
      async ({ messageId }) => {
        if (messageId === 'a') throw new Error('this one is broken');
      },
    );
    expect(part.batchItemFailures).toEqual([{ itemIdentifier: 'a' }]);
    const { places, violations } = await atEveryRequest(['crash before'], judging, judged);
    expect(places).toBeGreaterThan(8);
    expect(violations).toEqual([]);
  });

  it('fault 11: whatever a record does, the handler names it or it is done: nothing is deleted silently', async () => {
    const failing = ['b', 'd'];
    const { batchItemFailures } = await eachRecord(
      { Records: ['a', 'b', 'c', 'd'].map((id) => record(id)) },
      async ({ messageId }) => {
        if (failing.includes(messageId)) return Promise.reject(new Error('no'));
      },
    );
    expect(batchItemFailures).toEqual(failing.map((itemIdentifier) => ({ itemIdentifier })));
    expect(batchItemFailures.every(({ itemIdentifier }) => itemIdentifier !== '')).toBe(true);
  });

  it('fault 26: a thousand new items in one poll go in chunks of at most ten and 60 KB', async () => {
    const world = directedWorld();
    const [feed] = world.feeds.values();
    for (let more = 0; more < 1000; more++) feed?.grow(world.now());
    await pollAll(world);
    const queued = world.queues.mentions.ready(world.now()).map(({ body }) => body);
    expect(queued.every((body) => JSON.parse(body).mentions.length <= 10)).toBe(true);
    world.start.mentions();
    await world.settle();
    expect(storedMentions(world)).toHaveLength(1000);
    const long = Array.from({ length: 30 }, (_, i) =>
      aMention({ id: i.toString(16).padStart(32, '0'), text: 'ä'.repeat(3300) }),
    );
    const bodies = chunkBodies(long);
    expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThan(60_100);
    expect(bodies.flatMap((body) => JSON.parse(body).mentions)).toHaveLength(30);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 27: the dead-letter queue is redriven twice after the mend', async () => {
    let isBroken = true;
    const world = directedWorld({
      fate: (task, request) =>
        isBroken && judging(task) && request === 'put' ? 'refused' : 'done',
    });
    grow(world, 3);
    await pollAll(world);
    for (let round = 0; round < 12; round++) {
      world.start.mentions();
      await world.settle();
      world.pass(7);
    }
    expect(storedMentions(world)).toHaveLength(0);
    const dead = [...world.queues.mentions.deadLetters()];
    expect(dead.length).toBeGreaterThan(0);
    isBroken = false;
    world.queues.mentions.redrive();
    for (const body of dead) world.queues.mentions.add(body);
    world.start.mentions();
    await world.settle();
    expect(storedMentions(world)).toHaveLength(6);
    expect(await afterRest(world)).toEqual([]);
  });

  it('fault 28: mentions whose time is over when their message arrives are stored, not counted, and hold nobody up', async () => {
    const world = directedWorld();
    const expired = aMention({ ttl: Math.floor(world.now() / 1000) - 60 });
    const alive = aMention({
      id: 'f'.repeat(32),
      identity: 'acme-reviews|2',
      text: 'Solved at once.',
    });
    for (const body of chunkBodies([expired, alive])) world.queues.mentions.add(body);
    world.start.mentions();
    await world.settle();
    expect(storedMentions(world)).toHaveLength(2);
    expect(world.queues.mentions.unhandled()).toEqual([]);
    expect(await afterRest(world)).toEqual([]);
    const counted = world.table
      .rows()
      .flatMap(({ PK, sources }) => (PK === `R#${acme.id}` ? [sources] : []));
    expect(counted).toEqual([{ 'acme-reviews': expect.objectContaining({ mentions: 1 }) }]);
  });

  it('fault 28: a message of another schema ends as a dead letter after a bounded number of tries', async () => {
    const world = directedWorld();
    // All that it holds could be read; what else a later schema means by it nobody knows.
    const [body = ''] = chunkBodies([aMention()]);
    world.queues.mentions.add(JSON.stringify({ ...JSON.parse(body), v: 99 }));
    let tries = 0;
    for (let round = 0; round < 20; round++) {
      tries += world.queues.mentions.ready(world.now()).length;
      world.start.mentions();
      await world.settle();
      world.pass(7);
    }
    expect(tries).toBe(5);
    expect(world.queues.mentions.deadLetters()).toHaveLength(1);
    expect(storedMentions(world)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { dynamoReclassificationStore } from '../../src/adapters/dynamodb/classifications.ts';
import { dynamoErasure } from '../../src/adapters/dynamodb/erasure.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { idOf, violationsAtRest } from '../simulation/run-schedule.ts';
import {
  atEveryRequest,
  directedWorld,
  grow,
  passOnce,
  pollAll,
  storedMentions,
  viewOf,
} from './directed.ts';

describe('erasing', () => {
  it('fault 32: an erasure meets a re-poll, an edit and a reclassification, in any order', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const world = directedWorld({}, seed);
      grow(world, 3);
      await passOnce(world);
      const [mention] = storedMentions(world);
      const id = idOf(mention);
      const erased = new Map<string, boolean>();
      // The whole source is listed again, with edits.
      for (const feed of world.feeds.values()) for (let edits = 0; edits < 9; edits++) feed.edit();
      world.pass(361);
      await pollAll(world);
      world.start.mentions();
      world.start.erase(acme.id, id, (done) => erased.set(id, done));
      world.start.anything('reclassify', (table) =>
        dynamoReclassificationStore(table).replace(
          {
            brand: acme.id,
            id,
            contentHash: String(mention?.['contentHash']),
            version: Number(mention?.['version']),
            classification: { cv: String(mention?.['cv']) },
          },
          aClassification({ cv: 'cv9' }),
        ),
      );
      await world.settle();
      expect(erased.get(id)).toBe(true);
      const row = storedMentions(world).find(({ PK }) => String(PK).endsWith(id));
      expect(row).toMatchObject({ erased: expect.any(String) });
      expect(row?.['text']).toBeUndefined();
      world.pass(16);
      await passOnce(world);
      world.pass(16);
      world.start.rollup();
      await world.settle();
      expect((await violationsAtRest(world, erased)).filter((one) => one.includes(id))).toEqual([]);
    }
  });

  it('fault 32: a writer that copies the old wording just after the erasure looked for copies, and dies, leaves none', async () => {
    const world = directedWorld();
    const store = dynamoMentionStore(viewOf(world));
    const first = aMention({ text: 'Nobody called me back.' });
    await store.save(first, aClassification());
    const edited = aMention({
      text: 'They called at last.',
      fetchedAt: '2026-03-01T12:00:00.000Z',
    });
    let copy: (() => unknown) | undefined;
    let puts = 0;
    const dying = world.table.as(<T>(name: string, effect: () => T) => {
      puts += Number(name === 'put');
      // The first is the attempt to insert, the second the copy of the old wording.
      if (puts < 2) return Promise.resolve(effect());
      copy ??= effect;
      return new Promise<never>(() => {});
    });
    void dynamoMentionStore(dying).save(edited, aClassification());
    await new Promise(setImmediate);
    const erasure = dynamoErasure(viewOf(world));
    await erasure.erase(first, new Date(world.now()));
    copy?.();
    const texts = () =>
      world.table.rows().flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(texts()).toEqual(['Nobody called me back.']);
    // Its message is delivered again.
    expect(await store.save(edited, aClassification())).toMatchObject({ outcome: 'erased' });
    expect(texts()).toEqual([]);
  });

  it('fault 32: an erasure that died before its second look, with a version written since the first, is found and finished', async () => {
    const world = directedWorld();
    const store = dynamoMentionStore(viewOf(world));
    const first = aMention({ text: 'Nobody called me back.' });
    await store.save(first, aClassification());
    const edited = aMention({
      text: 'They called at last.',
      fetchedAt: '2026-03-01T12:00:00.000Z',
    });
    const done: string[] = [];
    const dying = world.table.as(async <T>(name: string, effect: () => T) => {
      if (done.includes('put')) return new Promise<never>(() => {});
      const answer = effect();
      done.push(name);
      if (name === 'query') await store.save(edited, aClassification());
      return answer;
    });
    void dynamoErasure(dying).erase(first, new Date(world.now()));
    await new Promise(setImmediate);
    expect(done).toEqual(['query', 'get', 'put']);
    const texts = () =>
      world.table.rows().flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(texts()).toEqual(['Nobody called me back.']);
    const erasure = dynamoErasure(viewOf(world));
    const left = await erasure.byId(acme.id, first.id);
    expect(left).toEqual({
      brand: acme.id,
      id: first.id,
      source: first.source,
      bucketDay: first.bucketDay,
    });
    if (left !== undefined) await erasure.erase(left, new Date(world.now()));
    expect(texts()).toEqual([]);
    expect(await erasure.byId(acme.id, first.id)).toBeUndefined();
  });

  it('fault 32: a version that came while the tombstone was made is known to it, so that its copy is emptied, too', async () => {
    const world = directedWorld();
    const store = dynamoMentionStore(viewOf(world));
    const wording = (hour: number, text: string) =>
      aMention({ text, fetchedAt: `2026-03-01T${hour}:00:00.000Z` });
    const first = wording(10, 'Nobody called me back.');
    const third = wording(14, 'I took my question elsewhere.');
    await store.save(first, aClassification());
    let copy: (() => unknown) | undefined;
    let puts = 0;
    const dying = world.table.as(<T>(name: string, effect: () => T) => {
      puts += Number(name === 'put');
      if (puts < 2) return Promise.resolve(effect());
      copy ??= effect;
      return new Promise<never>(() => {});
    });
    let reads = 0;
    const erasing = world.table.as(async (name, effect) => {
      const answer = effect();
      reads += Number(name === 'get');
      if (name !== 'get' || reads > 1) return answer;
      // Between its read and its tombstone one writer replaces the mention, and another is about to.
      await store.save(wording(12, 'They called at last.'), aClassification());
      void dynamoMentionStore(dying).save(third, aClassification());
      await new Promise(setImmediate);
      return answer;
    });
    await dynamoErasure(erasing).erase(first, new Date(world.now()));
    copy?.();
    const texts = () =>
      world.table.rows().flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(texts()).toEqual(['They called at last.']);
    // Its message is delivered again.
    expect(await store.save(third, aClassification())).toMatchObject({ outcome: 'erased' });
    expect(texts()).toEqual([]);
  });

  it('fault 32: an erasure that died half-way is finished by the next one', async () => {
    const { places, violations } = await atEveryRequest(
      ['crash before', 'crash after'],
      (task) => task === 'forget',
      async (world) => {
        grow(world, 2);
        await passOnce(world);
        for (const feed of world.feeds.values())
          for (let edits = 0; edits < 9; edits++) feed.edit();
        world.pass(361);
        await passOnce(world);
        const id = idOf(storedMentions(world)[0]);
        const erased = new Map<string, boolean>();
        for (let tries = 0; tries < 2; tries++) {
          world.start.erase(acme.id, id, (done) => erased.set(id, erased.get(id) === true || done));
          await world.settle();
        }
        const left = world.table
          .rows()
          .filter(({ PK, text }) => String(PK).endsWith(id) && text !== undefined);
        return left.map(({ SK }) => `${String(SK)} still holds the text`);
      },
    );
    expect(places).toBeGreaterThan(5);
    expect(violations).toEqual([]);
  });
});

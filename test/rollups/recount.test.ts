import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import type { Checkpoints, MentionStore, NoteStore, RollupStore } from '../../src/ports.ts';
import { audit } from '../../src/rollups/audit.ts';
import type { Relabel } from '../../src/rollups/note.ts';
import { recount } from '../../src/rollups/recount.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';

let db: TestTable;
let store: MentionStore;
let rollups: RollupStore;
let notes: NoteStore;
let checkpoints: Checkpoints;
beforeEach(async () => {
  db = await freshTable();
  store = dynamoMentionStore(db.table);
  rollups = dynamoRollupStore(db.table);
  notes = dynamoNoteStore(db.table);
  checkpoints = dynamoCheckpoints(db.table);
});
afterEach(() => db.close());

const at = (time: string) => new Date(`2026-03-01T${time}:00Z`);
const day = '2026-03-01';
const counts = async () => (await rollups.between('acme', day, day))[0]?.sources['acme-reviews'];

async function write(id: string, time: string) {
  await store.save(
    aMention({ id: id.repeat(32), identity: id, text: `${id} ${id}` }),
    aClassification(),
  );
  await rollups.markDirty('acme', day, at(time));
}

describe('a recount', () => {
  it('counts a marked day and keeps the mark until it has settled', async () => {
    await write('a', '10:00');
    expect(await recount(at('10:10'), { store, rollups, notes, checkpoints })).toEqual({
      days: 1,
      cleared: 0,
    });
    expect(await counts()).toMatchObject({ mentions: 1, negative: 1 });
    expect(await recount(at('10:16'), { store, rollups, notes, checkpoints })).toEqual({
      days: 1,
      cleared: 1,
    });
    expect(await recount(at('10:30'), { store, rollups, notes, checkpoints })).toEqual({
      days: 0,
      cleared: 0,
    });
  });

  it('keeps the mark when somebody writes between its read and its removal', async () => {
    await write('a', '10:00');
    const late: MentionStore = {
      ...store,
      ofDay: async (brand, bucket, now) => {
        const mentions = await store.ofDay(brand, bucket, now);
        await write('b', '11:00');
        return mentions;
      },
    };
    await recount(at('11:00'), { store: late, rollups, notes, checkpoints });
    expect(await counts()).toMatchObject({ mentions: 1 });
    await recount(at('11:01'), { store, rollups, notes, checkpoints });
    expect(await counts()).toMatchObject({ mentions: 2 });
  });

  it('keeps the mark of a writer who came after another recount had removed the former one', async () => {
    await write('a', '10:00');
    const late: MentionStore = {
      ...store,
      ofDay: async (brand, bucket, now) => {
        const mentions = await store.ofDay(brand, bucket, now);
        await recount(at('11:00'), { store, rollups, notes, checkpoints });
        await write('b', '11:00');
        return mentions;
      },
    };
    await recount(at('11:00'), { store: late, rollups, notes, checkpoints });
    expect(await counts()).toMatchObject({ mentions: 1 });
    await recount(at('11:01'), { store, rollups, notes, checkpoints });
    expect(await counts()).toMatchObject({ mentions: 2 });
  });

  it('says the same when it is repeated after a crash before the mark was removed', async () => {
    await write('a', '10:00');
    const crashing: RollupStore = { ...rollups, clear: () => Promise.reject(new Error('crash')) };
    await expect(
      recount(at('11:00'), { store, rollups: crashing, notes, checkpoints }),
    ).rejects.toThrow(`1 of 1 marked days could not be counted, the first is ${day} of acme`);
    expect(await recount(at('12:00'), { store, rollups, notes, checkpoints })).toEqual({
      days: 1,
      cleared: 1,
    });
    expect(await counts()).toMatchObject({ mentions: 1 });
  });

  describe('of a day that cannot be counted', () => {
    const before = '2026-02-27';
    const failing = (): MentionStore => ({
      ...store,
      ofDay: (brand, bucket, now) =>
        bucket === before
          ? Promise.reject(new Error('a damaged row'))
          : store.ofDay(brand, bucket, now),
    });

    it('counts the others, names it, and keeps its mark', async () => {
      await rollups.markDirty('acme', before, at('09:00'));
      await write('a', '10:00');
      const failed: unknown[] = [];
      await expect(
        recount(at('11:00'), { store: failing(), rollups, notes, checkpoints }, (error, mark) =>
          failed.push([String(error), mark.brand, mark.day]),
        ),
      ).rejects.toThrow(`1 of 2 marked days could not be counted, the first is ${before} of acme`);
      expect(failed).toEqual([['Error: a damaged row', 'acme', before]]);
      expect(await counts()).toMatchObject({ mentions: 1 });
      expect((await rollups.dirtyMarks()).map((mark) => mark.day)).toEqual([before]);
    });

    it('counts other brands where the state of a reclassification is damaged', async () => {
      await write('a', '10:00');
      await rollups.markDirty('aardvark', day, at('10:00'));
      await checkpoints.set('reclassify#aardvark', 'nonsense');
      await expect(recount(at('11:00'), { store, rollups, notes, checkpoints })).rejects.toThrow(
        'the first is 2026-03-01 of aardvark',
      );
      expect(await counts()).toMatchObject({ mentions: 1 });
    });

    it('is told by the audit, which looks at the others', async () => {
      await write('a', '10:00');
      await rollups.clear((await rollups.dirtyMarks())[0] as never);
      await checkpoints.set('reclassify#zebra', 'nonsense');
      const failed: unknown[] = [];
      const report = await audit(
        ['zebra', 'acme'],
        at('12:00'),
        90,
        { store: failing(), rollups, notes, checkpoints },
        (_error, about) => failed.push(about),
      );
      expect(report).toMatchObject({
        failed: ['zebra', `acme ${before}`],
        drifted: [`acme ${day}`],
      });
      expect(failed).toEqual([{ brand: 'zebra' }, { brand: 'acme', day: before }]);
    });
  });

  it('takes back the counts of a classifier version whose last mention of the day was edited', async () => {
    await write('a', '10:00');
    await recount(at('11:00'), { store, rollups, notes, checkpoints });
    await store.save(
      aMention({
        id: 'a'.repeat(32),
        identity: 'a',
        text: 'solved at once',
        fetchedAt: '2026-03-01T12:00:00.000Z',
      }),
      aClassification({ cv: 'cv2' }),
    );
    await rollups.markDirty('acme', day, at('12:00'));
    await recount(at('13:00'), { store, rollups, notes, checkpoints });
    const stored = await rollups.between('acme', day, day);
    expect(stored.map(({ cv, sources }) => [cv, sources['acme-reviews']?.mentions ?? 0])).toEqual([
      ['cv1', 0],
      ['cv2', 1],
    ]);
  });
});

describe('a relabel', () => {
  const relabel = (only: Partial<Relabel>): Relabel => ({
    kind: 'relabel',
    brand: 'acme',
    id: 'abcd',
    at: '2026-03-01T10:30:00.000Z',
    by: 'Ann',
    text: '',
    mention: 'a'.repeat(32),
    contentHash: aMention({ text: 'a a' }).contentHash,
    day,
    sentiment: null,
    verdicts: [],
    aboutUs: null,
    ...only,
  });

  async function noted(only: Partial<Relabel>) {
    await notes.add(relabel(only));
    await rollups.markDirty('acme', day, at('10:30'));
    await recount(at('11:00'), { store, rollups, notes, checkpoints });
  }

  it('moves the counts: sentiment and verdict are those of the person', async () => {
    await write('a', '10:00');
    await noted({ sentiment: 'positive', verdicts: [{ promise: 'fast', outcome: 'kept' }] });
    expect(await counts()).toMatchObject({
      mentions: 1,
      negative: 0,
      positive: 1,
      promises: { fast: { kept: 1, broken: 0 } },
    });
  });

  it('takes the only mention of a day out of the counts, and puts it back', async () => {
    await write('a', '10:00');
    await recount(at('10:20'), { store, rollups, notes, checkpoints });
    expect(await counts()).toMatchObject({ mentions: 1 });
    await noted({ aboutUs: false });
    expect(await counts()).toBeUndefined();
    await noted({ id: 'abce', aboutUs: true });
    expect(await counts()).toMatchObject({ mentions: 1 });
  });

  it('is no drift to the nightly audit, which would else take it back', async () => {
    await write('a', '10:00');
    await noted({ aboutUs: false });
    const { days, drifted } = await audit(['acme'], at('12:00'), 90, {
      store,
      rollups,
      notes,
      checkpoints,
    });
    expect([days, drifted]).toEqual([36, []]);
  });

  it('that was noted without its mark is found by the nightly audit', async () => {
    await write('a', '10:00');
    await recount(at('11:00'), { store, rollups, notes, checkpoints });
    await notes.add(relabel({ sentiment: 'neutral' }));
    const { drifted } = await audit(['acme'], at('12:00'), 90, {
      store,
      rollups,
      notes,
      checkpoints,
    });
    expect(drifted).toEqual(['acme 2026-03-01']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore, IdentityConflict } from '../../src/adapters/dynamodb/mentions.ts';
import type { MentionStore } from '../../src/ports.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention, aVerdict } from '../fixtures.ts';

const now = new Date('2026-03-02T00:00:00Z');
let db: TestTable;
let store: MentionStore;
beforeEach(async () => {
  db = await freshTable();
  store = dynamoMentionStore(db.table);
});
afterEach(() => db.close());

const edited = { text: 'Solved after all.', contentHash: 'f'.repeat(32) };

describe('the mention store', () => {
  it('keeps a mention that arrives twice once', async () => {
    expect(await store.save(aMention(), aClassification())).toEqual({
      outcome: 'new',
      days: ['2026-03-01'],
    });
    expect(await store.save(aMention(), aClassification())).toEqual({
      outcome: 'duplicate',
      days: ['2026-03-01'],
    });
    expect(await store.ofDay('acme', '2026-03-01', now)).toHaveLength(1);
  });

  it('gives back the mention and its classification as they were saved', async () => {
    const mention = aMention({
      title: 'Never again',
      rating: { value: 1.5, raw: '3', scale: 10 },
      lang: null,
    });
    const classification = aClassification({ lang: 'en', verdicts: [aVerdict()] });
    await store.save(mention, classification);
    expect(await store.read('acme', [mention.id])).toEqual([
      { ...mention, classification, version: 1 },
    ]);
  });

  it('indexes what counting needs, without the text', async () => {
    await store.save(aMention(), aClassification());
    const [indexed] = await store.ofDay('acme', '2026-03-01', now);
    expect(indexed).toMatchObject({
      id: aMention().id,
      at: '2026-03-01T09:00:00.000Z',
      sentiment: 'negative',
      verdicts: [{ promise: 'fast', promiseVersion: 1, outcome: 'broken', confidence: 0.9 }],
      version: 1,
    });
    expect(indexed).not.toHaveProperty('text');
  });

  it('stores an edit as the next version and keeps the one before', async () => {
    await store.save(aMention(), aClassification());
    const edit = aMention({ ...edited, fetchedAt: '2026-03-05T10:00:00.000Z' });
    const saved = await store.save(edit, aClassification({ verdicts: [] }));
    expect(saved.outcome).toBe('new-version');
    const [newest] = await store.read('acme', [edit.id]);
    expect(newest).toMatchObject({ version: 2, text: 'Solved after all.' });
    expect(await db.table.get(`M#acme#${edit.id}`, 'V#000001')).toMatchObject({
      version: 1,
      text: aMention().text,
    });
    expect(await store.ofDay('acme', '2026-03-01', now)).toHaveLength(1);
  });

  it('names both days when an edit moves a mention to another day', async () => {
    await store.save(aMention(), aClassification());
    const moved = aMention({
      ...edited,
      bucketDay: '2026-03-04',
      fetchedAt: '2026-03-05T10:00:00.000Z',
    });
    expect(await store.save(moved, aClassification())).toEqual({
      outcome: 'new-version',
      days: ['2026-03-01', '2026-03-04'],
    });
    expect(await store.ofDay('acme', '2026-03-01', now)).toEqual([]);
  });

  it('ignores a reading older than the stored one', async () => {
    await store.save(aMention({ fetchedAt: '2026-03-05T10:00:00.000Z' }), aClassification());
    const { outcome } = await store.save(aMention(edited), aClassification());
    expect(outcome).toBe('stale');
  });

  it('ignores a wording that was read between two readings of the stored one and arrives after them', async () => {
    const first = aMention();
    await store.save(first, aClassification());
    const again = { ...first, fetchedAt: '2026-03-01T14:00:00.000Z' };
    expect((await store.save(again, aClassification())).outcome).toBe('duplicate');
    const between = aMention({
      text: 'Said for an hour, then taken back.',
      fetchedAt: '2026-03-01T12:00:00.000Z',
    });
    expect((await store.save(between, aClassification())).outcome).toBe('stale');
    expect(await store.read('acme', [first.id])).toMatchObject([{ text: first.text, version: 1 }]);
  });

  it('refuses another statement under the same id', async () => {
    await store.save(aMention(), aClassification());
    const other = aMention({ ...edited, identity: 'acme-reviews|2' });
    await expect(store.save(other, aClassification())).rejects.toThrow(IdentityConflict);
  });

  it('does not bring back what was erased', async () => {
    const { id } = aMention();
    await db.table.put({ PK: `M#acme#${id}`, SK: 'M', erased: 1 });
    expect(await store.save(aMention(), aClassification())).toEqual({
      outcome: 'erased',
      days: [],
    });
    expect(await store.read('acme', [id])).toEqual([]);
  });

  it('does not count what has expired but is not deleted yet', async () => {
    await store.save(aMention({ ttl: 1000 }), aClassification());
    expect(await store.ofDay('acme', '2026-03-01', now)).toEqual([]);
  });

  it('keeps one of many writers of the same edit', async () => {
    await store.save(aMention(), aClassification());
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (letter, index) => {
        const { outcome } = await store.save(
          aMention({
            text: `Edit ${letter}`,
            contentHash: letter.repeat(32),
            fetchedAt: `2026-03-05T10:00:0${index}.000Z`,
          }),
          aClassification(),
        );
        return outcome;
      }),
    );
    const [newest] = await store.read('acme', [aMention().id]);
    expect(newest).toMatchObject({ text: 'Edit d' });
    expect(newest?.version).toBe(
      1 + outcomes.filter((outcome) => outcome === 'new-version').length,
    );
  });
});

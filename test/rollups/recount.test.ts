import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import type { MentionStore, RollupStore } from '../../src/ports.ts';
import { recount } from '../../src/rollups/recount.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';

let db: TestTable;
let store: MentionStore;
let rollups: RollupStore;
beforeEach(async () => {
  db = await freshTable();
  store = dynamoMentionStore(db.table);
  rollups = dynamoRollupStore(db.table);
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
    expect(await recount(at('10:10'), { store, rollups })).toEqual({ days: 1, cleared: 0 });
    expect(await counts()).toMatchObject({ mentions: 1, negative: 1 });
    expect(await recount(at('10:16'), { store, rollups })).toEqual({ days: 1, cleared: 1 });
    expect(await recount(at('10:30'), { store, rollups })).toEqual({ days: 0, cleared: 0 });
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
    await recount(at('11:00'), { store: late, rollups });
    expect(await counts()).toMatchObject({ mentions: 1 });
    await recount(at('11:01'), { store, rollups });
    expect(await counts()).toMatchObject({ mentions: 2 });
  });

  it('says the same when it is repeated after a crash before the mark was removed', async () => {
    await write('a', '10:00');
    const crashing: RollupStore = { ...rollups, clear: () => Promise.reject(new Error('crash')) };
    await expect(recount(at('11:00'), { store, rollups: crashing })).rejects.toThrow('crash');
    expect(await recount(at('12:00'), { store, rollups })).toEqual({ days: 1, cleared: 1 });
    expect(await counts()).toMatchObject({ mentions: 1 });
  });
});

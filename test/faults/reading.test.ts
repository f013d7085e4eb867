import { describe, expect, it } from 'vitest';
import { readFilters } from '../../bin/analyst/read-filters.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import { type Cursor, readCursor, writeCursor } from '../../src/query/cursor.ts';
import { listMentions, placeOf } from '../../src/query/list.ts';
import { brandReader } from '../../src/query/reader.ts';
import { freshTable } from '../dynamodb.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';

const NOW = new Date('2026-11-24T20:00:00.000Z');

const mention = (n: number, hour: number) =>
  aMention({
    id: hash128(`mention ${n}`),
    identity: `acme-reviews|${n}`,
    text: `statement ${n}`,
    bucketDay: '2026-11-23',
    publishedAt: `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`,
    fetchedAt: '2026-11-23T23:00:00.000Z',
    ttl: 2_000_000_000,
  });

async function firstOf<T>(count: number, items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}

describe('reading while others write', () => {
  it('fault 38: pages skip nothing and repeat nothing', async () => {
    const db = await freshTable();
    try {
      const stores = storesOf(db.table);
      await dynamoCheckpoints(db.table).set('classifier#acme', 'cv1');
      const before = Array.from({ length: 20 }, (_, n) => mention(n, n));
      for (const one of before) await stores.store.save(one, aClassification());
      const reader = brandReader(acme, 'UTC', NOW, stores);
      const filters = readFilters({ since: '2026-11-19' }, reader, 'all');
      const seen: string[] = [];
      let after: Cursor | undefined;
      for (let page = 0; ; page++) {
        const shown = await firstOf(3, listMentions(reader, filters, { after }));
        seen.push(...shown.map((one) => one.mention.id));
        const last = shown.at(-1);
        if (last === undefined) break;
        after = readCursor(writeCursor(placeOf(last)));
        // One lands before the place of the page, one behind it.
        await stores.store.save(mention(100 + page, 23), aClassification());
        await stores.store.save(mention(200 + page, 0), aClassification());
        if (page > 40) break;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    } finally {
      await db.close();
    }
  });

  it('fault 38: a mention that moves to an earlier day while a list is walked comes once', async () => {
    const db = await freshTable();
    try {
      const stores = storesOf(db.table);
      await dynamoCheckpoints(db.table).set('classifier#acme', 'cv1');
      for (let n = 0; n < 3; n++) await stores.store.save(mention(n, n), aClassification());
      const reader = brandReader(acme, 'UTC', NOW, stores);
      const filters = readFilters({ since: '2026-11-19' }, reader, 'all');
      const seen: string[] = [];
      for await (const { mention: listed } of listMentions(reader, filters)) {
        seen.push(listed.id);
        if (seen.length > 1) continue;
        // Edited, and now with its date.
        const moved = aMention({
          ...mention(2, 2),
          text: 'statement 2, edited',
          bucketDay: '2026-11-22',
          publishedAt: '2026-11-22T09:00:00.000Z',
          fetchedAt: '2026-11-24T10:00:00.000Z',
          contentHash: hash128('edited'),
        });
        const { outcome } = await stores.store.save(moved, aClassification());
        expect(outcome).toBe('new-version');
      }
      expect(seen).toEqual([2, 1, 0].map((n) => mention(n, n).id));
    } finally {
      await db.close();
    }
  });
});

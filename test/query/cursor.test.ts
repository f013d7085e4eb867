import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFilters } from '../../bin/analyst/read-filters.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import type { Brand } from '../../src/brands/brand.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import { type Cursor, readCursor, writeCursor } from '../../src/query/cursor.ts';
import { type ListedMention, listMentions, placeOf } from '../../src/query/list.ts';
import { type AnalystStores, brandReader } from '../../src/query/reader.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme, type Statement, statements } from './random-data.ts';

const NOW = new Date('2026-11-24T20:00:00.000Z');
let db: TestTable;
beforeAll(async () => {
  db = await freshTable();
});
afterAll(() => db.close());

let runs = 0;

async function write(stores: AnalystStores, brand: Brand, all: readonly Statement[]) {
  for (const { mention, classification } of all)
    await stores.store.save({ ...mention, brand: brand.id }, classification);
}

/** New mentions, before or behind any cursor, and edits of stored ones in their place. */
function writesOf(all: readonly Statement[], later: readonly Statement[]): Statement[] {
  const fresh = later.map((one, i) => ({
    ...one,
    mention: { ...one.mention, id: hash128(`later ${i}`), identity: `later ${i}` },
  }));
  const edits = all.map((one, i) => ({
    ...one,
    mention: {
      ...one.mention,
      contentHash: hash128(`edited ${i}`),
      fetchedAt: '2026-11-24T19:00:00.000Z',
    },
  }));
  return fresh.flatMap((one, i) => [one, ...(edits[i] === undefined ? [] : [edits[i]])]);
}

/** One page, as a command of its own: nothing is remembered but the cursor as it was printed. */
async function pageOf(
  stores: AnalystStores,
  brand: Brand,
  size: number,
  after: Cursor | undefined,
): Promise<ListedMention[]> {
  const reader = brandReader(brand, 'Europe/London', NOW, stores);
  const filters = readFilters({ since: '2026-11-19' }, reader, 'all');
  const page: ListedMention[] = [];
  for await (const one of listMentions(reader, filters, { after })) {
    page.push(one);
    if (page.length === size) break;
  }
  return page;
}

describe('pages of a list', () => {
  it('hold each mention once while others are written and edited between the pages', async () => {
    const size = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(statements, statements, size, async (all, later, rows) => {
        const brand = { ...acme, id: `paged-${runs++}` };
        const stores = storesOf(db.table);
        await dynamoCheckpoints(db.table).set(`classifier#${brand.id}`, 'cv1');
        await write(stores, brand, all);
        const writes = writesOf(all, later);
        const seen: string[] = [];
        let page = await pageOf(stores, brand, rows, undefined);
        while (page.length > 0) {
          seen.push(...page.map(({ mention }) => mention.id));
          await write(stores, brand, writes.splice(0, 4));
          const after = readCursor(writeCursor(placeOf(page.at(-1) as ListedMention)));
          expect(after).toBeDefined();
          page = await pageOf(stores, brand, rows, after);
        }
        expect(new Set(seen).size).toBe(seen.length);
        const customers = all.filter(({ mention }) => mention.population === 'customer');
        expect(seen).toEqual(expect.arrayContaining(customers.map(({ mention }) => mention.id)));
      }),
      { numRuns: 30 },
    );
  }, 240_000);
});

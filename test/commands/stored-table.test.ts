import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalTable } from '../../bin/analyst/local-table.ts';
import type { Item, QueryInput, Table } from '../../src/adapters/dynamodb/table.ts';
import { acme } from '../fixtures.ts';
import { aFolder, type Folder } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
let folder: Folder;
beforeAll(async () => {
  folder = await aFolder([acme], NOW);
});
afterAll(() => folder.remove());

/** Keys that are close to one another, begin alike, or hold what the engine's own keys are made of. */
const key = fc.constantFrom('', '#', '/', '~', 'a', 'ab', 'b', 'é', '\u{1f600}', 'M', 'V#000001');
const pk = key.map((text) => `P${text}`);
const sk = key.map((text) => `S${text}`);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.integer().map((n) => n / 1000),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y', 'name'), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const item: fc.Arbitrary<Item> = fc.record(
  { PK: pk, SK: sk, GSI1PK: pk, GSI1SK: sk, lang: value, verdicts: value, other: value },
  { requiredKeys: ['PK', 'SK'] },
);
const question: fc.Arbitrary<QueryInput> = fc
  .record(
    {
      pk,
      index: fc.constant('GSI1' as const),
      from: sk,
      to: sk,
      descending: fc.boolean(),
    },
    { requiredKeys: ['pk'] },
  )
  // The engine refuses a range that ends before it begins.
  .filter(({ from, to }) => from === undefined || to === undefined || from <= to);

async function answers(
  table: Table,
  keys: readonly { pk: string; sk: string }[],
  questions: readonly QueryInput[],
) {
  const found = [];
  for (const one of questions) {
    const rows: Item[] = [];
    for await (const row of table.query(one)) rows.push(row);
    found.push(rows);
  }
  const many = await table.getMany(keys);
  const byKey = (a: Item, b: Item) => (`${a['PK']} ${a['SK']}` < `${b['PK']} ${b['SK']}` ? -1 : 1);
  return {
    found,
    many: many.toSorted(byKey),
    one: await Promise.all(keys.map((one) => table.get(one.pk, one.sk))),
  };
}

describe('the table of a stopped run', () => {
  it('reads from its folder what the engine itself answers', async () => {
    const keys = fc.uniqueArray(fc.record({ pk, sk }), {
      minLength: 1,
      maxLength: 8,
      selector: (one) => `${one.pk} ${one.sk}`,
    });
    const items = fc.array(item, { minLength: 1, maxLength: 12 });
    const questions = fc.array(question, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(items, keys, questions, async (all, wanted, asked) => {
        const byEngine = await folder.write(async ({ table }) => {
          for (const one of all) await table.put(one);
          return answers(table, wanted, asked);
        });
        const opened = await openLocalTable(folder.path, '/');
        const direct = await answers(opened.table, wanted, asked);
        await opened.close();
        expect(direct).toEqual(byEngine);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('goes on with the engine from the first write, and leaves the folder to the next', async () => {
    const opened = await openLocalTable(folder.path, '/');
    const { table } = opened;
    const before = await table.get('P-new', 'S');
    expect(await table.put({ PK: 'P-new', SK: 'S', v: 1 })).toBe(true);
    const absent = { expression: 'attribute_not_exists(PK)' };
    expect(await table.put({ PK: 'P-new', SK: 'S', v: 2 }, absent)).toBe(false);
    const client = await opened.client();
    expect([before, (await table.get('P-new', 'S'))?.['v']]).toEqual([undefined, 1]);
    expect(client.config).toBeDefined();
    await opened.close();
    const again = await openLocalTable(folder.path, '/');
    expect((await again.table.getMany([{ pk: 'P-new', sk: 'S' }]))[0]?.['v']).toBe(1);
    await again.close();
  });

  it('says that there is none in a folder that is empty', async () => {
    await expect(openLocalTable(join(folder.path, 'cache'), '/')).rejects.toThrow('npm start');
  });
});

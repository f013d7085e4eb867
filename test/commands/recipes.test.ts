import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from '../../src/rollups/recount.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/sql.md'), 'utf8');
const recipes = [...(page.split('## Files')[0] ?? '').matchAll(/```sql\n([\s\S]*?)```/g)].map(
  ([, query = '']) => query.trim(),
);
let folder: Folder;
beforeAll(async () => {
  folder = await aFolder([acme], '2026-11-22T20:00:00.000Z');
  await run(folder, ['sync', ...at(folder)]);
});
afterAll(() => folder.remove());

describe('the recipes of docs/sql.md', () => {
  it('are found', () => {
    expect(recipes.length).toBeGreaterThan(5);
  });

  it.each(recipes)('%s', async (query) => {
    const { code, err } = await run(folder, ['sql', query, ...at(folder)]);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('data read') });
  });

  it('show the beginning of the text where only a person gave the verdict', async () => {
    const day = '2026-11-21';
    const at0 = `${day}T09:00:00.000Z`;
    const mention = aMention({
      text: 'nobody came to the phone',
      publishedAt: at0,
      fetchedAt: at0,
      bucketDay: day,
    });
    await folder.write(async ({ stores }) => {
      await stores.store.save(mention, aClassification({ verdicts: [] }));
      await stores.rollups.markDirty('acme', day, new Date(at0));
      await recount(new Date('2026-11-22T20:00:00.000Z'), stores);
    });
    const relabel = ['mentions', 'relabel', mention.id, '--promise', 'fast', '--verdict', 'broken'];
    expect((await run(folder, [...relabel, ...at(folder)])).code).toBe(0);
    const query = recipes.find((one) => one.includes('v.quote'))?.replace('answer-60s', 'fast');
    const argv = ['sql', '--fresh', query ?? '', '--json', ...at(folder)];
    expect(JSON.parse((await run(folder, argv)).out).rows).toMatchObject([
      { day, words: 'nobody came to the phone' },
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme } from '../fixtures.ts';
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
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { acme } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);

beforeAll(async () => {
  folder = await aFolder([acme], NOW);
  await folder.write(async ({ stores }) => {
    for (let i = 0; i < 70; i++)
      await stores.rollups.save({
        brand: 'acme',
        day: addDays('2026-11-21', i - 69),
        cv: 'cv1',
        seen: 1,
        sources: { 'acme-reviews': { ...noCounts(), mentions: 20, negative: 2, neutral: 18 } },
        employees: {},
      });
  });
});
afterAll(() => folder.remove());

describe('an outage', () => {
  it('is announced, masks its days in the chart, is listed, and withdrawn by the beginning of its id', async () => {
    const added = await cli(
      ...['outage', 'add', 'new API', '--source', 'acme-reviews'],
      ...['--from', '2026-11-20', '--to', '2026-11-21'],
    );
    expect(added).toMatchObject({ code: 0 });
    expect(added.out).toContain('checks leave out acme-reviews on 2026-11-20 to 2026-11-21');
    const masked = async () =>
      (await json('trends')).rows
        .filter((row: { masked: boolean }) => row.masked)
        .map(({ day }: { day: string }) => day);
    expect(await masked()).toEqual(['2026-11-20', '2026-11-21']);
    const { rows } = await json('outage', 'list');
    expect(rows).toMatchObject([
      { from: '2026-11-20', to: '2026-11-21', source: 'acme-reviews', by: 'ada', text: 'new API' },
    ]);
    expect((await cli('outage', 'withdraw', rows[0].id.slice(0, 20))).code).toBe(0);
    expect(await masked()).toEqual([]);
    expect((await cli('outage', 'list')).err).toContain('no outage is announced');
  });

  it.each([
    [['--from', 'someday'], 2, 'cannot read the time "someday"'],
    [['--from', '2026-11-21', '--to', '2026-11-20'], 2, 'is before'],
    [['--from', '2026-01-01', '--to', '2026-11-20'], 2, 'Take the source out'],
    [['--from', 'today', '--source', 'acme-review'], 4, 'Did you mean "acme-reviews"?'],
  ])('%s is refused with what to type instead', async (flags, code, message) => {
    const ran = await cli('outage', 'add', 'why', ...flags);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(message);
  });

  it('that does not exist cannot be withdrawn', async () => {
    expect(await cli('outage', 'withdraw', 'ffff')).toMatchObject({ code: 4 });
  });
});

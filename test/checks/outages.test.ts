import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { announcedOutages, type Note } from '../../src/rollups/note.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { storesIn } from './stores.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const deps = () => storesIn(db);

const FIRST = '2026-01-01';
const BAD = addDays(FIRST, 70);

/** Seventy quiet days, then one on which only the complaints of one source came through. */
async function history() {
  const { rollups, checkpoints } = deps();
  await checkpoints.set('classifier#acme', 'cv1');
  const counts = (mentions: number, negative: number) => ({
    ...noCounts(),
    mentions,
    negative,
    neutral: mentions - negative,
  });
  for (let i = 0; i <= 70; i++)
    await rollups.save({
      brand: 'acme',
      day: addDays(FIRST, i),
      cv: 'cv1',
      seen: 1,
      sources: {
        'acme-reviews': i < 70 ? counts(30, 3 + (i % 2)) : counts(24, 24),
        'acme-forum': counts(20, 2 + (i % 2)),
      },
      employees: {},
    });
}

const head = (id: string) => ({
  brand: 'acme',
  id,
  at: '2026-03-01T09:00:00.000Z',
  by: 'ada',
  text: 'moves to a new platform',
});
const outage = (id: string, source: string | null): Note => ({
  kind: 'outage',
  ...head(id),
  source,
  from: BAD,
  to: addDays(BAD, 2),
});

async function check(...notes: Note[]) {
  await history();
  for (const note of notes) await deps().notes.add(note);
  const report = await dailyCheck(acme, 'UTC', new Date(`${addDays(BAD, 1)}T06:30:00Z`), deps());
  const result = await deps().incidents.check('acme', BAD);
  return { report, result };
}

describe('an announced outage', () => {
  it('is not asked about where there is none: the same day opens an incident', async () => {
    expect((await check()).report).toMatchObject({ days: 1, events: 1 });
  });

  it('masks its source, says so, and opens nothing', async () => {
    const { report, result } = await check(outage('0001', 'acme-reviews'));
    expect(report).toMatchObject({ days: 1, events: 0 });
    expect(result?.coverage.map(({ source, state }) => [source, state])).toEqual([
      ['acme-forum', 'read'],
      ['acme-reviews', 'outage'],
    ]);
    expect(result?.skipped).toContain('acme-reviews: in an announced outage; left out.');
    const [test] = result?.tests ?? [];
    expect(test).toMatchObject({ series: 'brand', window: 1, mentions: 20 });
  });

  it('without a source masks all of the brand', async () => {
    const { report, result } = await check(outage('0001', null));
    expect(report.events).toBe(0);
    expect(result?.coverage.every(({ state }) => state === 'outage')).toBe(true);
  });

  it('that was withdrawn masks nothing', async () => {
    const { report } = await check(outage('0001', 'acme-reviews'), {
      kind: 'outage-withdrawn',
      ...head('0002'),
      outage: '0001',
    });
    expect(report.events).toBe(1);
  });

  it('of another source leaves this one counted', async () => {
    expect((await check(outage('0001', 'acme-forum'))).report.events).toBe(1);
  });
});

it('lists outages that stand in the order in which they begin', () => {
  const later = { ...outage('0001', null), from: '2026-04-01', to: '2026-04-01' } as Note;
  const notes = [later, outage('0002', 'acme-forum')];
  expect(announcedOutages(notes).map(({ id }) => id)).toEqual(['0002', '0001']);
});

import { describe, expect, it } from 'vitest';
import type { Rollup } from '../../src/rollups/rollup.ts';
import {
  type BacktestIncident,
  BacktestRow,
  type BacktestTotals,
  backtestRollups,
} from '../../src/trends/backtest.ts';
import { checkBrand } from '../../src/trends/check.ts';
import { dayName, dayNumber } from '../../src/trends/day.ts';
import { simulateBrand } from '../../src/trends/evaluation/simulator.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { type BrandRows, replayBrand, spanOf } from '../../src/trends/replay.ts';
import { anInput, aRollup, type DayCounts, dayAt, quietDay } from './fixtures.ts';

const crisis = (index: number): DayCounts =>
  index >= 70 && index <= 76
    ? { ...quietDay(index), reviews: { n: 20, x: 12, broken: { delivery: 9 } } }
    : quietDay(index);

function rowsOf(counts: (index: number) => DayCounts, days: number): BacktestRow[] {
  return Array.from({ length: days }, (_, i) => i).flatMap((i) =>
    Object.entries(counts(i)).flatMap(([source, { n, x, broken = {} }]) => [
      { brand: 'northbell', source, day: dayAt(i), mentions: n, negative: x },
      ...Object.entries(broken).map(([promise, negative]) => ({
        brand: 'northbell',
        source,
        promise,
        day: dayAt(i),
        mentions: negative,
        negative,
      })),
    ]),
  );
}

async function replayed(rows: readonly BacktestRow[], since?: ReadonlyMap<string, number>) {
  const printed: (BacktestIncident | BacktestTotals)[] = [];
  for await (const line of backtestRollups(rows, {
    sensitivity: 'normal',
    ...(since && { since }),
  }))
    printed.push(line);
  const totals = printed.pop() as BacktestTotals;
  return { incidents: printed as BacktestIncident[], ...totals };
}

describe('a backtest', () => {
  it('prints one line an incident and the totals', async () => {
    const { incidents, totals } = await replayed(rowsOf(crisis, 95));
    expect(incidents).toMatchObject([
      {
        brand: 'northbell',
        series: 'promise:delivery',
        openedOn: dayAt(70),
        window: 1,
        observed: 9,
        worseOn: [],
        recoveredOn: dayAt(81),
        maskedSources: [],
      },
    ]);
    expect(totals).toMatchObject({ brands: 1, days: 95, incidents: 1 });
  });

  it('does not depend on the order of the rows, and rows of one day add up', async () => {
    const rows = rowsOf(crisis, 95);
    const split = rows.flatMap((row) =>
      row.mentions > 1 && row.negative > 1
        ? [
            { ...row, mentions: row.mentions - 1, negative: row.negative - 1 },
            { ...row, mentions: 1, negative: 1 },
          ]
        : [row],
    );
    const whole = await replayed(rows);
    expect((await replayed(rows.toReversed())).incidents).toEqual(whole.incidents);
    expect((await replayed(split)).incidents).toEqual(whole.incidents);
  });

  it('sees a mention only from the day on which it became visible', async () => {
    const late = rowsOf(crisis, 95).map((row) =>
      row.day === dayAt(70) || row.day === dayAt(71) ? { ...row, seenOn: dayAt(72) } : row,
    );
    const { incidents } = await replayed(late);
    expect(incidents).toMatchObject([{ openedOn: dayAt(72) }]);
  });

  it('does not alarm about what becomes visible more than a week late', async () => {
    const late = rowsOf(crisis, 95).flatMap((row) =>
      row.day >= dayAt(70) && row.day <= dayAt(76) ? [{ ...row, seenOn: dayAt(90) }] : [row],
    );
    expect((await replayed(late)).incidents).toEqual([]);
  });

  it('takes for the mentions of a source the most that its rows or those of one promise tell', async () => {
    const promised = (index: number) => (index >= 70 && index <= 72 ? 9 : index % 2);
    const rows = Array.from({ length: 80 }, (_, i) => i).flatMap((i) =>
      ['delivery', 'answer'].map((promise) => ({
        brand: 'northbell',
        source: 'reviews',
        promise,
        day: dayAt(i),
        mentions: 30,
        negative: promise === 'answer' ? 1 : promised(i),
      })),
    );
    const { incidents } = await replayed(rows);
    expect(incidents).toMatchObject([{ series: 'promise:delivery', window: 1, mentions: 30 }]);
    const fewer = rows.map(({ promise: _none, ...row }) => ({ ...row, mentions: 20, negative: 0 }));
    const more = rows.map(({ promise: _none, ...row }) => ({ ...row, mentions: 20, negative: 1 }));
    expect((await replayed([...rows, ...fewer.slice(0, 1)])).incidents).toEqual(incidents);
    expect((await replayed([...rows, ...more])).incidents).toMatchObject([{ mentions: 40 }]);
  });

  it('takes a promise without rows for kept from the day on which it holds, and never before', async () => {
    const fresh = (index: number): DayCounts => ({
      reviews: { n: 30, x: 6, broken: index >= 65 ? { delivery: 4 } : {} },
    });
    const rows = rowsOf(fresh, 110);
    expect((await replayed(rows)).incidents).toMatchObject([
      { series: 'promise:delivery', openedOn: dayAt(66) },
    ]);
    const since = new Map([['delivery', dayNumber(dayAt(65))]]);
    expect((await replayed(rows, since)).incidents).toEqual([]);
  });

  it('keeps brands apart', async () => {
    const rows = rowsOf(crisis, 95);
    const two = rows.flatMap((row) => [row, { ...row, brand: 'other' }]);
    const { incidents, totals } = await replayed(two);
    expect(incidents.map(({ brand }) => brand)).toEqual(['northbell', 'other']);
    expect(totals).toMatchObject({ brands: 2, days: 190, incidents: 2 });
  });

  it('refuses rows that cannot be', () => {
    const row = { brand: 'b', source: 's', day: '2026-01-05', mentions: 3, negative: 1 };
    expect(BacktestRow.safeParse(row).success).toBe(true);
    expect(BacktestRow.safeParse({ ...row, negative: 4 }).success).toBe(false);
    expect(BacktestRow.safeParse({ ...row, day: '2026-02-30' }).success).toBe(false);
    expect(BacktestRow.safeParse({ ...row, source: 'a@b' }).success).toBe(false);
  });

  it('of nothing prints only totals', async () => {
    expect(await replayed([])).toEqual({
      incidents: [],
      totals: {
        brands: 0,
        rows: 0,
        days: 0,
        brandYears: 0,
        incidents: 0,
        incidentsPerBrandYear: 0,
      },
    });
  });
});

describe('a replay', () => {
  it('gives the incidents that the daily check gives day by day, with mentions that come late', () => {
    let compared = 0;
    for (let seed = 0; seed < 2; seed++) {
      const event = (day: number, source: number) =>
        day >= 110 && day < 117 && source === 1 ? { broken: 8 } : undefined;
      const rows = simulateBrand({
        seed: ['same', seed],
        perDay: 120,
        promises: 2,
        days: 140,
        event,
      });
      const replay = replayBrand(rows, { brand: 'northbell', sensitivity: 'normal' });
      const daily = checkedDaily(rows);
      expect(daily.map(comparable)).toEqual(replay.incidents.map(comparable));
      expect(daily[0]?.opening.usualCount).toBeGreaterThan(0);
      compared += daily.length;
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('asks for fewer negatives than usual where some are known to come late', () => {
    const counts = (i: number) => ({ reviews: { n: i === 70 ? 20 : 24, x: i === 70 ? 9 : 4 } });
    const rollups = Array.from({ length: 71 }, (_, i) => aRollup(dayAt(i), counts(i)));
    const limit = (arrived: Record<string, number[]>) =>
      checkBrand(
        anInput({ day: dayAt(70), rollups: rollups.map((r) => ({ ...r, arrived })) }),
      ).tests.find(({ window }) => window === 1);
    const atOnce = limit({ reviews: [24] });
    const late = limit({ reviews: [12, 6, 6] });
    expect(atOnce?.usualCount).toBeCloseTo(4, 12);
    expect(late?.usualCount).toBeCloseTo(2, 12);
    expect(late?.countLimit).toBeLessThan(atOnce?.countLimit as number);
    expect(limit({ social: [1, 9] })).toEqual(atOnce);
    expect(late?.expected).toBe(atOnce?.expected);
  });
});

/** Without the fields in which the two call the version differently. */
function comparable({ cv, ...incident }: Incident) {
  return { ...incident, versioned: cv !== '' };
}

/** Checks each day with the rollups that there were on it. */
function checkedDaily(rows: BrandRows): Incident[] {
  const brand = {
    id: 'northbell',
    code: 'NB',
    sensitivity: 'normal' as const,
    promises: rows.promises.map((id) => ({ id, headline: false })),
    sources: rows.sources.map((id) => ({ id, population: 'customer' as const })),
  };
  const { first, last } = spanOf(rows);
  const known = new Map<number, Incident>();
  for (let day = first; day <= last; day++) {
    const rollups = rollupsSeen(rows, day);
    const result = checkBrand(
      anInput({ brand, day: dayName(day), rollups, incidents: [...known.values()] }),
    );
    for (const incident of result.incidents) known.set(incident.number, incident);
  }
  return [...known.values()];
}

function rollupsSeen({ data, rows, sources, promises }: BrandRows, until: number): Rollup[] {
  const days = new Map<number, { counts: DayCounts; arrived: Record<string, number[]> }>();
  for (let r = 0; r < rows * 6; r += 6) {
    const [s = 0, p = 0, day = 0, seen = 0, n = 0, x = 0] = data.subarray(r, r + 6);
    if (seen > until || day < until - 100) continue;
    const source = sources[s] as string;
    const { counts, arrived } = days.get(day) ?? { counts: {}, arrived: {} };
    days.set(day, { counts, arrived });
    counts[source] ??= { n: 0, x: 0, broken: {} };
    const of = counts[source] as { n: number; x: number; broken: Record<string, number> };
    const promise = promises[p - 1];
    if (promise !== undefined) of.broken[promise] = (of.broken[promise] ?? 0) + x;
    else {
      of.n += n;
      of.x += x;
      arrived[source] ??= [0, 0, 0, 0, 0, 0, 0, 0];
      const ages = arrived[source] as number[];
      ages[seen - day] = (ages[seen - day] ?? 0) + n;
    }
  }
  return [...days].map(([day, { counts, arrived }]) => ({
    ...aRollup(dayName(day), counts),
    arrived,
  }));
}

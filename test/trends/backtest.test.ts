import { describe, expect, it } from 'vitest';
import {
  type BacktestIncident,
  BacktestRow,
  type BacktestTotals,
  backtestRollups,
} from '../../src/trends/backtest.ts';
import { checkBrand } from '../../src/trends/check.ts';
import { dayName } from '../../src/trends/day.ts';
import { simulateBrand } from '../../src/trends/evaluation/simulator.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { type BrandRows, replayBrand } from '../../src/trends/replay.ts';
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

async function replayed(rows: readonly BacktestRow[]) {
  const printed: (BacktestIncident | BacktestTotals)[] = [];
  for await (const line of backtestRollups(rows, { sensitivity: 'normal' })) printed.push(line);
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
  it('gives the incidents that the daily check gives day by day', () => {
    let compared = 0;
    for (let seed = 0; seed < 2; seed++) {
      const event = (day: number, source: number) =>
        day >= 110 && day < 117 && source === 1 ? { broken: 8 } : undefined;
      const rows = withoutLag(
        simulateBrand({ seed: ['same', seed], perDay: 120, promises: 2, days: 150, event }),
      );
      const replay = replayBrand(rows, { brand: 'northbell', sensitivity: 'normal' });
      const daily = checkedDaily(rows);
      expect(daily.map(comparable)).toEqual(replay.incidents.map(comparable));
      compared += daily.length;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** Without the fields in which the two call the version differently. */
function comparable({ cv, ...incident }: Incident) {
  return { ...incident, versioned: cv !== '' };
}

function withoutLag(rows: BrandRows): BrandRows {
  const data = rows.data.slice();
  for (let r = 0; r < rows.rows * 6; r += 6) data[r + 3] = data[r + 2] as number;
  return { ...rows, data };
}

function checkedDaily({ data, rows, sources, promises }: BrandRows): Incident[] {
  const days = new Map<number, DayCounts>();
  for (let r = 0; r < rows * 6; r += 6) {
    const [s = 0, p = 0, day = 0, , n = 0, x = 0] = data.slice(r, r + 6);
    const source = sources[s] as string;
    const counts = days.get(day) ?? {};
    const before = counts[source] ?? { n: 0, x: 0, broken: {} };
    const promise = promises[p - 1];
    const broken = { ...before.broken };
    if (promise !== undefined) broken[promise] = (broken[promise] ?? 0) + x;
    const plain = p === 0 ? { n: before.n + n, x: before.x + x } : { n: before.n, x: before.x };
    days.set(day, { ...counts, [source]: { ...plain, broken } });
  }
  const brand = {
    id: 'northbell',
    code: 'NB',
    sensitivity: 'normal' as const,
    promises: promises.map((id) => ({ id, headline: false })),
    sources: sources.map((id) => ({ id, population: 'customer' as const })),
  };
  const rollups = [...days].map(([day, counts]) => aRollup(dayName(day), counts));
  const known = new Map<number, Incident>();
  for (const day of [...days.keys()].toSorted((a, b) => a - b)) {
    const result = checkBrand(
      anInput({ brand, day: dayName(day), rollups, incidents: [...known.values()] }),
    );
    for (const incident of result.incidents) known.set(incident.number, incident);
  }
  return [...known.values()];
}

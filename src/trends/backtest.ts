import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { dayNumber } from './day.ts';
import type { Incident } from './incident.ts';
import { replayBrand, rowCollector } from './replay.ts';
import type { Sensitivity } from './settings.ts';

/**
 * Counts of one brand, source and day. Without `promise`: all mentions of the source and the negative ones.
 * With it: `negative` is the broken verdicts; its `mentions` count only where the source has no row without a
 * promise. Rows of one day add up; `seenOn` is the day on which they became visible (default: their day).
 */
export const BacktestRow = z
  .strictObject({
    brand: z.string().min(1),
    source: z.string().regex(/^[^@]+$/),
    promise: z
      .string()
      .regex(/^[^@]+$/)
      .optional(),
    day: Day,
    mentions: z.int().min(0),
    negative: z.int().min(0),
    seenOn: Day.optional(),
  })
  .refine(({ mentions, negative }) => negative <= mentions, {
    error: 'negative is more than mentions',
  });
export type BacktestRow = z.infer<typeof BacktestRow>;

/** One incident as `backtest --json` prints it. */
export type BacktestIncident = {
  brand: string;
  series: string;
  /** The closed day whose check fired. */
  openedOn: string;
  /** Days: 1, 3 or 7. */
  window: number;
  observed: number;
  expected: number;
  mentions: number;
  /** Chance of so many by luck alone. */
  chance: number;
  /** The series' part of the odds, which the chance was under. */
  odds: number;
  alsoFired: string[];
  worseOn: string[];
  recoveredOn: string | null;
  reopenedOn: string[];
  closedOn: string | null;
  closedBecause: Incident['closedBecause'];
  /** Sources not counted in the window that fired: silent, or learning. */
  maskedSources: string[];
};

export type BacktestTotals = {
  totals: {
    brands: number;
    rows: number;
    /** Checks made: one a brand and day. */
    days: number;
    brandYears: number;
    incidents: number;
    incidentsPerBrandYear: number;
  };
};

/**
 * Replays rows through the checks of every day and yields each brand's incidents, brands in the order in which
 * they first appear, then the totals. The order of the rows does not matter; they are kept as 24 bytes each
 * until the input ends, because only then is a day known to be complete.
 */
export async function* backtestRollups(
  rows: AsyncIterable<BacktestRow> | Iterable<BacktestRow>,
  { sensitivity }: { sensitivity: Sensitivity },
): AsyncGenerator<BacktestIncident | BacktestTotals> {
  const brands = new Map<string, ReturnType<typeof rowCollector>>();
  const days = new Map<string, number>();
  const number = (day: string) => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const fresh = dayNumber(day);
    days.set(day, fresh);
    return fresh;
  };
  let count = 0;
  for await (const row of rows) {
    const collector = brands.get(row.brand) ?? rowCollector();
    if (!brands.has(row.brand)) brands.set(row.brand, collector);
    const day = number(row.day);
    collector.add({
      source: row.source,
      promise: row.promise,
      day,
      seen: row.seenOn === undefined ? day : number(row.seenOn),
      mentions: row.mentions,
      negative: row.negative,
    });
    count++;
  }
  let checks = 0;
  let incidents = 0;
  for (const [brand, collector] of brands) {
    const replayed = replayBrand(collector.rows(), { brand, sensitivity });
    checks += replayed.days;
    incidents += replayed.incidents.length;
    for (const incident of replayed.incidents) {
      yield printed(incident, replayed.maskedSources.get(incident.number) ?? []);
    }
  }
  const brandYears = checks / 365.25;
  yield {
    totals: {
      brands: brands.size,
      rows: count,
      days: checks,
      brandYears,
      incidents,
      incidentsPerBrandYear: brandYears > 0 ? incidents / brandYears : 0,
    },
  };
}

function printed(incident: Incident, maskedSources: string[]): BacktestIncident {
  const { window, observed, expected, mentions, chance, odds } = incident.opening;
  return {
    brand: incident.brand,
    series: incident.series,
    openedOn: incident.openedOn,
    window,
    observed,
    expected,
    mentions,
    chance,
    odds,
    alsoFired: incident.alsoFired,
    worseOn: incident.worseOn,
    recoveredOn: incident.recoveredOn,
    reopenedOn: incident.reopenedOn,
    closedOn: incident.closedOn,
    closedBecause: incident.closedBecause,
    maskedSources,
  };
}

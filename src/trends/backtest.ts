import * as z from 'zod';
import { dayName, dayNumber } from './day.ts';
import type { Incident } from './incident.ts';
import {
  type BrandRows,
  type ReplaySettings,
  replayBrand,
  rowCollector,
  spanOf,
} from './replay.ts';
import type { Sensitivity } from './settings.ts';

/** Days that the rows of one brand may span: more is a mistyped year. */
const LONGEST_SPAN = 40 * 366;
/** More than any source has: it must fit into 32 bits. */
const MOST = 1_000_000_000;
const COUNT = 'is a whole number from 0 to 1,000,000,000';
const most = z.int({ error: COUNT }).min(0, { error: COUNT }).max(MOST, { error: COUNT });
const LONG = 'is a name of at most 200 characters';
const id = z
  .string({ error: 'is a name' })
  .max(200, { error: LONG })
  .regex(/^[^@]+$/, { error: 'is a name without @' });
const day = z.iso.date({ error: 'is a day like 2026-03-01' });

/**
 * Counts of one brand, source and day. Without `promise`: all mentions of the source and the negative ones.
 * With it: `negative` is the broken verdicts; its `mentions` are taken for all of the source's where no other rows
 * tell of more; a day without rows of a promise is one on which none was broken. Rows of one day add up; `seenOn` is the day on which they became visible (default, and if it is
 * earlier: their day).
 */
export const BacktestRow = z
  .object({
    brand: z
      .string({ error: 'is a name' })
      .min(1, { error: 'is a name' })
      .max(200, { error: LONG }),
    source: id,
    promise: id.nullish(),
    day,
    mentions: most,
    negative: most,
    seenOn: day.nullish(),
  })
  .refine(({ mentions, negative }) => negative <= mentions, {
    path: ['negative'],
    error: 'is more than mentions',
  });
export type BacktestRow = z.infer<typeof BacktestRow>;

/** What a row must look like, for those who wrote a wrong one. */
export const ROW_FIELDS =
  'a row is {"brand": …, "source": …, "day": "2026-03-01", "mentions": 12, "negative": 3}, and if need be "promise" and "seenOn"';
const FIELDS = new Set(Object.keys(BacktestRow.shape));

/** Reads one line of JSON as a row, or says in words what is wrong with it and which fields were not read. */
export function readBacktestRow(
  line: string,
): { readonly row: BacktestRow; readonly ignored: readonly string[] } | { readonly wrong: string } {
  const value = objectIn(line);
  if (value === undefined) return { wrong: `is not one JSON object: ${ROW_FIELDS}` };
  const read = BacktestRow.safeParse(value);
  if (read.success) {
    const ignored = Object.keys(value).filter((name) => !FIELDS.has(name));
    return { row: read.data, ignored };
  }
  const rules = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
  return { wrong: `${rules.join('; ')}: ${ROW_FIELDS}` };
}

function objectIn(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

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
 *
 * @param since as `ReplaySettings.since`, the same for all brands
 * @throws {RangeError} where the rows of a brand span more than 40 years
 */
export async function* backtestRollups(
  rows: AsyncIterable<BacktestRow> | Iterable<BacktestRow>,
  { sensitivity, since }: { sensitivity: Sensitivity } & Pick<ReplaySettings, 'since'>,
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
      promise: row.promise ?? undefined,
      day,
      seen: typeof row.seenOn === 'string' ? number(row.seenOn) : day,
      mentions: row.mentions,
      negative: row.negative,
    });
    count++;
  }
  let checks = 0;
  let incidents = 0;
  for (const [brand, collector] of brands) {
    const rows = collector.rows();
    checkSpan(brand, rows);
    const replayed = replayBrand(rows, { brand, sensitivity, ...(since && { since }) });
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

/** @throws {RangeError} where the days lie so far apart that a year must be mistyped */
function checkSpan(brand: string, rows: BrandRows): void {
  const { first, last } = spanOf(rows);
  if (rows.rows > 0 && last - first >= LONGEST_SPAN)
    throw new RangeError(
      `the rows of ${brand.slice(0, 60)} span ${dayName(first)} to ${dayName(last)}, more than 40 years: is a year mistyped?`,
    );
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

import type { Fired } from './episode.ts';
import type { WindowTest } from './incident.ts';
import { cellAt, type Panel } from './panel.ts';
import { decide, measure, ratioHolds, strays, usualCount, windowSums } from './scan.ts';
import { allSeries, oddsFor, oddsShares, type SeriesColumns } from './series.ts';
import { COUNT_KEY_FROM, KEYS, type Sensitivity, WINDOWS } from './settings.ts';

/** A series with its part of the odds, stricter while the least known part of it is learning. */
export type Watched = {
  columns: SeriesColumns;
  odds: number;
  daysWithData: number;
  /** False while it has no baseline: without a mention older than a week, what is usual would be a guess. */
  tested: boolean;
};

/** Every series of the panel with its odds, in a fixed order. */
export function watched(panel: Panel, sensitivity: Sensitivity): Watched[] {
  const list = allSeries(panel.history, panel);
  const shares = oddsShares(list);
  return list.map((columns) => {
    const daysWithData = knownDays(panel, columns);
    return {
      columns,
      daysWithData,
      tested: baselineMentions(panel, columns) > 0,
      odds: shares[columns.group] * oddsFor(sensitivity, daysWithData),
    };
  });
}

function baselineMentions(panel: Panel, { measure, sources }: SeriesColumns): number {
  let mentions = 0;
  for (const s of sources) mentions += cellAt(panel, measure, s).mentions;
  return mentions;
}

function knownDays(panel: Panel, { group, measure, sources }: SeriesColumns): number {
  let days = panel.brandDays;
  if (measure > 0) days = Math.min(days, panel.promiseDays[measure - 1] as number);
  if (group === 'source' || group === 'pair') {
    days = Math.min(days, panel.sourceDays[sources[0] as number] as number);
  }
  return days;
}

/** All tests of all series that have a baseline, with every number. */
export function testAll(panel: Panel, series: readonly Watched[]): WindowTest[] {
  return series.flatMap(({ columns, odds, tested }) => {
    if (!tested) return [];
    const rows = strays(panel, columns);
    return WINDOWS.map((window) => decide(panel, measure(panel, columns, window, rows), odds));
  });
}

/**
 * The series that fire, in windows that do not start before `earliest` (a day number). The same answer as
 * `testAll` gives, but what the cheap keys refuse is not measured: replaying years needs that.
 */
export function firing(
  panel: Panel,
  series: readonly Watched[],
  earliest = Number.NEGATIVE_INFINITY,
): Fired[] {
  const today = panel.history.first + panel.at;
  const windows = WINDOWS.filter((window) => today - window + 1 >= earliest);
  const fired: Fired[] = [];
  for (const one of series) {
    if (!one.tested) continue;
    const tests = firingWindows(panel, one, windows);
    const [shortest] = tests;
    if (shortest === undefined) continue;
    const test = tests.reduce((best, next) => (next.chance < best.chance ? next : best));
    fired.push({ columns: one.columns, test, shortest: shortest.window });
  }
  return fired;
}

/** Shortest first. */
function firingWindows(
  panel: Panel,
  { columns, odds }: Watched,
  windows: readonly number[],
): WindowTest[] {
  const tests: WindowTest[] = [];
  let rows: ReturnType<typeof strays> | undefined;
  const counted = panel.brandDays >= COUNT_KEY_FROM;
  for (const window of windows) {
    const sums = windowSums(panel, columns, window);
    if (sums.observed < KEYS.minimum || !ratioHolds(sums)) continue;
    // Under the usual count the count key cannot hold.
    if (counted && sums.observed <= usualCount(panel, columns, window)) continue;
    rows ??= strays(panel, columns);
    const test = decide(panel, measure(panel, columns, window, rows, sums), odds);
    if (test.fires) tests.push(test);
  }
  return tests;
}

import type { VerdictCounts } from '../rollups/rollup.ts';
import { type CheckInput, seenBy } from './check.ts';
import { dayNumber } from './day.ts';
import type { Incident } from './incident.ts';
import type { Panel } from './panel.ts';
import { windowSums } from './scan.ts';
import { seriesParts } from './series.ts';
import { LEARNING_DAYS } from './settings.ts';

export type PromiseRow = {
  promise: string;
  /** Verdicts of the last 7 days. */
  counts: VerdictCounts;
  /** Broken verdicts that the baseline's shares would give for the mentions of these 7 days. */
  expectedBroken: number;
  /** Broken verdicts by day, the last 14 days, oldest first. */
  daily: number[];
  status: 'in incident' | 'steady' | 'learning' | 'too few';
};

/** Verdicts in 28 days under which "steady" would claim too much. */
const ENOUGH_VERDICTS = 10;
const TABLE_DAYS = 7;
const DAILY_DAYS = 14;

/**
 * The promises of a brand over the last 7 days, in the order of the register. Status, first that holds:
 * in incident (an open incident names it or it fired with one), learning (fewer than 28 days with data since
 * it holds), too few (fewer than 10 verdicts in 28 days), steady.
 *
 * @param incidents those that are open after the check
 */
export function promiseTable(input: CheckInput, incidents: readonly Incident[]): PromiseRow[] {
  const panel = seenBy(input);
  const named = new Set(
    incidents
      .filter(({ state }) => state === 'open')
      .flatMap(({ series, alsoFired }) => [series, ...alsoFired])
      .map((series) => seriesParts(series).promise),
  );
  return input.brand.promises.map(({ id }) => {
    const p = panel.history.promises.indexOf(id);
    const columns = { series: `promise:${id}`, group: 'promise', measure: p + 1 } as const;
    const sums = windowSums(panel, { ...columns, sources: panel.sources }, TABLE_DAYS);
    const recent = verdicts(input, id, LEARNING_DAYS);
    return {
      promise: id,
      counts: verdicts(input, id, TABLE_DAYS),
      expectedBroken: sums.expected,
      daily: brokenByDay(panel, p + 1),
      status: named.has(id) ? 'in incident' : statusOf(panel.promiseDays[p] as number, recent),
    };
  });
}

function statusOf(days: number, recent: VerdictCounts): PromiseRow['status'] {
  const count = recent.exceeded + recent.kept + recent.broken + recent.unclear;
  if (days < LEARNING_DAYS) return 'learning';
  return count < ENOUGH_VERDICTS ? 'too few' : 'steady';
}

function brokenByDay({ history, at, sources }: Panel, measure: number): number[] {
  return Array.from({ length: DAILY_DAYS }, (_, k) => {
    const i = at - DAILY_DAYS + 1 + k;
    let broken = 0;
    for (const s of sources) broken += history.hits[measure]?.[s]?.[i] ?? 0;
    return broken;
  });
}

function verdicts({ brand, day, cv, rollups }: CheckInput, promise: string, days: number) {
  const customers = new Set(
    brand.sources.filter((s) => s.population === 'customer').map(({ id }) => id),
  );
  const sum: VerdictCounts = { exceeded: 0, kept: 0, broken: 0, unclear: 0 };
  const last = dayNumber(day);
  for (const rollup of rollups) {
    const age = last - dayNumber(rollup.day);
    if (rollup.brand !== brand.id || rollup.cv !== cv || age < 0 || age >= days) continue;
    for (const [source, { promises }] of Object.entries(rollup.sources)) {
      const counts = promises[promise];
      if (counts === undefined || !customers.has(source)) continue;
      sum.exceeded += counts.exceeded;
      sum.kept += counts.kept;
      sum.broken += counts.broken;
      sum.unclear += counts.unclear;
    }
  }
  return sum;
}

import type { Rollup } from '../../src/rollups/rollup.ts';
import type { CheckInput } from '../../src/trends/check.ts';
import { checkBrand } from '../../src/trends/check.ts';
import { dayName, dayNumber } from '../../src/trends/day.ts';
import type { CheckResult, Incident, IncidentEvent } from '../../src/trends/incident.ts';

export const FIRST_DAY = '2026-01-05';

export type DayCounts = Record<
  string,
  { n: number; x: number; broken?: Record<string, number>; kept?: Record<string, number> }
>;

/** The `index`th day of the example history, a Monday being 0. */
export function dayAt(index: number): string {
  return dayName(dayNumber(FIRST_DAY) + index);
}

export function aRollup(day: string, counts: DayCounts, cv = 'v1'): Rollup {
  const sources: Rollup['sources'] = {};
  for (const [source, { n, x, broken = {}, kept = {} }] of Object.entries(counts)) {
    const promises: Rollup['sources'][string]['promises'] = {};
    for (const id of [...Object.keys(broken), ...Object.keys(kept)]) {
      promises[id] = { exceeded: 0, kept: kept[id] ?? 0, broken: broken[id] ?? 0, unclear: 0 };
    }
    sources[source] = {
      mentions: n,
      negative: x,
      neutral: n - x,
      positive: 0,
      mixed: 0,
      unclassified: 0,
      unsupported: 0,
      copies: 0,
      overAuthorCap: 0,
      promises,
    };
  }
  return { brand: 'northbell', day, cv, seen: 1, sources, employees: {} };
}

export const northbell: CheckInput['brand'] = {
  id: 'northbell',
  code: 'NB',
  sensitivity: 'normal',
  promises: [
    { id: 'delivery', headline: true },
    { id: 'answer', headline: false },
  ],
  sources: [
    { id: 'reviews', population: 'customer' },
    { id: 'social', population: 'customer' },
    { id: 'staff', population: 'employee' },
  ],
};

/** A quiet day of northbell, about 30 mentions, a little different from day to day. */
export function quietDay(index: number): DayCounts {
  return {
    reviews: {
      n: 10 + (index % 3),
      x: 2 + (index % 2),
      broken: { delivery: index % 4 === 0 ? 1 : 0 },
      kept: { answer: 1, delivery: 1 },
    },
    social: { n: 20 - (index % 4), x: 1 + (index % 3 === 0 ? 1 : 0) },
  };
}

export function anInput(changes: Partial<CheckInput> & Pick<CheckInput, 'day'>): CheckInput {
  return { brand: northbell, cv: 'v1', rollups: [], incidents: [], outages: [], ...changes };
}

/** Checks day after day as the product does, passing on what the checks before have left. */
export function checkDaily(
  counts: (index: number) => DayCounts,
  span: { from: number; to: number },
  changes: Partial<CheckInput> = {},
): { results: CheckResult[]; events: IncidentEvent[]; incidents: Incident[] } {
  const rollups: Rollup[] = [];
  for (let i = 0; i < span.from; i++) rollups.push(aRollup(dayAt(i), counts(i)));
  const known = new Map<number, Incident>();
  const results: CheckResult[] = [];
  for (let i = span.from; i <= span.to; i++) {
    rollups.push(aRollup(dayAt(i), counts(i)));
    const result = checkBrand(
      anInput({ ...changes, day: dayAt(i), rollups, incidents: [...known.values()] }),
    );
    for (const incident of result.incidents) known.set(incident.number, incident);
    results.push(result);
  }
  return { results, events: results.flatMap((r) => r.events), incidents: [...known.values()] };
}

import type { Day } from '../brands/brand.ts';
import type { Rollup } from '../rollups/rollup.ts';
import { incompleteBeta } from '../trends/beta.ts';
import type { CheckResult, Incident } from '../trends/incident.ts';
import { KEYS, WOBBLE_PRIOR } from '../trends/settings.ts';
import { scopeOf, sourcesOn } from './scope.ts';

/** Smallest count of an incident's series that would have fired alone on `day`; null if none could. */
export type AlertLine = (incident: Incident, day: Day) => number | null;

/**
 * The alert line of the charts: for each day, at that day's volume and with the incident's frozen shares,
 * the smallest count whose one-day window has a chance under the series' odds and holds the minimum and
 * ratio keys. The wobble is that of the check's own one-day test; the count key needs the weekday's
 * history and is left out.
 */
export function alertLine(check: CheckResult, days: ReadonlyMap<Day, Rollup>): AlertLine {
  return (incident, day) => {
    const { sources } = incident.baseline;
    let mentions = 0;
    let expected = 0;
    for (const [source, counts] of sourcesOn(
      day,
      scopeOf(incident.series),
      days,
      (id) => id in sources,
    )) {
      mentions += counts.mentions;
      expected += counts.mentions * (sources[source]?.share ?? 0);
    }
    const oneDay = check.tests.find((test) => test.series === incident.series && test.window === 1);
    const wobble = oneDay?.wobble ?? Math.max(1, 1 + (mentions - 1) * WOBBLE_PRIOR.correlation);
    return smallestFiringCount({ mentions, expected, wobble, odds: incident.opening.odds });
  };
}

/** Smallest X ≤ n that fires for one window: found by halving, since every key holds beyond it. */
export function smallestFiringCount(window: {
  readonly mentions: number;
  readonly expected: number;
  readonly wobble: number;
  readonly odds: number;
}): number | null {
  const { mentions, expected } = window;
  let low = Math.max(
    KEYS.minimum,
    Math.ceil(Math.min(KEYS.ratio * expected, expected + KEYS.pointRise * mentions)),
  );
  let high = mentions;
  if (low > high || chanceOf(high, window) >= window.odds) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (chanceOf(middle, window) < window.odds) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The chance of trends.md: a binomial tail on the effective number of mentions. */
function chanceOf(
  observed: number,
  { mentions, expected, wobble }: { mentions: number; expected: number; wobble: number },
): number {
  if (mentions === 0 || expected <= 0) return 1;
  const effective = (observed - 0.5) / wobble + 0.5;
  return incompleteBeta(expected / mentions, effective, mentions / wobble - effective + 1);
}

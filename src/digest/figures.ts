import type { Brand, Day } from '../brands/brand.ts';
import type { ClassifiedMention } from '../mentions/classified-mention.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { CheckResult, Incident, WindowTest } from '../trends/incident.ts';
import type { AlertLine } from './alert-line.ts';
import { addDays, countDays, lastDays } from './dates.ts';
import type { ChartDay, DigestAction, DigestIncident, PromiseRow, Voices } from './digest.ts';
import { against, praised, type Scope, scopeOf, sourcesOn } from './scope.ts';

type Days = ReadonlyMap<Day, Rollup>;

/** Days of the chart: 21, or the whole episode and the week before it, at most 42. */
export function chartDays(since: Day, to: Day): Day[] {
  return lastDays(to, Math.min(42, Math.max(21, countDays(since, to) + 7)));
}

/** Counts, expectations and alert line of the incident's series. */
export function chart(
  incident: Incident,
  days: Days,
  to: Day,
  line: AlertLine,
  lastMarked: Day,
): ChartDay[] {
  const scope = scopeOf(incident.series);
  return chartDays(incident.since, to).map((day) => ({
    day,
    ...dayFigures(incident, scope, days, day),
    line: line(incident, day),
    marked: day >= incident.since && day <= lastMarked,
  }));
}

/** Count and expectation of one day over the sources that the frozen baseline knows. */
export function dayFigures(incident: Incident, scope: Scope, days: Days, day: Day) {
  const { sources } = incident.baseline;
  let count = 0;
  let expected = 0;
  for (const [source, counts] of sourcesOn(day, scope, days, (id) => id in sources)) {
    count += against(scope, counts);
    expected += counts.mentions * (sources[source]?.share ?? 0);
  }
  return { count, expected };
}

export function voices(mentions: readonly ClassifiedMention[]): Voices {
  const byAuthor = new Map<string, number>();
  let unnamed = 0;
  for (const { authorHash } of mentions) {
    if (authorHash === null) unnamed++;
    else byAuthor.set(authorHash, (byAuthor.get(authorHash) ?? 0) + 1);
  }
  return {
    mentions: mentions.length,
    authors: byAuthor.size,
    unnamed,
    most: Math.max(0, ...byAuthor.values()),
    sources: new Set(mentions.map((mention) => mention.source)).size,
  };
}

/** How often each key occurs, most frequent first, equal counts by name. */
export function tally(keys: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** Counts by source from the rollups of the window: these add up to the test's count. */
export function sourceBars(incident: Incident, test: WindowTest, days: Days) {
  const scope = scopeOf(test.series);
  const counts = new Map<string, number>();
  for (const day of lastDays(test.to, test.window)) {
    for (const [source, row] of sourcesOn(
      day,
      scope,
      days,
      (id) => id in incident.baseline.sources,
    )) {
      const count = against(scope, row);
      if (count > 0) counts.set(source, (counts.get(source) ?? 0) + count);
    }
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** Fewest days with data before the incident from which a usual count of praise is known. */
const PRAISE_DAYS = 14;

/** Praise in the test's window, and what its share on the days before the incident would give. */
export function praise(test: WindowTest, since: Day, days: Days): DigestIncident['praise'] {
  const scope = scopeOf(test.series);
  const now = praiseOn(lastDays(test.to, test.window), scope, days);
  const earlier = [...days.keys()].filter(
    (day) => day < since && sourcesOn(day, scope, days).length > 0,
  );
  const usual = praiseOn(earlier, scope, days);
  const known = earlier.length >= PRAISE_DAYS && usual.mentions > 0;
  return {
    count: now.count,
    exceeded: now.exceeded,
    expected: known ? (usual.count / usual.mentions) * now.mentions : null,
  };
}

function praiseOn(chosen: readonly Day[], scope: Scope, days: Days) {
  const total = { count: 0, exceeded: 0, mentions: 0 };
  for (const day of chosen) {
    for (const [, row] of sourcesOn(day, scope, days)) {
      total.count += praised(scope, row);
      total.mentions += row.mentions;
      if (scope.promise !== null) total.exceeded += row.promises[scope.promise]?.exceeded ?? 0;
    }
  }
  return total;
}

/** The whole incident in numbers. */
export function episode(
  incident: Incident,
  days: Days,
  to: Day,
  line: AlertLine,
): DigestIncident['episode'] {
  const scope = scopeOf(incident.series);
  const result = {
    count: 0,
    expected: 0,
    peak: { day: incident.since, count: 0 },
    lastBadDay: incident.since,
  };
  for (const day of lastDays(to, countDays(incident.since, to))) {
    const { count, expected } = dayFigures(incident, scope, days, day);
    result.count += count;
    result.expected += expected;
    if (count > result.peak.count) result.peak = { day, count };
    const limit = line(incident, day);
    const bad = limit === null ? count >= 5 && count > 1.25 * expected : count >= limit;
    if (bad || day <= incident.openedOn) result.lastBadDay = day;
  }
  return result;
}

/** Fewest verdicts of any outcome in 28 days for a promise to be called steady. */
const ENOUGH_VERDICTS = 5;

/** Every promise of the brand over the last days, with its status. */
export function promiseRows(brand: Brand, check: CheckResult, days: Days): PromiseRow[] {
  const inIncident = new Set(
    check.incidents
      .filter((incident) => incident.state === 'open')
      .flatMap((incident) => [incident.series, ...incident.alsoFired])
      .map((series) => scopeOf(series).promise),
  );
  return brand.promises.map(({ id, text }) => {
    const scope: Scope = { promise: id, source: null };
    const test = check.tests.find((row) => row.series === `promise:${id}` && row.window === 7);
    const counts = lastDays(check.day, 14).map((day) => brokenOn(day, scope, days));
    return {
      id,
      text,
      observed: test?.observed ?? counts.slice(7).reduce((sum, count) => sum + count, 0),
      expected: test?.expected ?? null,
      days: counts,
      status: inIncident.has(id) ? 'in incident' : statusOf(id, check, test, days),
    };
  });
}

function statusOf(
  promise: string,
  check: CheckResult,
  test: WindowTest | undefined,
  days: Days,
): PromiseRow['status'] {
  if (check.learning !== null) return 'learning';
  const verdicts = verdictsSince(addDays(check.day, -27), check.day, promise, days);
  if (verdicts < ENOUGH_VERDICTS) return 'too few';
  return test === undefined ? 'learning' : 'steady';
}

function brokenOn(day: Day, scope: Scope, days: Days): number {
  return sourcesOn(day, scope, days).reduce((sum, [, row]) => sum + against(scope, row), 0);
}

function verdictsSince(from: Day, to: Day, promise: string, days: Days): number {
  let total = 0;
  for (const [day, rollup] of days) {
    if (day < from || day > to) continue;
    for (const row of Object.values(rollup.sources)) {
      const counts = row.promises[promise];
      if (counts) total += counts.exceeded + counts.kept + counts.broken + counts.unclear;
    }
  }
  return total;
}

/** What the brand did, as noted by a person. */
export interface Action {
  readonly day: Day;
  readonly text: string;
  /** Promise it was meant for; null: the whole brand. */
  readonly promise: string | null;
}

/** Up to seven days before an action and up to seven from it on, with the incident's own baseline. */
export function actionEffect(
  action: Action,
  incident: Incident,
  days: Days,
  to: Day,
  promise: string | null,
): DigestAction {
  const scope = scopeOf(incident.series);
  const span = (from: Day, until: Day) => {
    const total = { days: countDays(from, until), observed: 0, expected: 0 };
    for (const day of lastDays(until, total.days)) {
      const { count, expected } = dayFigures(incident, scope, days, day);
      total.observed += count;
      total.expected += expected;
    }
    return total;
  };
  const end = addDays(action.day, 6);
  return {
    day: action.day,
    text: action.text,
    promise,
    before: span(addDays(action.day, -7), addDays(action.day, -1)),
    after: span(action.day, end < to ? end : to),
  };
}

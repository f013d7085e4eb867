import type { Brand, Day } from '../brands/brand.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { addDays, daysBetween } from '../mentions/day.ts';
import type { Rollup } from '../rollups/rollup.ts';
import { type ChartDay as SeriesDay, seriesChart } from '../trends/chart.ts';
import { type CheckInput, seenBy } from '../trends/check.ts';
import { frozenColumns, frozenCounts } from '../trends/frozen.ts';
import type { Incident, WindowTest } from '../trends/incident.ts';
import { promiseTable } from '../trends/promise-table.ts';
import { EPISODE, KEYS, LOOKBACK_DAYS } from '../trends/settings.ts';
import { lastDays } from './dates.ts';
import type {
  ChartDay,
  DigestIncident,
  Figures,
  IncidentKind,
  PromiseRow,
  Voices,
} from './digest.ts';
import { against, praised, type Scope, scopeOf, sourcesOn } from './scope.ts';

type Days = ReadonlyMap<Day, Rollup>;

/** Days of a chart: 21, or the whole incident and the week before it, at most 42. */
const CHART_DAYS = { least: 21, before: 7, most: 42 } as const;

/**
 * The days of the incident's series that a mail can show: at least 42, and all since the week before it
 * began, as far as the check can see. Oldest first; empty if the series is not tested now.
 */
export function seriesDays(input: CheckInput, incident: Incident): SeriesDay[] {
  const own = daysBetween(incident.since, input.day) + 1 + CHART_DAYS.before;
  const count = Math.min(LOOKBACK_DAYS, Math.max(CHART_DAYS.most, own));
  return seriesChart(input, incident.series, count) ?? [];
}

export function chart(days: readonly SeriesDay[], since: Day, until: Day): ChartDay[] {
  const to = days.at(-1)?.day ?? until;
  const wanted = daysBetween(since, to) + 1 + CHART_DAYS.before;
  const count = Math.min(CHART_DAYS.most, Math.max(CHART_DAYS.least, wanted));
  return days.slice(-count).map(({ day, observed, expected, alertLine, masked }) => ({
    day,
    count: observed,
    expected,
    line: masked ? null : alertLine,
    marked: day >= since && day <= until,
    masked,
  }));
}

/** The incident's bad days in numbers. */
export function episode(days: readonly SeriesDay[], incident: Incident): DigestIncident['episode'] {
  const own = days.filter(({ day }) => day >= incident.since);
  const peak = own.reduce<SeriesDay | undefined>(
    (best, row) => (best === undefined || row.observed > best.observed ? row : best),
    undefined,
  );
  // It lasted at least until it was noticed, after that as long as days were clearly bad; days from which
  // the recovery was read are not.
  const over = incident.recoveredOn && addDays(incident.recoveredOn, -GOOD_RUN);
  const bad = own.filter(
    ({ day, observed, expected }) =>
      day <= incident.openedOn || ((!over || day <= over) && isBad(observed, expected)),
  );
  const lastBadDay = bad.at(-1)?.day ?? incident.openedOn;
  const lasting = own.filter(({ day }) => day <= lastBadDay);
  return {
    count: lasting.reduce((sum, { observed }) => sum + observed, 0),
    expected: lasting.reduce((sum, { expected }) => sum + expected, 0),
    peak: { day: peak?.day ?? incident.since, count: peak?.observed ?? 0 },
    lastBadDay,
  };
}

/** Days of the three good checks of three days each. */
const GOOD_RUN = EPISODE.goodWindow + EPISODE.goodChecks - 1;

/** Over what is good, and by more than a day's count strays by luck. */
function isBad(observed: number, expected: number): boolean {
  const luck = KEYS.countDeviations * Math.sqrt(expected);
  return observed > Math.max(EPISODE.goodRatio * expected, expected + luck);
}

/** Numbers that a mail of this kind prints: as tested, or the last days against the frozen baseline. */
export function figuresOf(incident: Incident, kind: IncidentKind, input: CheckInput): Figures {
  if (kind === 'opened') return pick(incident.opening);
  if (kind !== 'recovered' && kind !== 'new-normal') return pick(incident.lastMailed);
  const window = kind === 'recovered' ? EPISODE.goodWindow : 7;
  const panel = seenBy(input);
  const columns = frozenColumns(panel, incident);
  if (columns === undefined) return pick(incident.lastMailed);
  const { series } = incident;
  const counts = frozenCounts(panel, columns, incident.baseline, window);
  return { series, window, from: addDays(input.day, 1 - window), to: input.day, ...counts };
}

/** The test that is the reason for the mail: the newest that fired. */
export function ruleOf(incident: Incident, kind: IncidentKind): WindowTest {
  const again = kind === 'worse' || kind === 'reopened';
  return again && incident.lastMailed.fires ? incident.lastMailed : incident.opening;
}

function pick({ series, window, from, to, observed, expected, mentions }: WindowTest): Figures {
  return { series, window, from, to, observed, expected, mentions };
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
export function tally<Key extends string>(keys: readonly Key[]): [Key, number][] {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** Counts by source from the rollups of the window; sources that the baseline does not know are left out. */
export function sourceBars(incident: Incident, figures: Figures, days: Days): [string, number][] {
  const scope = scopeOf(figures.series);
  const known = (id: string) => id in incident.baseline.sources;
  const counts = new Map<string, number>();
  for (const day of lastDays(figures.to, figures.window)) {
    for (const [source, row] of sourcesOn(day, scope, days, known)) {
      const count = against(scope, row);
      if (count > 0) counts.set(source, (counts.get(source) ?? 0) + count);
    }
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** Fewest days with data before the incident from which a usual count of praise is known. */
const PRAISE_DAYS = 14;

/** Praise in the window, and what its share on the days before the incident would give. */
export function praise(figures: Figures, since: Day, days: Days): DigestIncident['praise'] {
  const scope = scopeOf(figures.series);
  const now = praiseOn(lastDays(figures.to, figures.window), scope, days);
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

/** Every promise of the brand; those in an incident first, else in the order of the register. */
export function promiseRows(
  brand: Brand,
  input: CheckInput,
  incidents: readonly Incident[],
): PromiseRow[] {
  const rows = promiseTable(input, incidents).map((row) => ({
    id: row.promise,
    text: brand.promises.find(({ id }) => id === row.promise)?.text ?? row.promise,
    observed: row.counts.broken,
    expected: row.status === 'learning' ? null : row.expectedBroken,
    days: row.daily,
    status: row.status,
  }));
  const first = ({ status }: PromiseRow) => (status === 'in incident' ? 0 : 1);
  return rows.sort((a, b) => first(a) - first(b));
}

import type { Brand } from '../brands/brand.ts';
import type { Rollup } from '../rollups/rollup.ts';
import { arrivalsOf } from './arrivals.ts';
import { coverageOf } from './coverage.ts';
import { dayName, dayNumber } from './day.ts';
import { earliestWindow, episodesOf, step } from './episode.ts';
import { historyOf } from './history.ts';
import type { CheckResult, Incident, Series, SourceCoverage } from './incident.ts';
import { lookbackDays, type Panel, panelOf } from './panel.ts';
import { seriesParts } from './series.ts';
import { LEARNING_DAYS, LONGEST_WINDOW } from './settings.ts';
import { firing, testAll, type Watched, watched } from './watch.ts';

/** What one brand's daily check needs. Nothing else influences it. */
export type CheckInput = {
  brand: Pick<Brand, 'id' | 'code' | 'sensitivity'> & {
    promises: readonly (Pick<Brand['promises'][number], 'id' | 'headline'> &
      Partial<Pick<Brand['promises'][number], 'from' | 'until'>>)[];
    sources: readonly Pick<Brand['sources'][number], 'id' | 'population'>[];
  };
  /** The last closed day in the brand's time zone. Later rollups are not looked at. */
  day: string;
  /** Classifier version whose rollups are tested; others are ignored. */
  cv: string;
  /** In any order; the check uses those of the last `daysRead` days. */
  rollups: readonly Rollup[];
  /** Those not closed, and those closed within the last 60 days. */
  incidents: readonly Incident[];
  /** Announced outages, inclusive. Without a source: all of the brand's. */
  outages: readonly { source?: string; from: string; to: string }[];
  /** Highest incident number that the brand ever had. Default: the highest among `incidents`, or 0. */
  lastNumber?: number;
};

/** Share of mentions without a usable sentiment from which a source is said to be partly unreadable. */
const UNREAD_SHARE = 0.2;

/**
 * One brand's daily check: tests every series, moves its incidents, and says what it could not decide.
 *
 * Pure: the same input gives the same result, whatever the order of rollups, sources and promises. Made twice
 * for one day with the incidents that the first one returned, it changes nothing and tells no event again.
 */
export function checkBrand(input: CheckInput): CheckResult {
  const { brand, incidents } = input;
  const panel = seenBy(input);
  const holds = holding(input);
  const series = watched(panel, brand.sensitivity).filter(({ columns }) => holds(columns.series));
  const earliest = earliestWindow(incidents);
  const moved = step({
    brand: brand.id,
    cv: input.cv,
    panel,
    incidents,
    fired: firing(panel, series, earliest),
    holds,
    headline: new Set(brand.promises.filter((p) => p.headline).map((p) => p.id)),
    nextNumber: 1 + (input.lastNumber ?? Math.max(0, ...incidents.map((i) => i.number))),
  });
  const coverage = coverageOf(panel);
  return {
    brand: brand.id,
    day: input.day,
    cv: input.cv,
    tests: testAll(panel, series),
    events: moved.events,
    incidents: moved.incidents,
    coverage,
    learning: panel.brandDays < LEARNING_DAYS ? { day: panel.brandDays, of: LEARNING_DAYS } : null,
    skipped: [
      ...blindness(input, panel, coverage, earliest),
      ...withoutBaseline(panel, series),
      ...moved.skipped,
    ],
    mentionsPerDay: mentionsPerDay(panel),
  };
}

/** Whether a series is about no promise, or about one that held on the checked day: later days get no verdicts. */
function holding({ brand, day }: CheckInput): (series: Series) => boolean {
  const held = new Set(
    brand.promises.filter(({ until = day }) => until >= day).map(({ id }) => id),
  );
  return (series) => {
    const { promise } = seriesParts(series);
    return promise === undefined || held.has(promise);
  };
}

/**
 * How many days of rollups a check reads, the checked one included: 63, and more where incidents or outages
 * take days out of the baseline; at most 100. Older rollups do not change its result.
 */
export function daysRead(input: Pick<CheckInput, 'day' | 'incidents' | 'outages'>): number {
  return lookbackDays(dayNumber(input.day), surroundings(input));
}

function surroundings({ incidents, outages }: Pick<CheckInput, 'incidents' | 'outages'>) {
  return {
    ...episodesOf(incidents),
    outages: outages.map(({ source, from, to }) => ({
      source,
      from: dayNumber(from),
      to: dayNumber(to),
    })),
  };
}

/** The brand as the check sees it: customers' sources of the configuration, one classifier version. */
export function seenBy(input: CheckInput): Panel {
  const last = dayNumber(input.day);
  const sources = input.brand.sources
    .filter(({ population }) => population === 'customer')
    .map(({ id }) => id)
    .sort();
  const register = input.brand.promises.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const promises = register.map(({ id }) => id);
  const span = { first: last - daysRead(input) + 1, last };
  const rollups = newest(input);
  const since = register.map(({ from }) => (from === undefined ? span.first : dayNumber(from)));
  const history = historyOf(rollups, span, sources, promises, since);
  return panelOf(history, history.days - 1, {
    ...surroundings(input),
    arrivals: arrivalsOf(rollups, last),
  });
}

/** The rollups of the brand and version; of two for one day the one that has seen more. */
export function newest({ brand, cv, rollups }: CheckInput): Rollup[] {
  const byDay = new Map<string, Rollup>();
  for (const rollup of rollups) {
    if (rollup.brand !== brand.id || rollup.cv !== cv) continue;
    const known = byDay.get(rollup.day);
    if (known === undefined || rollup.seen > known.seen) byDay.set(rollup.day, rollup);
  }
  return [...byDay.values()];
}

function mentionsPerDay({ history, kept, sources, from, at }: Panel): number {
  let perDay = 0;
  for (const s of sources) {
    let mentions = 0;
    let days = 0;
    for (let i = from; i <= at; i++) {
      if (kept[s]?.[i - from] !== 1) continue;
      mentions += history.mentions[s]?.[i] as number;
      days++;
    }
    if (days > 0) perDay += mentions / days;
  }
  return perDay;
}

function blindness(
  input: CheckInput,
  panel: Panel,
  coverage: readonly SourceCoverage[],
  earliest: number,
): string[] {
  const told: string[] = [];
  const day = dayNumber(input.day);
  if (panel.brandDays === 0) {
    told.push(
      `No mention is counted in the ${daysRead(input)} days up to ${input.day}: nothing was tested.`,
    );
  }
  for (const { source, state, daysWithData, expected } of coverage) {
    if (state === 'silent') {
      told.push(
        `${source}: silent where about ${Math.round(expected)} mentions in 7 days are usual; left out until it speaks again.`,
      );
    } else if (state === 'outage') {
      told.push(`${source}: in an announced outage; left out.`);
    } else if (state === 'learning' && isApart(panel, source)) {
      told.push(
        `${source}: learning, day ${daysWithData} of ${LEARNING_DAYS}; tested alone with stricter odds, left out of the brand's sums.`,
      );
    }
  }
  if (earliest > day - LONGEST_WINDOW + 1) {
    told.push(
      `Windows that start before ${dayName(earliest)} belong to an incident that is over and were not used.`,
    );
  }
  return [...told, ...otherVersions(input, day), ...unread(input, day)];
}

/** Whether a source has a baseline and is left out of sums that there are. */
function isApart({ history, summed, cells }: Panel, source: string): boolean {
  const s = history.sources.indexOf(source);
  return !summed.includes(s) && (cells[0]?.[s]?.mentions ?? 0) > 0;
}

/** Series of which nobody can say yet what is usual; pairs follow from their promise and source. */
function withoutBaseline(panel: Panel, series: readonly Watched[]): string[] {
  const untested = series.filter(({ tested }) => !tested);
  const count = (group: 'source' | 'promise') => {
    const n = untested.filter(({ columns }) => columns.group === group).length;
    return n === 0 ? [] : [n === 1 ? `1 ${group}` : `${n} ${group}s`];
  };
  const brand = panel.summed.length === 0 ? ['the brand'] : [];
  const names = [...brand, ...count('source'), ...count('promise')];
  if (panel.brandDays === 0 || names.length === 0) return [];
  return [
    `Not tested yet: ${names.join(', ')}. None of their mentions is in a baseline, which ends a week before the check: what is usual would be a guess.`,
  ];
}

function otherVersions(input: CheckInput, day: number): string[] {
  const { brand, cv, rollups } = input;
  const reads = daysRead(input);
  const inside = rollups.filter(
    (r) => r.brand === brand.id && dayNumber(r.day) <= day && dayNumber(r.day) > day - reads,
  );
  const counted = new Set(inside.filter((r) => r.cv === cv).map((r) => r.day));
  const missing = new Set(inside.map((r) => r.day).filter((d) => !counted.has(d)));
  return missing.size === 0
    ? []
    : [
        `${missing.size} of the last ${reads} days are counted only by other classifier versions than ${cv} and were not used.`,
      ];
}

function unread(input: CheckInput, day: number): string[] {
  const read = new Map<string, { all: number; unread: number }>();
  for (const rollup of newest(input)) {
    const age = day - dayNumber(rollup.day);
    if (age < 0 || age >= LONGEST_WINDOW) continue;
    for (const [source, counts] of Object.entries(rollup.sources)) {
      const sum = read.get(source) ?? { all: 0, unread: 0 };
      const lost = counts.unclassified + counts.unsupported;
      read.set(source, { all: sum.all + counts.mentions + lost, unread: sum.unread + lost });
    }
  }
  return [...read]
    .filter(([, sum]) => sum.all >= 10 && sum.unread >= UNREAD_SHARE * sum.all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([source, sum]) =>
        `${source}: ${sum.unread} of ${sum.all} mentions in 7 days have no usable sentiment and are not counted.`,
    );
}

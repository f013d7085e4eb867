import { dayName, dayNumber } from './day.ts';
import { freeze, frozenColumns, frozenCounts, frozenTest, readable, rebase } from './frozen.ts';
import type { Incident, IncidentEvent, Series, WindowTest } from './incident.ts';
import type { Panel, SourceSpan, Surroundings } from './panel.ts';
import { type SeriesColumns, seriesParts } from './series.ts';
import { EPISODE, SERIOUS_CHANCE } from './settings.ts';

/** A series that fired: its test in the window where the chance is smallest, and its shortest window that fired. */
export type Fired = { columns: SeriesColumns; test: WindowTest; shortest: number };

export type Step = {
  incidents: Incident[];
  events: IncidentEvent[];
  /** What could not be judged about open incidents, in sentences. */
  skipped: string[];
};

export type StepInput = {
  brand: string;
  cv: string;
  panel: Panel;
  /** Open, recovered and lately closed incidents. */
  incidents: readonly Incident[];
  /** Every series that fired, without windows that start before `earliestWindow`. */
  fired: readonly Fired[];
  /** False of a series whose promise ended or left the configuration. */
  holds: (series: Series) => boolean;
  headline: ReadonlySet<string>;
  nextNumber: number;
};

/** Days of the three good checks of three days each: the mentions that a recovery was read from. */
const GOOD_RUN = EPISODE.goodWindow + EPISODE.goodChecks - 1;

/** How incidents shape the panel: which days are no baseline, and where a new normal begins. */
export function episodesOf(
  incidents: readonly Incident[],
): Pick<Surroundings, 'episodes' | 'newNormal'> {
  const episodes: SourceSpan[] = [];
  const newNormal: { source: string | undefined; from: number }[] = [];
  for (const incident of incidents) {
    const from = dayNumber(incident.since);
    const end = incident.recoveredOn ?? incident.closedOn;
    for (const source of touchedSources(incident)) {
      if (incident.closedBecause === 'new-normal') newNormal.push({ source, from });
      else
        episodes.push({
          source,
          from,
          to: end === null ? Number.MAX_SAFE_INTEGER : dayNumber(end),
        });
    }
  }
  return { episodes, newNormal };
}

/** Sources whose days an incident spoils; undefined stands for all. */
function touchedSources({ series, alsoFired }: Incident): (string | undefined)[] {
  const sources = [series, ...alsoFired].map((name) => seriesParts(name).source);
  return sources.includes(undefined) ? [undefined] : [...new Set(sources)];
}

/**
 * First day on which a window may start to count as news: after a recovery, the mentions that the recovery
 * was read from; after a person or the end of its promise closed an incident, the day after. Day number.
 */
export function earliestWindow(incidents: readonly Incident[]): number {
  let earliest = Number.NEGATIVE_INFINITY;
  for (const { state, recoveredOn, closedOn, closedBecause } of incidents) {
    if (state === 'recovered' && recoveredOn !== null) {
      earliest = Math.max(earliest, dayNumber(recoveredOn) - GOOD_RUN + 1);
    }
    if ((closedBecause === 'operator' || closedBecause === 'ended') && closedOn !== null) {
      earliest = Math.max(earliest, dayNumber(closedOn) + 1);
    }
  }
  return earliest;
}

/**
 * Moves a brand's incidents by one check.
 *
 * A brand has at most one incident that is not closed: whatever fires while one is open joins it
 * (`alsoFired`), and whatever fires in its quiet days reopens it. So one event is one mail thread, whichever
 * of the brand's series notice it and on whatever day. A check that was made already changes nothing.
 */
export function step(input: StepInput): Step {
  const day = input.panel.history.first + input.panel.at;
  const result: Step = { incidents: [], events: [], skipped: [] };
  let taken = false;
  for (const incident of input.incidents) {
    if (incident.state === 'closed') continue;
    const first = !taken;
    taken = true;
    if (dayNumber(incident.checkedDay) >= day) {
      if (dayNumber(incident.checkedDay) > day) {
        result.skipped.push(
          `Incident ${incident.number} was already checked up to ${incident.checkedDay}, after ${dayName(day)}: left as it is.`,
        );
      }
      result.incidents.push(incident);
      continue;
    }
    follow(input, incident, first ? input.fired : [], day, result);
  }
  const best = worst(input.fired);
  if (!taken && best !== undefined && !openedAlready(input.incidents, day)) {
    result.incidents.push(open(input, best, day));
    result.events.push({ kind: 'opened', number: input.nextNumber, day: dayName(day) });
  }
  return result;
}

function openedAlready(incidents: readonly Incident[], day: number): boolean {
  return incidents.some(
    ({ checkedDay, state }) => state === 'closed' && dayNumber(checkedDay) >= day,
  );
}

/** The series with the smallest chance for its odds; where both are beyond numbers, the steepest. */
export function worst(fired: readonly Fired[]): Fired | undefined {
  const weight = ({ test }: Fired) => test.chance / test.odds;
  const steep = ({ test }: Fired) => test.observed / test.expected;
  return fired.reduce<Fired | undefined>((best, next) => {
    if (best === undefined || weight(next) < weight(best)) return next;
    return weight(next) === weight(best) && steep(next) > steep(best) ? next : best;
  }, undefined);
}

function open(input: StepInput, { columns, test }: Fired, day: number): Incident {
  const alsoFired = input.fired.map((f) => f.test.series).filter((name) => name !== test.series);
  return {
    brand: input.brand,
    number: input.nextNumber,
    state: 'open',
    series: test.series,
    alsoFired,
    openedOn: dayName(day),
    since: test.from,
    opening: test,
    lastMailed: test,
    baseline: freeze(input.panel, columns),
    worseOn: [],
    goodChecks: 0,
    recoveredOn: null,
    reopenedOn: [],
    closedOn: null,
    closedBecause: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    serious: isSerious(input, [test.series], test),
    cv: input.cv,
    checkedDay: dayName(day),
    history: [historyRow(test)],
  };
}

function isSerious(input: StepInput, names: readonly Series[], test: WindowTest): boolean {
  if (test.chance <= SERIOUS_CHANCE) return true;
  return names.some((name) => input.headline.has(seriesParts(name).promise ?? ''));
}

function historyRow(test: WindowTest): Incident['history'][number] {
  const { to: day, observed, expected, mentions, chance } = test;
  return { day, observed, expected, mentions, chance };
}

/** One check of an incident that is not closed. */
function follow(
  input: StepInput,
  incident: Incident,
  fired: readonly Fired[],
  day: number,
  result: Step,
): void {
  const current: Incident = { ...incident, checkedDay: dayName(day) };
  const columns = frozenColumns(input.panel, incident);
  const says = (kind: IncidentEvent['kind']) =>
    result.events.push({ kind, number: incident.number, day: dayName(day) });
  result.incidents.push(current);
  if (!input.holds(incident.series)) {
    // Quiet for want of verdicts: neither a recovery nor a new normal, and no mail may call it one.
    close(current, incident.state === 'recovered' ? 'recovered' : 'ended', day);
    if (incident.state === 'open')
      result.skipped.push(
        `Incident ${incident.number}: its promise no longer holds, so it was closed. Nothing says that it recovered.`,
      );
    return;
  }
  if (columns === undefined) {
    result.skipped.push(
      `Incident ${incident.number}: its sources are no longer in the configuration, so it cannot be followed.`,
    );
  } else if (!sameVersion(input, current, columns)) {
    result.skipped.push(
      `Incident ${incident.number}: too few days are counted by classifier version ${input.cv} to compare with its baseline.`,
    );
  } else {
    const test = frozenTest(input.panel, columns, current, current.lastMailed.window);
    current.history = [
      ...current.history,
      historyRow(
        test.window === current.opening.window
          ? test
          : frozenTest(input.panel, columns, current, current.opening.window),
      ),
    ];
    if (current.state === 'recovered') relapse(current, fired, test, day, says);
    else followOpen(input, { current, columns, fired, test, day }, says, result.skipped);
    if (current.worseOn.at(-1) === dayName(day)) {
      current.serious ||= isSerious(input, [current.series, ...current.alsoFired], test);
    }
    return;
  }
  if (day - openSince(current) >= EPISODE.newNormalAfter) close(current, 'new-normal', day, says);
}

function sameVersion(input: StepInput, current: Incident, columns: SeriesColumns): boolean {
  if (current.cv === input.cv) return true;
  const again = rebase(input.panel, columns, current.baseline);
  if (again === undefined) return false;
  current.baseline = again;
  current.cv = input.cv;
  return true;
}

type Says = (kind: IncidentEvent['kind']) => void;

function relapse(
  current: Incident,
  fired: readonly Fired[],
  test: WindowTest,
  day: number,
  says: Says,
): void {
  if (fired.length > 0) {
    current.state = 'open';
    current.recoveredOn = null;
    current.goodChecks = 0;
    current.reopenedOn = [...current.reopenedOn, dayName(day)];
    current.alsoFired = [...current.alsoFired, ...newSeries(current, fired)];
    current.lastMailed = test;
    says('reopened');
  } else if (day - dayNumber(current.recoveredOn ?? current.openedOn) >= EPISODE.quietDays) {
    close(current, 'recovered', day);
  }
}

/**
 * Whether a series that joins says something the incident has not said: a promise it has not named, or a
 * source where it has named neither that source nor the brand. The brand itself follows from its parts.
 */
function isNews({ series, alsoFired }: Incident, joining: Series): boolean {
  const known = [series, ...alsoFired].map(seriesParts);
  const { promise, source } = seriesParts(joining);
  if (promise !== undefined) return known.every((parts) => parts.promise !== promise);
  if (source === undefined) return false;
  return known.every((parts) => parts.group !== 'brand' && parts.source !== source);
}

function newSeries({ series, alsoFired }: Incident, fired: readonly Fired[]): Series[] {
  return fired
    .map(({ test }) => test.series)
    .filter((name) => name !== series && !alsoFired.includes(name));
}

function followOpen(
  input: StepInput,
  {
    current,
    columns,
    fired,
    test,
    day,
  }: {
    current: Incident;
    columns: SeriesColumns;
    fired: readonly Fired[];
    test: WindowTest;
    day: number;
  },
  says: Says,
  skipped: string[],
): void {
  const joined = newSeries(current, fired);
  const wider = joined.some((series) => isNews(current, series));
  current.alsoFired = [...current.alsoFired, ...joined];
  if (readable(input.panel, columns, current.baseline, EPISODE.goodWindow)) {
    current.goodChecks = isGood(input.panel, current, columns, fired) ? current.goodChecks + 1 : 0;
  } else {
    skipped.push(
      `Incident ${current.number}: the sources it rests on were silent or out, so this check says nothing about recovery.`,
    );
  }
  if (current.goodChecks >= EPISODE.goodChecks) {
    current.state = 'recovered';
    current.recoveredOn = dayName(day);
    says('recovered');
  } else if (day - openSince(current) >= EPISODE.newNormalAfter) {
    close(current, 'new-normal', day, says);
  } else if (wider || (test.fires && grew(current.lastMailed, test))) {
    current.worseOn = [...current.worseOn, dayName(day)];
    current.lastMailed = test;
    says('worse');
  } else if (
    // On the way to recovery there is nothing that still goes on.
    current.goodChecks === 0 &&
    day - dayNumber(current.lastMailed.to) >= EPISODE.stillEvery &&
    !snoozed(current, day)
  ) {
    current.lastMailed = test;
    says('still');
  }
}

/**
 * Largest count that still is good. 1.25 × expected is less than one count under 4 expected, and a series of
 * one a day would never recover; there one more than expected is good, as long as it is likelier at the usual
 * rate than at the rate of the opening (the likelihood ratio of two Poisson rates).
 */
function goodLimit(expected: number, opening: WindowTest): number {
  const rise = opening.observed / opening.expected;
  const between = (expected * (rise - 1)) / Math.log(rise);
  return Math.max(EPISODE.goodRatio * expected, Math.min(expected + 1, between));
}

/** The named series is back near its frozen norm, and nothing fires on days that recovery looks at. */
function isGood(
  panel: Panel,
  current: Incident,
  columns: SeriesColumns,
  fired: readonly Fired[],
): boolean {
  const { observed, expected } = frozenCounts(panel, columns, current.baseline, EPISODE.goodWindow);
  return (
    observed <= goodLimit(expected, current.opening) &&
    !fired.some(({ shortest }) => shortest <= EPISODE.goodWindow)
  );
}

function grew(mailed: WindowTest, now: WindowTest): boolean {
  return now.observed * mailed.expected >= EPISODE.worseRatio * mailed.observed * now.expected;
}

function snoozed({ snoozedUntil }: Incident, day: number): boolean {
  return snoozedUntil !== null && dayNumber(snoozedUntil) >= day;
}

function openSince({ openedOn, reopenedOn }: Incident): number {
  return dayNumber(reopenedOn.at(-1) ?? openedOn);
}

function close(
  current: Incident,
  because: NonNullable<Incident['closedBecause']>,
  day: number,
  says?: Says,
): void {
  current.state = 'closed';
  current.closedOn = dayName(day);
  current.closedBecause = because;
  if (because === 'new-normal') says?.('new-normal');
}

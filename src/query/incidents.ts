import { nameSeries, type Scope, scopeOf } from '../digest/scope.ts';
import { addDays, daysBetween, startOfDay } from '../mentions/day.ts';
import type { Action, IncidentStep } from '../rollups/note.ts';
import type { Incident, Series } from '../trends/incident.ts';
import { lastClosedDay } from './check-input.ts';
import { dayCounts } from './day-counts.ts';
import type { BrandReader } from './reader.ts';

/** `NB-0001`, as people say it. */
export function incidentRef(code: string, number: number): string {
  return `${code}-${String(number).padStart(4, '0')}`;
}

/** The number in `NB-0001`, `nb-1` or `1`; undefined for anything else, another brand's code included. */
export function readRef(text: string, code: string): number | undefined {
  const match = /^(?:([a-z]{2,4})-)?0*([1-9]\d{0,6})$/i.exec(text.trim());
  if (match === null) return undefined;
  if (match[1] !== undefined && match[1].toUpperCase() !== code) return undefined;
  return Number(match[2]);
}

/** `broken “We answer within 60 seconds” at Homelines`, in the brand's words. */
export function seriesWords(reader: Pick<BrandReader, 'brand'>, series: Series): string {
  const { promise, source } = nameSeries(series, reader.brand);
  const what = promise === null ? 'negative mentions' : `broken: “${promise.text}”`;
  return source === null ? what : `${what} on ${source.name}`;
}

/** Something that happened to an incident, by the machine or a person. */
export interface TimelineEntry {
  /** Day, or instant where it is known. */
  readonly at: string;
  readonly what: string;
  readonly by: string | null;
}

/** An action and the incident's count before and after it. */
export interface ActionAnswer {
  readonly action: Action;
  readonly before: SpanCount;
  readonly after: SpanCount;
}

export interface SpanCount {
  readonly days: number;
  readonly observed: number;
  readonly mentions: number;
}

export interface IncidentAnswer {
  readonly incident: Incident;
  readonly ref: string;
  readonly words: string;
  readonly timeline: readonly TimelineEntry[];
  readonly actions: readonly ActionAnswer[];
}

export async function incidentsAnswer(reader: BrandReader): Promise<Incident[]> {
  const { incidents } = await reader.stores.incidents.recent(reader.brand.id, '0000-01-01');
  return incidents.toSorted((a, b) => b.number - a.number);
}

/** @returns undefined when the brand has no incident of that number */
export async function incidentAnswer(
  reader: BrandReader,
  number: number,
): Promise<IncidentAnswer | undefined> {
  const incident = (await incidentsAnswer(reader)).find((one) => one.number === number);
  if (incident === undefined) return undefined;
  const notes = await reader.notes();
  const steps = notes.filter((note) => note.kind === 'incident' && note.number === number);
  return {
    incident,
    ref: incidentRef(reader.brand.code, number),
    words: seriesWords(reader, incident.series),
    timeline: timelineOf(incident, steps as IncidentStep[]),
    actions: await actionsFor(
      reader,
      incident,
      notes.filter((note) => note.kind === 'action'),
    ),
  };
}

const CLOSED: Readonly<Record<NonNullable<Incident['closedBecause']>, string>> = {
  recovered: 'recovered',
  'new-normal': 'new normal',
  operator: 'by a person',
  ended: 'its promise no longer holds',
};

export function timelineOf(incident: Incident, steps: readonly IncidentStep[]): TimelineEntry[] {
  const { opening } = incident;
  const entries: TimelineEntry[] = [
    { at: incident.since, what: 'first day of the window that fired', by: null },
    {
      at: incident.openedOn,
      what: `opened: ${opening.observed} in ${opening.window} ${opening.window === 1 ? 'day' : 'days'} where ${opening.expected.toFixed(1)} were expected`,
      by: null,
    },
    ...incident.worseOn.map((at) => ({ at, what: 'worse', by: null })),
    ...incident.reopenedOn.map((at) => ({ at, what: 'reopened', by: null })),
    ...steps.map(({ at, by, step, until, text }) => ({
      at,
      what: `${step}${until === null ? '' : ` until ${until}`}${text === '' ? '' : `: ${text}`}`,
      by,
    })),
  ];
  if (incident.recoveredOn !== null)
    entries.push({ at: incident.recoveredOn, what: 'recovered', by: null });
  if (incident.closedOn !== null && incident.closedBecause !== 'operator')
    entries.push({
      at: incident.closedOn,
      what: `closed: ${CLOSED[incident.closedBecause ?? 'recovered']}`,
      by: null,
    });
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Days before and after an action that are compared, the action's own day in neither. */
const COMPARED_DAYS = 7;

/** The brand's actions from a week before the incident on, those about other promises left out. */
async function actionsFor(
  reader: BrandReader,
  incident: Incident,
  actions: readonly Action[],
): Promise<ActionAnswer[]> {
  const scope = scopeOf(incident.series);
  const from = addDays(incident.since, -COMPARED_DAYS);
  const to = incident.closedOn ?? '9999-12-31';
  const own = actions.filter(
    ({ day, promise }) =>
      day >= from &&
      day <= to &&
      (promise === null || scope.promise === null || promise === scope.promise),
  );
  return Promise.all(own.map((action) => beforeAndAfter(reader, action, scope)));
}

/** The count of a series in the week before an action and in the days after it, seven at most. */
export async function beforeAndAfter(
  reader: BrandReader,
  action: Action,
  scope: Scope,
): Promise<ActionAnswer> {
  const { timeZone } = reader;
  const first = addDays(action.day, -COMPARED_DAYS);
  const closed = lastClosedDay(reader);
  const full = addDays(action.day, COMPARED_DAYS);
  const last = full < closed ? full : closed;
  const rows = await dayCounts(reader, {
    population: 'customer',
    since: startOfDay(timeZone, first),
    until: startOfDay(timeZone, addDays(last, 1)),
    ...(scope.source !== null && { source: [scope.source] }),
  });
  const span = (from: string, to: string): SpanCount => {
    const own = rows.filter(({ day }) => day >= from && day <= to);
    const sum = (pick: (row: (typeof rows)[number]) => number) =>
      own.reduce((total, row) => total + pick(row), 0);
    return {
      days: Math.max(0, daysBetween(from, to) + 1),
      observed: sum(({ counts }) =>
        scope.promise === null ? counts.negative : (counts.promises[scope.promise]?.broken ?? 0),
      ),
      mentions: sum(({ counts }) => counts.mentions),
    };
  };
  return {
    action,
    before: span(first, addDays(action.day, -1)),
    after: span(addDays(action.day, 1), last),
  };
}

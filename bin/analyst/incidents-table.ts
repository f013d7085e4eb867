import {
  type ActionAnswer,
  type IncidentAnswer,
  incidentAnswer,
  incidentRef,
  incidentsAnswer,
  readRef,
  type SpanCount,
  seriesWords,
} from '../../src/query/incidents.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { limitInWords, oddsInWords } from '../../src/trends/series.ts';
import { EXIT, Refusal, UsageError, type World } from '../command.ts';
import type { Column } from '../output/column.ts';
import { printableJson } from '../output/delimited.ts';
import { printAnswer } from '../output/print.ts';
import { decimal, localTime } from '../output/words.ts';
import type { FilterFlags, OutputFlags, PlaceFlags } from './flags.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { commandOf, placeOf } from './typed.ts';

export async function listIncidents(
  flags: PlaceFlags & OutputFlags & { readonly open?: boolean },
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const all = await incidentsAnswer(reader);
    const rows = flags.open === true ? all.filter(({ state }) => state === 'open') : all;
    await printAnswer(
      { columns: columnsOf(reader), rows, about: () => ({ brand: brand.id, asOf: reader.now }) },
      flags,
      world,
    );
    if (rows.length === 0)
      world.complain(
        all.length === 0
          ? `no incident of ${brand.name} so far. Next: promisewatch trends`
          : `none of ${all.length} incidents is open. Leave out --open to see them.`,
      );
  });
}

function columnsOf(reader: BrandReader): Column<Incident>[] {
  return [
    {
      name: 'ref',
      type: 'string',
      title: 'INCIDENT',
      value: (i) => incidentRef(reader.brand.code, i.number),
    },
    {
      name: 'state',
      type: 'string',
      title: 'STATE',
      value: (i) => i.state,
      tone: (i) => (i.state === 'open' ? 'bad' : undefined),
    },
    { name: 'serious', type: 'boolean', value: (i) => i.serious },
    { name: 'since', type: 'string', title: 'SINCE', value: (i) => i.since },
    { name: 'openedOn', type: 'string', title: 'OPENED', value: (i) => i.openedOn },
    { name: 'recoveredOn', type: 'string', title: 'RECOVERED', value: (i) => i.recoveredOn },
    { name: 'closedOn', type: 'string', title: 'CLOSED', value: (i) => i.closedOn },
    { name: 'closedBecause', type: 'string', value: (i) => i.closedBecause },
    { name: 'observed', type: 'integer', title: 'OBSERVED', value: (i) => i.opening.observed },
    {
      name: 'usual',
      type: 'number',
      title: 'USUAL',
      value: (i) => i.opening.expected,
      show: (i) => decimal(i.opening.expected),
    },
    { name: 'window', type: 'integer', title: 'DAYS', value: (i) => i.opening.window },
    { name: 'acknowledgedBy', type: 'string', title: 'WITH', value: (i) => i.acknowledgedBy },
    { name: 'snoozedUntil', type: 'string', value: (i) => i.snoozedUntil },
    { name: 'series', type: 'string', value: (i) => i.series },
    {
      name: 'words',
      type: 'string',
      title: 'WHAT',
      fills: true,
      value: (i) => seriesWords(reader, i.series),
    },
  ];
}

/** The number that a reference names. @throws {UsageError} for anything else */
export function numberOf(ref: string, code: string): number {
  const number = readRef(ref, code);
  if (number === undefined)
    throw new UsageError(
      `"${ref.slice(0, 20)}" is not an incident of this brand: they are called ${incidentRef(code, 1)}.`,
    );
  return number;
}

/** @throws {Refusal} */
export function noIncident(ref: string): Refusal {
  return new Refusal(
    `there is no incident ${ref}. Next: promisewatch incidents list`,
    EXIT.notFound,
  );
}

export async function showIncident(
  ref: string,
  flags: PlaceFlags & { readonly json?: boolean },
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const answer = await incidentAnswer(reader, numberOf(ref, brand.code));
    if (answer === undefined) throw noIncident(ref);
    if (flags.json === true) world.print(printableJson(answer, 1));
    else {
      for (const line of describe(answer, reader)) world.print(line);
      world.print(
        `Next: ${commandOf('mentions list', { ...whatOf(answer.incident), ...placeOf(flags), brand: flags.brand })}`,
      );
    }
  });
}

function describe(
  { incident, ref, words, timeline, actions }: IncidentAnswer,
  reader: BrandReader,
) {
  const { opening, state, serious, baseline, alsoFired, acknowledgedBy, snoozedUntil } = incident;
  const line = (label: string, text: string) => `${label.padEnd(12)}${text}`;
  return [
    `${ref}  ${words}`,
    line('state', `${state}${serious ? ', serious' : ''}`),
    line(
      'opened by',
      `${opening.observed} in ${opening.window} ${opening.window === 1 ? 'day' : 'days'} of ${opening.mentions} mentions; ${decimal(opening.expected)} usual; chance ${oddsInWords(opening.chance)}, fires under ${limitInWords(opening.odds)}`,
    ),
    line('baseline', `${baseline.days.length} days, frozen until it closes`),
    ...alsoFired.map((series) => line('also', seriesWords(reader, series))),
    ...(acknowledgedBy === null ? [] : [line('with', acknowledgedBy)]),
    ...(snoozedUntil === null ? [] : [line('snoozed', `until ${snoozedUntil}`)]),
    '',
    ...timeline.map(
      ({ at, what, by }) =>
        `${(at.length > 10 ? localTime(at, reader.timeZone) : at).padEnd(18)}${what}${by === null ? '' : ` (${by})`}`,
    ),
    ...(actions.length === 0 ? [] : ['', 'What was done:', ...actions.flatMap(actionLines)]),
    '',
  ];
}

/** The mentions that an incident counts, as filters. */
function whatOf({ series, since }: Incident): FilterFlags {
  const [kind, id = ''] = series.split(':');
  const [promise = '', source] = id.split('@');
  return kind === 'promise' || kind === 'pair'
    ? { promise, source, verdict: 'broken', since }
    : { source: kind === 'source' ? id : undefined, sentiment: 'negative', since };
}

function actionLines({ action, before, after }: ActionAnswer): string[] {
  const count = ({ observed, mentions, days }: SpanCount) =>
    `${observed} in ${days} ${days === 1 ? 'day' : 'days'} of ${mentions} mentions`;
  return [
    `${action.day.padEnd(18)}${action.text} (${action.by})`,
    `${' '.repeat(18)}before: ${count(before)}; after: ${count(after)}`,
  ];
}

import { incidentRef, seriesWords } from '../../src/query/incidents.ts';
import { decisionWords, type TrendAnswer, trendAnswer } from '../../src/query/trend.ts';
import type { ChartDay } from '../../src/trends/chart.ts';
import { type FrozenBaseline, Series, type WindowTest } from '../../src/trends/incident.ts';
import { limitInWords, oddsInWords } from '../../src/trends/series.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import type { TrendFlags } from '../commands/trends.ts';
import { chartLines } from '../output/chart.ts';
import type { Column } from '../output/column.ts';
import { formatOf, printAnswer, usesColour } from '../output/print.ts';
import { tableLines } from '../output/table.ts';
import { decimal } from '../output/words.ts';
import { choose } from './choose.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { inPlace } from './typed.ts';

export async function trendsCommand(flags: TrendFlags, world: World): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
    const promise = flags.promise && choose('promise', flags.promise, ids(brand.promises));
    const source = flags.source && choose('source', flags.source, ids(brand.sources));
    const series = Series.parse(seriesOf(promise, source));
    const answer = await trendAnswer(reader, series, flags.days);
    if (answer === undefined)
      throw new Refusal(
        `${series} of ${brand.id} is not tested: nothing was said about it yet. Next: promisewatch promises --since all`,
        EXIT.notFound,
      );
    if (formatOf(flags, world) === 'table') {
      const words = seriesWords(reader, series);
      const code = brand.code;
      for (const line of describe(answer, words, code, {
        width: world.terminal?.columns,
        colour: usesColour(flags, world),
      }))
        world.print(inPlace(line, flags));
      return;
    }
    const { chart, ...about } = answer;
    await printAnswer(
      { columns: DAY_COLUMNS, rows: chart, about: () => ({ ...about }) },
      flags,
      world,
    );
  });
}

function seriesOf(promise: string | undefined, source: string | undefined): string {
  if (promise !== undefined)
    return source === undefined ? `promise:${promise}` : `pair:${promise}@${source}`;
  return source === undefined ? 'brand' : `source:${source}`;
}

const DAY_COLUMNS: readonly Column<ChartDay>[] = [
  { name: 'day', type: 'string', title: 'DAY', value: (d) => d.day },
  { name: 'observed', type: 'integer', title: 'OBSERVED', value: (d) => d.observed },
  { name: 'mentions', type: 'integer', title: 'MENTIONS', value: (d) => d.mentions },
  { name: 'usual', type: 'number', title: 'USUAL', value: (d) => d.expected },
  { name: 'alertLine', type: 'integer', title: 'ALERT LINE', value: (d) => d.alertLine },
  { name: 'masked', type: 'boolean', title: 'MASKED', value: (d) => d.masked },
];

const yes = (holds: boolean) => (holds ? 'yes' : 'no');

const TEST_COLUMNS: readonly Column<WindowTest>[] = [
  { name: 'window', type: 'integer', title: 'DAYS', value: (t) => t.window },
  { name: 'from', type: 'string', title: 'FROM', value: (t) => t.from },
  { name: 'observed', type: 'integer', title: 'OBSERVED', value: (t) => t.observed },
  {
    name: 'usual',
    type: 'number',
    title: 'USUAL',
    value: (t) => t.expected,
    show: (t) => decimal(t.expected),
  },
  { name: 'of', type: 'integer', title: 'OF MENTIONS', value: (t) => t.mentions },
  {
    name: 'wobble',
    type: 'number',
    title: 'WOBBLE',
    value: (t) => t.wobble,
    show: (t) => t.wobble.toFixed(2),
  },
  {
    name: 'chance',
    type: 'number',
    title: 'CHANCE',
    value: (t) => t.chance,
    show: (t) => oddsInWords(t.chance),
  },
  {
    name: 'odds',
    type: 'number',
    title: 'FIRES UNDER',
    value: (t) => t.odds,
    show: (t) => limitInWords(t.odds),
  },
  {
    name: 'keys',
    type: 'string',
    title: 'CHANCE MINIMUM RATIO COUNT',
    value: (t) => JSON.stringify(t.keys),
    show: ({ keys }) => [keys.chance, keys.minimum, keys.ratio, keys.count].map(yes).join(' '),
  },
  {
    name: 'fires',
    type: 'boolean',
    title: 'FIRES',
    value: (t) => t.fires,
    show: (t) => yes(t.fires),
    tone: (t) => (t.fires ? 'bad' : undefined),
  },
];

function describe(
  answer: TrendAnswer,
  words: string,
  code: string,
  style: { readonly width: number | undefined; readonly colour: boolean },
): string[] {
  const { chart, tests, incidents, day, baseline, caveats } = answer;
  return [
    `${words}, ${chart.length} days up to ${day}`,
    '',
    ...chartLines(chart, style),
    '',
    ...baselineLines(baseline),
    '',
    ...(tests.length === 0
      ? ['The check keeps no numbers of a quiet promise at one source.']
      : tableLines(TEST_COLUMNS, tests, style)),
    '',
    decisionWords(answer, code),
    ...caveats,
    ...incidents.map(
      ({ number, state, openedOn, since }) =>
        `${incidentRef(code, number)} ${state}, opened ${openedOn}, since ${since}. Next: promisewatch incidents show ${incidentRef(code, number)}`,
    ),
  ];
}

/** The days and, source by source, the shares that make up what is usual. */
function baselineLines({ days, sources }: FrozenBaseline): string[] {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined)
    return [
      'No baseline yet: what is usual is taken from the shares that every source begins with.',
    ];
  const rows = Object.entries(sources).map(
    ([source, { mentions, negative, share }]) =>
      `  ${source}: ${negative} of ${mentions} mentions, smoothed ${(100 * share).toFixed(1)} %`,
  );
  return [`Baseline: ${days.length} days from ${first} to ${last}`, ...rows];
}

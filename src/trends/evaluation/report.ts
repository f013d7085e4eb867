import { type Evaluation, isKept, isMissed, type Row } from './evaluate.ts';
import type { Estimate } from './measure.ts';

/** What was tried where a target is missed or only just kept; run by hand with the changes that it names. */
const LIMITS = [
  '## Limits of the test',
  '',
  'The wobble D departs from its plainest form in two places (`spreadOf` in `src/trends/scan.ts`): its prior knows that the',
  'mood of a source drifts (`WOBBLE_PRIOR.drift`), and its distance from 1 is widened by what 56 days cannot tell about it.',
  'Without one or both, measured with another seed, 150 events and 150 quiet brand-years a figure:',
  '',
  '| | as it is | without the widening | without the drift | without both |',
  '| --- | --- | --- | --- | --- |',
  '| false alarms a year at 300/day (target ≤ 1) | 0.47 | 0.70 | 0.73 | 1.04 |',
  '| raw chances under 1 in 1,000, worst of 30, 300 and 10,000/day, in 1,000 (aim ≤ 2) | 1.7 | 5.1 | 6.0 | 14.9 |',
  '| ×2 for 7 days, 30/day: median day (target 3) | 4 | 4 | 4 | 4 |',
  '| +0.5 points a day, 300/day: median day (target 13) | 13 | 13 | 13 | 12 |',
  '| broken ×6 at one source, named by day 2 (target 98 %) | 97 % | 98 % | 97 % | 98 % |',
  '',
  'So the median of day 4 for a doubling at 30 mentions a day is not due to either, but to what comes late: 18 % of the',
  'mentions and half of the negative reviews are not there at the check of their day. With all of them there, 55 % of such',
  'doublings are found by day 3 instead of 39 %, the median is day 3, and that of the slow ramp is day 18 (600 events each,',
  'another seed). The slow ramp at 300/day would be found a day sooner without drift and widening, with about one false alarm',
  'a year and chances that claim up to 15 times too much.',
  '',
  'A promise that is not named by day 2 is named on day 3. On those runs days 1 and 2 bring 11 to 22 broken verdicts where',
  '3 to 5 are usual, at D near 2 (verdicts of one day resemble each other): a chance of 1 in 2,000 to 1 in 100,000, while',
  'one of 24 pairs of promise and source has 1 in 240,000 of the odds and the promise over all sources 1 in 40,000.',
  'Naming sooner would take a larger part of the odds from the brand.',
  '',
  'New brands: the baseline of the first 27 days with data is the larger of two estimates, the one with the prior of 15 % (1 %',
  'for promises) and the one that knows nothing beforehand (half of one mention, `OPEN_PRIOR`); what has no mention in the',
  'baseline is not tested, and the check says so. With the prior alone, as it stood, and 20 mentions asked for, 7.5 % of',
  'brands with 30 mentions a day, 70 % of them negative, opened with a false alarm in their first 28 days, 39 % of those with',
  '85 %, and 6.0 % of those with 50 % and eight promises; now 0.5 %, 0.5 % and 0.5 % (200 brands each, another seed). The price:',
  'of new brands with 10 mentions a day whose share is ×3 from day 7 on, 67 % are found by day 28 instead of 79 %.',
  '',
  'Late arrivals: the count key expects what has usually arrived by then. In a replay that follows from `seenOn`, in the stack',
  'from when mentions of the last 56 settled days were stored (`arrived` in the rollups), counted from the first one of their',
  'day. Without it, in one run of 250 events, ×2 for 3 days at 100/day is found in 79 % instead of 86 %, and the medians of ×2',
  'for 7 days come a day later.',
  '',
];

/** The evaluation as a Markdown page. */
export function reportOf(evaluations: readonly Evaluation[]): string {
  const [first] = evaluations;
  if (first === undefined) return '';
  return `${[
    '# How well trends are found',
    '',
    'Made by `npm run eval:trends`; the same seed gives the same page. Everything here is measured on simulated brands',
    '(`src/trends/evaluation/simulator.ts`): three sources of different moods, negative-binomial counts with level noise,',
    'season, growth, weekdays and neutral bursts, beta-binomial shares that drift slowly, late arrivals. A figure says what',
    'the checks do to such brands, not to yours: `promisewatch backtest` replays your own.',
    '',
    `Seed \`${first.setup.seed}\`; ${first.sizes.nulls} quiet brand-years a volume, ${first.sizes.events} events each; setting normal. 95 % intervals in`,
    'brackets. A target is missed only where even the better end of the interval misses it; "not shown" is a value on the',
    'wrong side with an interval that reaches across. Days are counted from the first day of the event, which is day 1;',
    'the check of day 1 is made on the next morning.',
    '',
    ...evaluations.flatMap(section),
    ...LIMITS,
  ].join('\n')}\n`;
}

function section(evaluation: Evaluation): string[] {
  const { confusion } = evaluation.setup;
  const title =
    confusion === undefined
      ? '## With perfect labels'
      : `## With a classifier of ${percent(confusion.recall)} recall and ${percent(confusion.specificity)} specificity for "negative"`;
  const origin = confusion?.measuredOn;
  return [
    title,
    '',
    ...(origin === undefined ? [] : [`Both were measured on ${origin}.`, '']),
    ...table(
      ['#', 'what', 'measured', 'target', ''],
      evaluation.rows
        .filter((row) => row.target > 0)
        .map((row) => [
          String(row.target),
          row.what,
          shown(row),
          `${row.rule === 'at least' ? '≥' : '≤'} ${value(row.limit, row.unit)}`,
          state(row),
        ]),
    ),
    '',
    'Without a target of their own:',
    '',
    ...table(
      ['what', 'measured'],
      evaluation.rows.filter((row) => row.target === 0).map((row) => [row.what, shown(row)]),
    ),
    '',
    `Beside other detectors, their thresholds set to one false alarm a year on the same brands (30/day, ${evaluation.sizes.events} brands);`,
    'the scan runs at its fixed setting:',
    '',
    ...table(
      ['detector', 'negative share ×2 for 7 days: found', 'neutral viral: alarms'],
      [
        ...evaluation.rivals.map(({ name, found, viral }) => [name, share(found), share(viral)]),
        ['guarded scan', share(evaluation.scan.found), share(evaluation.scan.viral)],
      ],
    ),
    '',
    'Raw chances on quiet days: how many of 1,000 tests are under 1 in 1,000 (aim: at most 2):',
    '',
    ...chances(evaluation),
    '',
  ];
}

function chances({ chances: list }: Evaluation): string[] {
  const keys = [...new Set(list.map(({ group, window }) => `${group}, ${window} d`))];
  const volumes = [...new Set(list.map(({ perDay }) => perDay))];
  return table(
    ['mentions a day', ...keys],
    volumes.map((perDay) => [
      String(perDay),
      ...keys.map((key) => {
        const one = list.find((c) => c.perDay === perDay && `${c.group}, ${c.window} d` === key);
        return one === undefined ? '' : one.perThousand.toFixed(2);
      }),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function state(row: Row): string {
  if (isKept(row)) return 'kept';
  if (!isMissed(row)) return 'not shown';
  return row.shortfall === undefined ? '**missed**' : `**missed**: ${row.shortfall}`;
}

function shown({ measured, unit }: Row): string {
  const { value: v, low, high } = measured;
  return `${value(v, unit)} [${number(low, unit)}–${number(high, unit)}]`;
}

function share({ value: v, low, high }: Estimate): string {
  return `${percent(v)} [${number(low, '%')}–${number(high, '%')}]`;
}

function value(v: number, unit: Row['unit']): string {
  if (unit === 'day') return `day ${number(v, unit)}`;
  if (unit === '×') return `${number(v, unit)}×`;
  return `${number(v, unit)} ${unit}`;
}

function number(v: number, unit: Row['unit']): string {
  if (Number.isNaN(v)) return 'none';
  if (v === Number.POSITIVE_INFINITY) return '∞';
  if (unit === '%') return (100 * v).toFixed(v > 0 && v < 0.1 ? 1 : 0);
  return unit === 'a year' || unit === '×' ? v.toFixed(2) : String(Math.round(v * 10) / 10);
}

function percent(v: number): string {
  return `${number(v, '%')} %`;
}

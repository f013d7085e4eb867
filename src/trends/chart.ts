import { type CheckInput, seenBy } from './check.ts';
import { dayName } from './day.ts';
import { freeze } from './frozen.ts';
import type { FrozenBaseline, Series, WindowTest } from './incident.ts';
import type { Panel } from './panel.ts';
import { decide, type Measured, measure, type Sums, strays, windowSums } from './scan.ts';
import { type Watched, watched } from './watch.ts';

/** One day of a series as a chart shows it. */
export type ChartDay = {
  day: string;
  observed: number;
  mentions: number;
  /** "Usual": what the baseline's shares give for this day's mentions. */
  expected: number;
  /** Smallest count that would have fired for a one-day window at this day's volume; null where none could. */
  alertLine: number | null;
  /** No source of the series was read: silence or an announced outage. */
  masked: boolean;
};

/**
 * The last `days` days of a series, oldest first, against the baseline of the checked day. Undefined when the
 * series is not tested (an unknown name, or no data).
 */
export function seriesChart(
  input: CheckInput,
  series: Series,
  days: number,
): ChartDay[] | undefined {
  const panel = seenBy(input);
  const one = watched(panel, input.brand.sensitivity).find((w) => w.columns.series === series);
  if (one === undefined) return undefined;
  const chart: ChartDay[] = [];
  for (let i = Math.max(panel.from, panel.at - days + 1); i <= panel.at; i++) {
    const then = { ...panel, at: i };
    const { observed, mentions, expected } = windowSums(then, one.columns, 1);
    chart.push({
      day: dayName(panel.history.first + i),
      observed,
      mentions,
      expected,
      alertLine: alertLine(then, one),
      masked: one.columns.sources.every((s) => panel.masked[s]?.[i - panel.from] === 1),
    });
  }
  return chart;
}

/** What the series is compared with on the checked day; undefined when it is not tested. */
export function seriesBaseline(input: CheckInput, series: Series): FrozenBaseline | undefined {
  const panel = seenBy(input);
  const one = watched(panel, input.brand.sensitivity).find((w) => w.columns.series === series);
  return one === undefined ? undefined : freeze(panel, one.columns);
}

/** Over any count of one day that a brand can have. */
const LARGEST_COUNT = 2 ** 20;

/**
 * The smallest count that would have fired for a one-day window on the panel's day, all else as it was: its
 * mentions, the usual shares, the odds. Where the day had fewer mentions than that, the further ones are taken
 * to come as its mentions did; a day without any is taken to be as large as one mention at each source. Null
 * where no count fires: without a baseline, where nearly all mentions are negative anyway, or strays are as large as that.
 */
export function alertLine(panel: Panel, { columns, odds, tested }: Watched): number | null {
  if (!tested) return null;
  const sums = orOneEach(panel, columns, windowSums(panel, columns, 1));
  const rows = strays(panel, columns);
  const fires = (observed: number): boolean => {
    const measured: Measured = measure(panel, columns, 1, rows, grownTo(sums, observed));
    return decide(panel, measured, odds).fires;
  };
  // The tail is checked by doubling and halving: every key holds for all counts over the smallest that fires.
  let high = 8;
  while (!fires(high)) {
    high *= 2;
    if (high > LARGEST_COUNT) return null;
  }
  let low = high / 2;
  if (high === 8) low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fires(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function orOneEach(panel: Panel, columns: Watched['columns'], sums: Sums): Sums {
  if (sums.mentions > 0) return sums;
  const one: Sums = { observed: 0, mentions: 0, expected: 0, variance: 0, doubt: 0, sourceSize: 1 };
  for (const s of columns.sources) {
    const share = panel.cells[columns.measure]?.[s]?.share ?? 0;
    one.mentions += 1;
    one.expected += share;
    one.variance += share * (1 - share);
  }
  return one;
}

function grownTo(sums: Sums, observed: number): Sums {
  const growth = Math.max(1, observed / sums.mentions);
  return {
    observed,
    mentions: sums.mentions * growth,
    expected: sums.expected * growth,
    variance: sums.variance * growth,
    doubt: sums.doubt * growth * growth,
    sourceSize: sums.sourceSize * growth,
  };
}

/**
 * Whether a share rose mainly because praise fell: less than half of the excess over the expected count is
 * there in numbers, compared with what those weekdays usually bring.
 */
export function praiseFell({ observed, expected, usualCount }: WindowTest): boolean {
  return usualCount !== null && observed - usualCount < (observed - expected) / 2;
}

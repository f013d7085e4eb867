import { type ChartDay, seriesBaseline, seriesChart } from '../trends/chart.ts';
import { caveats } from '../trends/honesty.ts';
import type { FrozenBaseline, Incident, Series, WindowTest } from '../trends/incident.ts';
import { checkedDay, checkInput, checkOf } from './check-input.ts';
import type { BrandReader } from './reader.ts';

/** Days of a trend: nine weeks show the baseline and what came after it. */
export const TREND_DAYS = 63;

/** One series over time, and what the check says about it. */
export interface TrendAnswer {
  readonly series: Series;
  /** The day whose check decides. */
  readonly day: string;
  /** Whether that check was made, or is computed now. */
  readonly checkMade: boolean;
  /** Oldest first. */
  readonly chart: readonly ChartDay[];
  /** Windows of 1, 3 and 7 days. Empty when the check kept none of this series: quiet pairs are not stored. */
  readonly tests: readonly WindowTest[];
  /** Incidents that the series opened or fired with, newest first. */
  readonly incidents: readonly Incident[];
  readonly learning: { readonly day: number; readonly of: 28 } | null;
  /** What the series is compared with. */
  readonly baseline: FrozenBaseline;
  /** What must be known besides the numbers, in sentences. */
  readonly caveats: readonly string[];
}

/** @returns undefined when the series has no data or nothing was judged yet */
export async function trendAnswer(
  reader: BrandReader,
  series: Series,
  days = TREND_DAYS,
): Promise<TrendAnswer | undefined> {
  const day = await checkedDay(reader);
  const input = await checkInput(reader, day);
  const checked = await checkOf(reader, day);
  if (input === undefined || checked === undefined) return undefined;
  const chart = seriesChart(input, series, days);
  const baseline = seriesBaseline(input, series);
  if (chart === undefined || baseline === undefined) return undefined;
  const { check, made } = checked;
  const tests = check.tests.filter((test) => test.series === series);
  return {
    series,
    day,
    checkMade: made,
    chart,
    tests,
    incidents: input.incidents
      .filter((one) => one.series === series || one.alsoFired.includes(series))
      .toSorted((a, b) => b.number - a.number),
    learning: check.learning,
    baseline,
    caveats: caveats(input, check, tests),
  };
}

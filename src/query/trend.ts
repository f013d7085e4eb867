import { type ChartDay, seriesBaseline, seriesChart } from '../trends/chart.ts';
import { dayName, dayNumber } from '../trends/day.ts';
import { earliestWindow } from '../trends/episode.ts';
import { caveats } from '../trends/honesty.ts';
import type { FrozenBaseline, Incident, Series, WindowTest } from '../trends/incident.ts';
import { checkedDay, checkInput, checkOf } from './check-input.ts';
import { incidentRef } from './incidents.ts';
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
  /** The incident that the last windows may reach back into: what begins before `newsFrom` opens no other one. */
  readonly over: {
    readonly number: number;
    readonly on: string;
    readonly how: 'recovered' | 'was closed';
    readonly newsFrom: string;
  } | null;
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
    over: overOf(input.incidents),
    learning: check.learning,
    baseline,
    caveats: caveats(input, check, tests),
  };
}

/** The incident that ended last, in its quiet days or closed by a person. */
export function overOf(incidents: readonly Incident[]): TrendAnswer['over'] {
  const [last] = incidents
    .map((one) => ({ one, from: earliestWindow([one]) }))
    .filter(({ from }) => Number.isFinite(from))
    .toSorted((a, b) => b.from - a.from);
  if (last === undefined) return null;
  const { number, state, recoveredOn, closedOn } = last.one;
  const newsFrom = dayName(last.from);
  return state === 'closed'
    ? { number, on: closedOn ?? newsFrom, how: 'was closed', newsFrom }
    : { number, on: recoveredOn ?? newsFrom, how: 'recovered', newsFrom };
}

/**
 * What the check makes of its tests, in a sentence. Counts can still be high when an incident is over: windows that
 * reach back into it are no new turn, and the sentence says so.
 */
export function decisionWords(
  { tests, checkMade, day, over }: Pick<TrendAnswer, 'tests' | 'checkMade' | 'day' | 'over'>,
  code: string,
): string {
  const check = checkMade
    ? `The check of ${day}`
    : `No check was made of ${day}; with the counts of now it`;
  const days = (windows: readonly WindowTest[]) =>
    `${windows.map(({ window }) => window).join(', ')} ${windows.length === 1 && windows[0]?.window === 1 ? 'day' : 'days'}`;
  const fired = tests.filter(({ fires }) => fires);
  if (fired.length === 0) return `${check} finds no turn: in no window do all four keys hold.`;
  const news = fired.filter(
    ({ from }) => over === null || dayNumber(from) >= dayNumber(over.newsFrom),
  );
  if (news.length > 0 || over === null) return `${check} finds a turn over ${days(news)}.`;
  return `${check} finds no new turn: over ${days(fired)} all four keys hold, but those days reach back into ${incidentRef(code, over.number)}, which ${over.how} on ${over.on}.`;
}

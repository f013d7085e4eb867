import { incompleteBeta } from './beta.ts';
import { dayName, weekday } from './day.ts';
import type { WindowTest } from './incident.ts';
import { cellAt, type Panel } from './panel.ts';
import type { SeriesColumns } from './series.ts';
import {
  BASELINE_DAYS,
  BROKEN_PRIOR,
  COUNT_KEY_FROM,
  COUNT_WOBBLE_PRIOR,
  KEYS,
  LEARNING_DAYS,
  NEGATIVE_PRIOR,
  WOBBLE_PRIOR,
} from './settings.ts';

/** Sums over the cells of one window: X, n, E, V and what the uncertain baseline adds to V. */
export type Sums = {
  observed: number;
  mentions: number;
  expected: number;
  variance: number;
  doubt: number;
  /** Σ ns²/n: mentions of the source that a mention comes from, on average. */
  sourceSize: number;
};

/** How a series usually strays: one row a baseline day, oldest first. */
type Strays = {
  days: number;
  /** Observed less expected. */
  residual: Float64Array;
  variance: Float64Array;
  mentions: Float64Array;
  observed: Float64Array;
  /** What those weekdays usually have. */
  usual: Float64Array;
};

/** X, n, E, V of a series over the `window` days that end at the checked day, masked cells left out. */
export function windowSums(panel: Panel, columns: SeriesColumns, window: number): Sums {
  const sums = { observed: 0, mentions: 0, expected: 0, variance: 0, doubt: 0, sourceSize: 0 };
  const { history, at, from } = panel;
  for (const s of columns.sources) {
    const mentions = history.mentions[s] as Float64Array;
    const hits = history.hits[columns.measure]?.[s] as Float64Array;
    const masked = panel.masked[s] as Uint8Array;
    let n = 0;
    let x = 0;
    for (let i = Math.max(from, at - window + 1); i <= at; i++) {
      if (masked[i - from] === 1) continue;
      n += mentions[i] as number;
      x += hits[i] as number;
    }
    const cell = cellAt(panel, columns.measure, s);
    const spread = cell.share * (1 - cell.share);
    sums.observed += x;
    sums.mentions += n;
    sums.expected += n * cell.share;
    sums.variance += n * spread;
    sums.doubt += (n * n * spread) / (cell.mentions + cell.weight);
    sums.sourceSize += n * n;
  }
  if (sums.mentions > 0) sums.sourceSize /= sums.mentions;
  return sums;
}

/** The key that keeps a rise honest in size: half as much again as expected, or ten points of share. */
export function ratioHolds({
  observed,
  expected,
  mentions,
}: Pick<Sums, 'observed' | 'expected' | 'mentions'>): boolean {
  return observed >= KEYS.ratio * expected || observed - expected >= KEYS.pointRise * mentions;
}

/** The series on its baseline days: the newest 56 on which any of its sources has one. */
export function strays(panel: Panel, columns: SeriesColumns): Strays {
  const { history, from } = panel;
  const days = baselineOf(panel, columns);
  const size = days.length;
  const rows = {
    days: size,
    residual: new Float64Array(size),
    variance: new Float64Array(size),
    mentions: new Float64Array(size),
    observed: new Float64Array(size),
    usual: new Float64Array(size),
  };
  for (const s of columns.sources) {
    const mentions = history.mentions[s] as Float64Array;
    const hits = history.hits[columns.measure]?.[s] as Float64Array;
    const kept = panel.kept[s] as Uint8Array;
    const { share, usual } = cellAt(panel, columns.measure, s);
    for (let row = 0; row < size; row++) {
      const i = days[row] as number;
      if (kept[i - from] !== 1) continue;
      const n = mentions[i] as number;
      const x = hits[i] as number;
      rows.residual[row] = (rows.residual[row] as number) + x - n * share;
      rows.variance[row] = (rows.variance[row] as number) + n * share * (1 - share);
      rows.mentions[row] = (rows.mentions[row] as number) + n;
      rows.observed[row] = (rows.observed[row] as number) + x;
      rows.usual[row] = (rows.usual[row] as number) + (usual[weekday(history.first + i)] as number);
    }
  }
  return rows;
}

/** Indices of the days, oldest first. */
function baselineOf({ kept, from }: Panel, { sources }: SeriesColumns): number[] {
  const days: number[] = [];
  const end = kept[0]?.length ?? 0;
  for (let i = end - 1; i >= 0 && days.length < BASELINE_DAYS; i--) {
    for (const s of sources) {
      if (kept[s]?.[i] !== 1) continue;
      days.push(from + i);
      break;
    }
  }
  return days.reverse();
}

/** Broken verdicts are rarer than negative mentions, and sway as much around their few: in proportion to the priors. */
const RARE = BROKEN_PRIOR.share / NEGATIVE_PRIOR.share;

/** How much the prior of likeness counts. While a promise learns, its verdicts may turn out to be no rarity: in full. */
function alikeOf({ promiseDays }: Panel, { measure }: SeriesColumns): number {
  return measure > 0 && (promiseDays[measure - 1] as number) >= LEARNING_DAYS ? RARE : 1;
}

/** What the rolling windows of a baseline say about windows of one length. */
type Spread = {
  /** D: variance over the binomial's. At least 1. */
  wobble: number;
  /** c²: squared relative wobble of counts. */
  countWobble: number;
};

/**
 * The wobble of a series for windows of one length.
 *
 * @param alike how much the prior of likeness counts: 1 for negative mentions, less for what is rarer
 */
export function spreadOf(
  rows: Strays,
  window: number,
  { mentions, sourceSize }: Pick<Sums, 'mentions' | 'sourceSize'>,
  alike: number,
): Spread {
  const sum = { r: 0, v: 0, n: 0, x: 0, u: 0 };
  let squares = 0;
  let variances = 0;
  let usualMentions = 0;
  let countSquares = 0;
  let usualSquares = 0;
  let windows = 0;
  for (let i = 0; i < rows.days; i++) {
    slide(sum, rows, i, 1);
    if (i >= window) slide(sum, rows, i - window, -1);
    if (i < window - 1) continue;
    windows++;
    squares += sum.r * sum.r;
    variances += sum.v;
    usualMentions += sum.n;
    countSquares += (sum.x - sum.u) * (sum.x - sum.u) - sum.u;
    usualSquares += sum.u * sum.u;
  }
  const free = windows > 0 ? rows.days / window : 0;
  // Mentions of one day resemble each other, and those of a source's neighbouring days do, a little: moods drift.
  const prior =
    1 +
    alike *
      (Math.max(0, mentions / window - 1) * WOBBLE_PRIOR.correlation +
        sourceSize * (1 - 1 / window) * WOBBLE_PRIOR.drift);
  const seen = variances > 0 ? (squares / variances) * free : 0;
  const seenFree = variances > 0 ? free : 0;
  let wobble = Math.max(1, (seen + prior * WOBBLE_PRIOR.weight) / (seenFree + WOBBLE_PRIOR.weight));
  // D is itself an estimate from m windows: a tail read at D as if it were known rings too often, the more the
  // fewer windows there are. One more prior's worth of it keeps the chance honest out to 1 in 10,000.
  wobble = 1 + (wobble - 1) * (1 + WOBBLE_PRIOR.weight / (seenFree + WOBBLE_PRIOR.weight));
  const usual = windows > 0 ? usualMentions / windows : 0;
  if (usual > 0 && mentions > usual) wobble = 1 + ((wobble - 1) * mentions) / usual;
  const relative = usualSquares > 0 ? Math.max(0, countSquares / usualSquares) : 0;
  const { square, weight } = COUNT_WOBBLE_PRIOR;
  const relativeFree = usualSquares > 0 ? free : 0;
  return {
    wobble,
    countWobble: (relative * relativeFree + square * weight) / (relativeFree + weight),
  };
}

function slide(
  sum: { r: number; v: number; n: number; x: number; u: number },
  rows: Strays,
  i: number,
  sign: 1 | -1,
): void {
  sum.r += sign * (rows.residual[i] as number);
  sum.v += sign * (rows.variance[i] as number);
  sum.n += sign * (rows.mentions[i] as number);
  sum.x += sign * (rows.observed[i] as number);
  sum.u += sign * (rows.usual[i] as number);
}

/** C: usual hits of the window's weekdays, as far as they have arrived; masked cells left out. */
export function usualCount(panel: Panel, columns: SeriesColumns, window: number): number {
  let usual = 0;
  for (const s of columns.sources) {
    const cell = cellAt(panel, columns.measure, s);
    const arrived = panel.arrivals[s];
    for (let i = Math.max(panel.from, panel.at - window + 1); i <= panel.at; i++) {
      if (panel.masked[s]?.[i - panel.from] === 1) continue;
      usual +=
        (cell.usual[weekday(panel.history.first + i)] as number) * (arrived?.[panel.at - i] ?? 1);
    }
  }
  return usual;
}

/** p: chance of X or more of n when the usual share is E/n and windows stray by `wobble`. 1 when nothing can be said. */
export function chanceOf(
  { observed, mentions, expected }: { observed: number; mentions: number; expected: number },
  wobble: number,
): number {
  if (mentions <= 0 || observed <= 0) return 1;
  const reached = (Math.min(observed, mentions) - 0.5) / wobble + 0.5;
  return incompleteBeta(expected / mentions, reached, mentions / wobble - reached + 1);
}

/** Everything but the odds and the keys that a test of a series over a window needs. */
export type Measured = {
  columns: SeriesColumns;
  window: number;
  sums: Sums;
  wobble: number;
  usual: number | null;
  limit: number | null;
};

/**
 * Measures one series over one window.
 *
 * @param rows the series' `strays`; the same for every window
 * @param sums in place of the window's own, e.g. for another volume
 */
export function measure(
  panel: Panel,
  columns: SeriesColumns,
  window: number,
  rows: Strays = strays(panel, columns),
  sums: Sums = windowSums(panel, columns, window),
): Measured {
  const { wobble, countWobble } = spreadOf(rows, window, sums, alikeOf(panel, columns));
  const doubt = sums.variance > 0 ? 1 + sums.doubt / sums.variance : 1;
  const counted = panel.brandDays >= COUNT_KEY_FROM;
  const usual = counted ? usualCount(panel, columns, window) : null;
  const limit =
    usual === null
      ? null
      : usual + KEYS.countDeviations * Math.sqrt(usual + countWobble * usual * usual);
  return { columns, window, sums, wobble: wobble * doubt, usual, limit };
}

/** The decision: chance under the odds, and the keys of minimum, ratio and count all hold. */
export function decide(panel: Panel, measured: Measured, odds: number): WindowTest {
  const { sums, wobble, window, usual, limit, columns } = measured;
  const chance = chanceOf(sums, wobble);
  const keys = {
    chance: chance < odds,
    minimum: sums.observed >= KEYS.minimum,
    ratio: ratioHolds(sums),
    count: limit === null || sums.observed > limit,
  };
  const day = panel.history.first + panel.at;
  return {
    series: columns.series,
    window,
    from: dayName(day - window + 1),
    to: dayName(day),
    observed: sums.observed,
    expected: sums.expected,
    mentions: sums.mentions,
    wobble,
    chance,
    odds,
    usualCount: usual,
    countLimit: limit,
    keys,
    fires: keys.chance && keys.minimum && keys.ratio && keys.count,
  };
}

import { weekday } from './day.ts';
import type { History } from './history.ts';
import {
  BASELINE_DAYS,
  BROKEN_PRIOR,
  FOUNDING_DAYS,
  LEARNING_DAYS,
  LONGEST_WINDOW,
  LOOKBACK_DAYS,
  NEGATIVE_PRIOR,
  OPEN_PRIOR,
} from './settings.ts';
import { maskSilence, type Silence } from './silence.ts';

/** Days (day numbers, inclusive) of one source; source undefined means every source. */
export type SourceSpan = { source: string | undefined; from: number; to: number };

/** What a check must know besides the counts. */
export type Surroundings = {
  /** Announced outages: not counted at all. */
  outages: readonly SourceSpan[];
  /** Episodes: counted, but never part of a baseline. */
  episodes: readonly SourceSpan[];
  /** From this day number on a source has a new normal: nothing earlier is part of a baseline. */
  newNormal: readonly { source: string | undefined; from: number }[];
  /** By source: parts of a day's mentions that are visible 0, 1, 2 … days later. Default: all at once. */
  arrivals?: ReadonlyMap<string, readonly number[]>;
};

/** What one source's baseline days say about one measure. */
export type Cell = {
  days: number;
  mentions: number;
  hits: number;
  /** p̂: the smoothed share. */
  share: number;
  /** Weight of the prior in the share, in mentions. */
  weight: number;
  /** Usual hits by weekday. */
  usual: Float64Array;
};

/** One brand's counts as one check sees them: which cells count, and what is normal for each. */
export type Panel = {
  history: History;
  /** Index of the checked day. */
  at: number;
  /** Index of the first day looked at. */
  from: number;
  /** By source, by index less `from`: 1 is an outage or silence, not counted. */
  masked: Uint8Array[];
  /** By source, by index less `from`: 1 is a baseline day. */
  kept: Uint8Array[];
  silence: Silence[];
  /** By measure and source. */
  cells: Cell[][];
  /** Days with data of the whole brand. */
  brandDays: number;
  sourceDays: number[];
  promiseDays: number[];
  /**
   * Indices: sources with data, those in the sums of brand and promises (they have a baseline, and have learned or
   * began with the brand), promises with any verdict.
   */
  sources: number[];
  summed: number[];
  promises: number[];
  /** By source: parts visible by age in days, or undefined. */
  arrivals: (readonly number[] | undefined)[];
};

/** What is normal for one measure at one source. */
export function cellAt(panel: Panel, measure: number, source: number): Cell {
  return (panel.cells[measure] as Cell[])[source] as Cell;
}

/**
 * How many days a check looks at, the checked one included: a week of windows and 56 days of baseline, and
 * further back by the days that an episode or an announced outage takes out of the baseline. At most 100.
 *
 * @param day day number of the checked day
 */
export function lookbackDays(
  day: number,
  { outages, episodes }: Pick<Surroundings, 'outages' | 'episodes'>,
): number {
  const spans = [...outages, ...episodes];
  let free = 0;
  let days = LONGEST_WINDOW;
  while (free < BASELINE_DAYS && days < LOOKBACK_DAYS) {
    const one = day - days;
    if (!spans.some(({ from, to }) => from <= one && one <= to)) free++;
    days++;
  }
  return days;
}

/** Sees a brand's history as the check of day `at` (an index) does: nothing later is looked at. */
export function panelOf(history: History, at: number, around: Surroundings): Panel {
  const from = Math.max(0, at - lookbackDays(history.first + at, around) + 1);
  const masked = history.sources.map((source) => announced(history, source, from, at, around));
  const silence = history.mentions.map((mentions, s) =>
    maskSilence(mentions, { from, to: at, first: history.first }, masked[s] as Uint8Array),
  );
  const starts = history.mentions.map((mentions) => firstOver(mentions, from, at));
  const dataDays = daysWithData(history, from, at);
  const brandStart = Math.min(...starts, at + 1);
  const sourceDays = starts.map((start, s) =>
    countDays(dataDays, start - from, masked[s] as Uint8Array),
  );
  const promiseStarts = history.judged.map((judged) => firstOver(judged, from, at));
  // Every mention since then was judged by the promise, so a day without a verdict is one on which none was broken.
  const promiseSince = history.since.map((since) => Math.max(from, since - history.first));
  const promiseDays = promiseSince.map((since) => countDays(dataDays, since - from));
  const sources = history.sources.map((_, s) => s).filter((s) => (starts[s] as number) <= at);
  const kept = history.sources.map((source, s) =>
    baselineDays(history, source, { from, at, start: starts[s] as number }, masked[s], around),
  );
  const isLearning = (measure: number, s: number) =>
    Math.min(
      sourceDays[s] as number,
      measure === 0 ? LEARNING_DAYS : (promiseDays[measure - 1] as number),
    ) < LEARNING_DAYS;
  const cells = history.hits.map((columns, measure) => {
    const start = measure === 0 ? from : (promiseSince[measure - 1] as number);
    return columns.map((hits, s) =>
      cellOf(history, hits, history.mentions[s] as Float64Array, {
        from,
        start,
        kept: kept[s] as Uint8Array,
        prior: measure === 0 ? NEGATIVE_PRIOR : BROKEN_PRIOR,
        learning: isLearning(measure, s),
      }),
    );
  });
  return {
    history,
    at,
    from,
    masked,
    kept,
    silence,
    cells,
    brandDays: countDays(dataDays, 0),
    sourceDays,
    promiseDays,
    sources,
    summed: sources.filter(
      (s) =>
        (cells[0]?.[s]?.mentions as number) > 0 &&
        ((sourceDays[s] as number) >= LEARNING_DAYS ||
          (starts[s] as number) <= brandStart + FOUNDING_DAYS),
    ),
    promises: history.promises.map((_, p) => p).filter((p) => (promiseStarts[p] as number) <= at),
    arrivals: history.sources.map((source) => around.arrivals?.get(source)),
  };
}

function announced(
  history: History,
  source: string,
  from: number,
  at: number,
  { outages }: Surroundings,
): Uint8Array {
  const masked = new Uint8Array(at - from + 1);
  for (const outage of outages) {
    if (outage.source !== undefined && outage.source !== source) continue;
    const begin = Math.max(0, outage.from - history.first - from);
    const end = outage.to - history.first - from + 1;
    if (end > begin) masked.fill(1, begin, end);
  }
  return masked;
}

function firstOver(column: Float64Array | Uint8Array, from: number, at: number): number {
  let i = from;
  while (i <= at && column[i] === 0) i++;
  return i;
}

function daysWithData(history: History, from: number, at: number): Uint8Array {
  const data = new Uint8Array(at - from + 1);
  for (const mentions of history.mentions) {
    for (let i = from; i <= at; i++) if ((mentions[i] as number) > 0) data[i - from] = 1;
  }
  return data;
}

function countDays(data: Uint8Array, start: number, masked?: Uint8Array): number {
  let days = 0;
  for (let i = Math.max(0, start); i < data.length; i++) {
    if (data[i] === 1 && masked?.[i] !== 1) days++;
  }
  return days;
}

/** The newest 56 days that end a week before the check and are neither masked nor part of an episode. */
function baselineDays(
  history: History,
  source: string,
  { from, at, start }: { from: number; at: number; start: number },
  masked: Uint8Array | undefined,
  { episodes, newNormal }: Surroundings,
): Uint8Array {
  const kept = new Uint8Array(at - from + 1);
  const out = new Uint8Array(at - from + 1);
  for (const episode of episodes) {
    if (episode.source !== undefined && episode.source !== source) continue;
    const begin = Math.max(0, episode.from - history.first - from);
    const end = episode.to - history.first - from + 1;
    if (end > begin) out.fill(1, begin, end);
  }
  let oldest = start;
  for (const change of newNormal) {
    if (change.source === undefined || change.source === source) {
      oldest = Math.max(oldest, change.from - history.first);
    }
  }
  let days = 0;
  for (let i = at - LONGEST_WINDOW; i >= oldest && days < BASELINE_DAYS; i--) {
    if (masked?.[i - from] === 1 || out[i - from] === 1) continue;
    kept[i - from] = 1;
    days++;
  }
  return kept;
}

function cellOf(
  history: History,
  hits: Float64Array,
  mentions: Float64Array,
  at: {
    from: number;
    start: number;
    kept: Uint8Array;
    prior: Prior;
    learning: boolean;
  },
): Cell {
  const usual = new Float64Array(7);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  let days = 0;
  let n = 0;
  let x = 0;
  const end = at.from + at.kept.length;
  let day = weekday(history.first + at.start);
  for (let i = at.start; i < end; i++) {
    if (at.kept[i - at.from] === 1) {
      const hit = hits[i] as number;
      days++;
      n += mentions[i] as number;
      x += hit;
      usual[day] = (usual[day] as number) + hit;
      counts[day] = (counts[day] as number) + 1;
    }
    day = day === 6 ? 0 : day + 1;
  }
  const mean = days > 0 ? x / days : 0;
  // A weekday's own mean rests on eight days at most, so the overall mean joins as a ninth.
  for (let d = 0; d < 7; d++)
    usual[d] = ((usual[d] as number) + mean) / ((counts[d] as number) + 1);
  const known = smoothed(at.prior, x, n);
  const share = at.learning ? Math.max(known, smoothed(OPEN_PRIOR, x, n)) : known;
  return { days, mentions: n, hits: x, share, weight: at.prior.weight, usual };
}

type Prior = { share: number; weight: number };

function smoothed({ share, weight }: Prior, hits: number, mentions: number): number {
  return (hits + share * weight) / (mentions + weight);
}

import type { Rollup, SourceCounts } from '../rollups/rollup.ts';
import { dayNumber } from './day.ts';

/**
 * One brand's counts in columns: what the scan reads. Customers only. Index i of a column is the day
 * `first + i`.
 */
export type History = {
  /** Day number of index 0. */
  first: number;
  days: number;
  sources: readonly string[];
  promises: readonly string[];
  /** All mentions, by source. */
  mentions: Float64Array[];
  /** What is tested, by measure and source: measure 0 is negative mentions, measure p + 1 broken verdicts of `promises[p]`. */
  hits: Float64Array[][];
  /** 1 where a promise got any verdict on a day, by promise. */
  judged: Uint8Array[];
  /** By promise: the day number from which on mentions were judged by it. */
  since: number[];
};

export function emptyHistory(
  first: number,
  days: number,
  sources: readonly string[],
  promises: readonly string[],
  since: readonly number[] = promises.map(() => first),
): History {
  const column = () => sources.map(() => new Float64Array(days));
  return {
    first,
    days,
    sources,
    promises,
    mentions: column(),
    hits: [column(), ...promises.map(column)],
    judged: promises.map(() => new Uint8Array(days)),
    since: [...since],
  };
}

/**
 * Columns of the days `first` to `last` (day numbers) from rollups in any order. Employees are left out,
 * and so is every source that is not in `sources`.
 *
 * @param since by promise: the day number from which on it holds; default: always
 */
export function historyOf(
  rollups: readonly Rollup[],
  span: { first: number; last: number },
  sources: readonly string[],
  promises: readonly string[],
  since?: readonly number[],
): History {
  const history = emptyHistory(span.first, span.last - span.first + 1, sources, promises, since);
  for (const rollup of rollups) {
    const index = dayNumber(rollup.day) - span.first;
    if (index < 0 || index >= history.days) continue;
    sources.forEach((source, s) => {
      const counts = rollup.sources[source];
      if (counts !== undefined) addCounts(history, index, s, counts);
    });
  }
  return history;
}

function addCounts(history: History, index: number, s: number, counts: SourceCounts): void {
  add(history.mentions[s], index, counts.mentions);
  add(history.hits[0]?.[s], index, counts.negative);
  history.promises.forEach((promise, p) => {
    const verdicts = counts.promises[promise];
    if (verdicts === undefined) return;
    // A mention can be judged although its sentiment is unclassified, and then n does not count it.
    add(history.hits[p + 1]?.[s], index, Math.min(verdicts.broken, counts.mentions));
    const judged = history.judged[p];
    if (judged !== undefined) judged[index] = 1;
  });
}

function add(column: Float64Array | undefined, index: number, value: number): void {
  if (column !== undefined) column[index] = (column[index] as number) + value;
}

import type { IndexedMention } from '../classification/indexed-mention.ts';

/** From the beginning of a day to the check of it, at six in the morning after, in seconds. */
const UNTIL_CHECK = 30 * 3600;
const DAY = 24 * 3600;
/** Ages in days that are told apart; the last one is "or later". */
export const AGES = 8;

/**
 * How many of the mentions were there at the check of their day, at the next day's, and so on: a pure function of
 * the bucket, like the counts. When a mention was stored follows from when it expires, by a time that is the same for
 * all of a bucket, so the first of them stands for the beginning of the day. A bucket that was filled later, all at
 * once, therefore shows no delay. Edited mentions are left out: when their first version came is not in the index.
 *
 * @param mentions customers' mentions that are counted
 * @param firstExpiry of all mentions of the bucket, in seconds since 1970
 * @returns by source; zeros at the end are left out
 */
export function arrivedByAge(
  mentions: readonly IndexedMention[],
  firstExpiry: number,
): Record<string, number[]> {
  const arrived: Record<string, number[]> = {};
  for (const { source, ttl, version } of mentions) {
    if (ttl === undefined || version > 1) continue;
    const days = Math.ceil((ttl - firstExpiry - UNTIL_CHECK) / DAY);
    const age = Math.min(AGES - 1, Math.max(0, days));
    arrived[source] ??= [];
    const counts = arrived[source] as number[];
    while (counts.length <= age) counts.push(0);
    counts[age] = (counts[age] as number) + 1;
  }
  return arrived;
}

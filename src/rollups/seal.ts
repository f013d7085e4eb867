import type { Rollup } from './rollup.ts';

/** A count takes minutes, and must not lose a mention between its start and its read. */
const MARGIN_SECONDS = 3600;

/**
 * Whether the counts of a day stay as they are: the first mention that they hold expires within the hour or has
 * expired, so that counting anew would count fewer. What is written to such a day is stored and not counted.
 *
 * @param stored all counts of one brand and day
 */
export function isSealed(stored: readonly Rollup[], now: Date): boolean {
  const limit = now.getTime() / 1000 + MARGIN_SECONDS;
  return stored.some(({ firstExpiry }) => firstExpiry !== undefined && firstExpiry <= limit);
}

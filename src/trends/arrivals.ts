import { AGES } from '../rollups/arrival.ts';
import type { Rollup } from '../rollups/rollup.ts';
import { dayNumber } from './day.ts';
import { BASELINE_DAYS, LONGEST_WINDOW } from './settings.ts';

/** Days (day numbers) of which every arrival is known at the check of a day: its baseline without incidents. */
export function settledDays(day: number): { from: number; to: number } {
  return { from: day - LONGEST_WINDOW - BASELINE_DAYS + 1, to: day - LONGEST_WINDOW };
}

/** Parts of a day's mentions that are there at each age, from the mentions that came at each age. All when there are none. */
export function visibleByAge(arrived: readonly number[]): number[] {
  const total = arrived.reduce((a, b) => a + b, 0);
  let seen = 0;
  return arrived.map((count) => {
    seen += count;
    return total > 0 ? seen / total : 1;
  });
}

/**
 * What the rollups tell about late arrivals: by source, the parts of a day's mentions that are there 0, 1, 2 … days
 * after it. Sources of which nothing is known are missing.
 *
 * @param day day number of the checked day
 */
export function arrivalsOf(rollups: readonly Rollup[], day: number): Map<string, number[]> {
  const { from, to } = settledDays(day);
  const sums = new Map<string, number[]>();
  for (const rollup of rollups) {
    const number = dayNumber(rollup.day);
    if (number < from || number > to) continue;
    for (const [source, counts] of Object.entries(rollup.arrived ?? {})) {
      const sum = sums.get(source) ?? new Array<number>(AGES).fill(0);
      sums.set(source, sum);
      counts.slice(0, AGES).forEach((count, age) => {
        sum[age] = (sum[age] as number) + count;
      });
    }
  }
  return new Map([...sums].map(([source, sum]) => [source, visibleByAge(sum)]));
}

/** A part of a whole with its 95 % interval. All 0–1. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The share `part / all` with its 95 % Wilson score interval (Wilson 1927, without continuity correction).
 * It stays inside 0–1 and is never of zero width, unlike the textbook interval, however small `all` is.
 *
 * @returns null when there is nothing to take a share of
 */
export function shareOf(part: number, all: number): Share | null {
  if (all <= 0) return null;
  const value = part / all;
  const square = Z * Z;
  const middle = (value + square / (2 * all)) / (1 + square / all);
  const half =
    (Z * Math.sqrt((value * (1 - value)) / all + square / (4 * all * all))) / (1 + square / all);
  return {
    value,
    low: part === 0 ? 0 : Math.max(0, middle - half),
    high: part === all ? 1 : Math.min(1, middle + half),
  };
}

/** A seeded source of choices: xorshift32 of Marsaglia (2003), which is plenty for schedules. */
export interface Random {
  /** An integer from 0 up to, but not including, `count`; 0 when `count` is 0. */
  readonly below: (count: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(options: readonly [T, ...T[]]) => T;
}

export function seededRandom(seed: number): Random {
  // Scattered first, since neighbouring seeds would begin alike; zero would stay zero.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  for (let warm = 0; warm < 8; warm++) next();
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (options) => options[below(options.length)] ?? options[0],
  };
}

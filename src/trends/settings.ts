import type { Brand } from '../brands/brand.ts';

export type Sensitivity = Brand['sensitivity'];

/** Lengths of the windows that are tested, in days. */
export const WINDOWS = [1, 3, 7] as const;
/** Length of the longest window: the baseline ends before it. */
export const LONGEST_WINDOW = 7;
export const BASELINE_DAYS = 56;
/** A check sees at most this many days, the checked one included. Without incidents and outages it sees 63. */
export const LOOKBACK_DAYS = 100;

/** Share that a source has before anything is known of it, and how many mentions that is worth. */
export const NEGATIVE_PRIOR = { share: 0.15, weight: 10 } as const;
export const BROKEN_PRIOR = { share: 0.01, weight: 30 } as const;
/**
 * Jeffreys' prior of a share: it knows nothing beforehand. While a series learns, the larger of the two estimates is
 * its baseline: else a brand that many complain about, or a promise that is often broken, would be taken for one
 * that turned.
 */
export const OPEN_PRIOR = { share: 0.5, weight: 1 } as const;

/**
 * What wobble is taken to be before a baseline has shown any, worth six windows: correlation of mentions of one
 * day, and of mentions of one source on different days (a slow drift of about a tenth in log odds).
 */
export const WOBBLE_PRIOR = { correlation: 0.005, drift: 0.0015, weight: 6 } as const;
/** Squared relative wobble of counts before a baseline has shown any, worth six windows. */
export const COUNT_WOBBLE_PRIOR = { square: 0.04, weight: 6 } as const;

/** The keys besides chance. `pointRise` is in parts of all mentions. */
export const KEYS = { minimum: 5, ratio: 1.5, pointRise: 0.1, countDeviations: 1.64 } as const;
/** Days with data before the count key is used. */
export const COUNT_KEY_FROM = 14;

/** Odds of one daily check for everything that is tested for one brand together. */
export const ODDS: Record<Sensitivity, number> = {
  sensitive: 1 / 500,
  normal: 1 / 1000,
  strict: 1 / 5000,
};
/** How the odds are split; equally inside a group. A group that a brand does not have leaves its part to the others. */
export const SPLIT = { brand: 0.5, source: 0.2, promise: 0.2, pair: 0.1 } as const;

export const LEARNING_DAYS = 28;
/** Stricter odds while learning: `odds` hold before the given number of days with data. */
export const LADDER = [
  { before: 7, odds: 1 / 100_000 },
  { before: 14, odds: 1 / 10_000 },
  { before: LEARNING_DAYS, odds: 1 / 3000 },
] as const;
/** A source that began more than this many days after its brand is left out of sums until it has learned. */
export const FOUNDING_DAYS = 7;

/** Mentions expected in a run of days without any before the source counts as silent. */
export const SILENT_FROM = 10;

export const EPISODE = {
  /** X/E at or under this is a good check. */
  goodRatio: 1.25,
  goodWindow: 3,
  goodChecks: 3,
  quietDays: 7,
  newNormalAfter: 28,
  /** Growth of X/E over the last mailed value that is mailed again. */
  worseRatio: 1.5,
  stillEvery: 7,
} as const;

/** Chance at or under which an incident is serious. */
export const SERIOUS_CHANCE = 1 / 5000;

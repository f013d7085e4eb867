import * as z from 'zod';
import { Day } from '../brands/brand.ts';

const count = z.int().min(0).default(0);

export const VerdictCounts = z.strictObject({
  exceeded: count,
  kept: count,
  broken: count,
  unclear: count,
});
export type VerdictCounts = z.infer<typeof VerdictCounts>;

/**
 * What one source said on one day. Every mention is in exactly one of `mentions`, `unclassified`,
 * `unsupported`, `copies` and `overAuthorCap`; the four sentiments add up to `mentions`.
 */
export const SourceCounts = z.strictObject({
  mentions: count,
  negative: count,
  neutral: count,
  positive: count,
  mixed: count,
  unclassified: count,
  unsupported: count,
  /** Left out: further mentions of a near-duplicate cluster. */
  copies: count,
  /** Left out: more than three of one author on the day. */
  overAuthorCap: count,
  promises: z.record(z.string(), VerdictCounts).default({}),
});
export type SourceCounts = z.infer<typeof SourceCounts>;

/** Counts of one brand, day and classifier version: a pure function of the stored mentions of that bucket. */
export const Rollup = z.strictObject({
  brand: z.string(),
  day: Day,
  cv: z.string(),
  /** Version of the dirty mark that this recount has seen. */
  seen: z.int().min(0),
  /**
   * When this count began. While no mark says otherwise, nothing of the bucket was written since: an equal rollup
   * means that no mention of its day changed, whatever the counts say. Missing in rollups of earlier versions.
   */
  countedAt: z.iso.datetime().optional(),
  /**
   * Seconds since 1970 at which the first of its mentions expires; from then on a recount would find fewer. Missing
   * where there is none, and in rollups of earlier versions.
   */
  firstExpiry: z.int().optional(),
  /**
   * Customers' counted mentions by source and by the check at which they were there: that of the day, of the next one
   * and so on, the last of eight "or later". Missing in rollups of earlier versions.
   */
  arrived: z.record(z.string(), z.array(count)).optional(),
  /** Customers' counts by source id. */
  sources: z.record(z.string(), SourceCounts),
  /** Employees' counts by source id; never mixed with customers'. */
  employees: z.record(z.string(), SourceCounts),
});
export type Rollup = z.infer<typeof Rollup>;

/** All mentions of a source and day: each is in exactly one of these. */
export function mentionsIn(counts: SourceCounts): number {
  const { mentions, unclassified, unsupported, copies, overAuthorCap } = counts;
  return mentions + unclassified + unsupported + copies + overAuthorCap;
}

import * as z from 'zod';
import { Day } from '../brands/brand.ts';

/**
 * What is tested for a turn: the whole brand, one source, one promise (broken verdicts), or one
 * promise at one source. Written `brand`, `source:ID`, `promise:ID` or `pair:PROMISE@SOURCE`.
 */
export const Series = z.string().regex(/^(brand|source:[^@]+|promise:[^@]+|pair:[^@]+@[^@]+)$/);
export type Series = z.infer<typeof Series>;

/** One test of one series over one window, with every number its sentence needs. See docs/metrics.md. */
export const WindowTest = z.strictObject({
  series: Series,
  /** Length in days: 1, 3 or 7. */
  window: z.int().min(1),
  from: Day,
  /** Last closed day, inclusive. */
  to: Day,
  /** X: negative mentions (brand, source) or broken verdicts (promise, pair) in the window. */
  observed: z.int().min(0),
  /** E: the same, as the baseline's shares would give for this window's mentions. */
  expected: z.number().min(0),
  /** n: all mentions of the window's sources that are not masked. */
  mentions: z.int().min(0),
  /** D*: how much windows usually stray, with the uncertainty of the baseline. At least 1. */
  wobble: z.number().min(1),
  /** p: chance of so many by luck alone, 0–1. Never print it beyond 1 in 10,000. */
  chance: z.number().min(0).max(1),
  /** α: this series' part of the odds. It fires when chance < odds and the other keys hold. */
  odds: z.number().min(0).max(1),
  /** C: usual negatives for those weekdays, for the count key; null until 14 days of history. */
  usualCount: z.number().min(0).nullable(),
  /** Count that X must exceed by the count key; null until 14 days of history. */
  countLimit: z.number().min(0).nullable(),
  /** Which keys hold: chance, minimum (X ≥ 5), ratio, count. */
  keys: z.strictObject({
    chance: z.boolean(),
    minimum: z.boolean(),
    ratio: z.boolean(),
    count: z.boolean(),
  }),
  fires: z.boolean(),
});
export type WindowTest = z.infer<typeof WindowTest>;

/** What the incident's baseline was when it opened; it stays frozen until the incident closes. */
export const FrozenBaseline = z.strictObject({
  days: z.array(Day),
  /** By source: mentions and negatives (or broken) of those days, and the smoothed share. */
  sources: z.record(
    z.string(),
    z.strictObject({ mentions: z.int(), negative: z.int(), share: z.number() }),
  ),
});
export type FrozenBaseline = z.infer<typeof FrozenBaseline>;

export const IncidentState = z.enum(['open', 'recovered', 'closed']);
export type IncidentState = z.infer<typeof IncidentState>;

/** A trend followed from opened to recovered: one number, one mail thread. */
export const Incident = z.strictObject({
  brand: z.string(),
  /** Counts up per brand from 1; printed as CODE-0001. */
  number: z.int().min(1),
  /** `open`; `recovered` (mailed, in its 7 quiet days); `closed`. */
  state: IncidentState,
  /** The named series: smallest chance/odds when it opened. */
  series: Series,
  /** Other series that fired with it, then or later. */
  alsoFired: z.array(Series),
  /** The closed day whose check fired. */
  openedOn: Day,
  /** First day of the window that fired: since when it changed. */
  since: Day,
  /** Test that opened it, unchanged for ever. */
  opening: WindowTest,
  /** Test values at the last mail about it being open or worse. */
  lastMailed: WindowTest,
  baseline: FrozenBaseline,
  worseOn: z.array(Day),
  /** Checks in a row with the 3-day count at or under 1.25 × expected. */
  goodChecks: z.int().min(0),
  recoveredOn: Day.nullable(),
  reopenedOn: z.array(Day),
  closedOn: Day.nullable(),
  /**
   * new-normal: open for 28 days; recovered: 7 quiet days; operator: closed by a person; ended: its promise holds no
   * longer, so nobody can know whether it recovered.
   */
  closedBecause: z.enum(['recovered', 'new-normal', 'operator', 'ended']).nullable(),
  acknowledgedBy: z.string().nullable(),
  snoozedUntil: Day.nullable(),
  /** Headline promise, or odds at or under 1 in 5,000. */
  serious: z.boolean(),
  /** Classifier version whose rollups were tested. */
  cv: z.string(),
  /** Last closed day that was checked. */
  checkedDay: Day,
  /** One row a check: the named series' numbers. */
  history: z.array(
    z.strictObject({
      day: Day,
      observed: z.int(),
      expected: z.number(),
      mentions: z.int(),
      chance: z.number(),
    }),
  ),
});
export type Incident = z.infer<typeof Incident>;

/** Something that happened to an incident at a check and that a digest tells. */
export const IncidentEvent = z.strictObject({
  kind: z.enum(['opened', 'worse', 'still', 'recovered', 'reopened', 'new-normal']),
  number: z.int().min(1),
  day: Day,
});
export type IncidentEvent = z.infer<typeof IncidentEvent>;

/** How much of one source the check could use. */
export const SourceCoverage = z.strictObject({
  source: z.string(),
  /** learning: fewer than 28 days with data; silent: no mention on its last days, where 10 or more were expected. */
  state: z.enum(['read', 'learning', 'silent', 'outage', 'no-data']),
  daysWithData: z.int().min(0),
  /** Mentions expected and seen in the last 7 closed days. */
  expected: z.number().min(0),
  seen: z.int().min(0),
});
export type SourceCoverage = z.infer<typeof SourceCoverage>;

/** The whole result of one brand's daily check: decisions and everything that could not be decided. */
export const CheckResult = z.strictObject({
  brand: z.string(),
  /** The last closed day. */
  day: Day,
  cv: z.string(),
  tests: z.array(WindowTest),
  events: z.array(IncidentEvent),
  /** Every incident after this check that is open, recovered, or was closed by it. */
  incidents: z.array(Incident),
  coverage: z.array(SourceCoverage),
  learning: z.strictObject({ day: z.int().min(0), of: z.literal(28) }).nullable(),
  /** What was not tested, and why, in sentences. */
  skipped: z.array(z.string()),
  /** Mean mentions a day over the baseline. */
  mentionsPerDay: z.number().min(0),
});
export type CheckResult = z.infer<typeof CheckResult>;

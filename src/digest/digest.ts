import * as z from 'zod';
import { Day, Dimension } from '../brands/brand.ts';
import { Population } from '../brands/source-settings.ts';
import { Outcome } from '../classification/classification.ts';
import { Rating } from '../mentions/mention.ts';
import { Series, WindowTest } from '../trends/incident.ts';

/** Kinds that tell what happened to an incident; they share its mail thread. */
export const IncidentKind = z.enum([
  'opened',
  'worse',
  'still',
  'reopened',
  'recovered',
  'new-normal',
]);
export type IncidentKind = z.infer<typeof IncidentKind>;

export const DigestKind = z.enum([
  ...IncidentKind.options,
  'first-reading',
  'every-negative',
  'weekly-pulse',
]);
export type DigestKind = z.infer<typeof DigestKind>;

const count = z.int().min(0);

/** A series in the brand's own words. Both null: the whole brand. */
export const SeriesName = z.strictObject({
  series: Series,
  promise: z.strictObject({ id: z.string(), text: z.string() }).nullable(),
  source: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
});
export type SeriesName = z.infer<typeof SeriesName>;

/**
 * A literal piece of one version of a mention: `before + marked + after` is a substring of its text.
 * Printing cleans it (control and direction characters, line breaks); nothing else changes it.
 */
export const DigestQuote = z.strictObject({
  mention: z.string(),
  version: z.int().min(1),
  source: z.strictObject({ id: z.string(), name: z.string() }),
  day: Day,
  rating: Rating.nullable(),
  url: z.string().nullable(),
  lang: z.string().nullable(),
  before: z.string(),
  /** The words that decided, as the classification quotes them; may be empty. */
  marked: z.string(),
  after: z.string(),
  /** Whether the text goes on outside the excerpt. */
  cutBefore: z.boolean(),
  cutAfter: z.boolean(),
  /** Promise and outcome of the verdict it was chosen for, if any. */
  promise: z.string().nullable(),
  outcome: Outcome.nullable(),
  tone: z.enum(['negative', 'positive']),
});
export type DigestQuote = z.infer<typeof DigestQuote>;

export const ChartDay = z.strictObject({
  day: Day,
  /** Negative mentions, or broken verdicts, of the sources that the incident's baseline knows. */
  count,
  /** What the baseline's shares give for that day's mentions. */
  expected: z.number().min(0),
  /** Smallest count that would have fired alone on that day; null where the day is masked. */
  line: count.nullable(),
  /** Whether the day belongs to the episode that the mail is about. */
  marked: z.boolean(),
  /** No source of the series was read that day. */
  masked: z.boolean(),
});
export type ChartDay = z.infer<typeof ChartDay>;

/** Whose voices the counted mentions are. */
export const Voices = z.strictObject({
  mentions: count,
  /** Different named authors; an author is a keyed hash per source. */
  authors: count,
  /** Mentions whose source names no author. */
  unnamed: count,
  /** Mentions of the author who has most. */
  most: count,
  sources: count,
});
export type Voices = z.infer<typeof Voices>;

/** The printed numbers: X, E and n of one window. */
export const Figures = WindowTest.pick({
  series: true,
  window: true,
  from: true,
  to: true,
  observed: true,
  expected: true,
  mentions: true,
});
export type Figures = z.infer<typeof Figures>;

/** Another series of the same incident; its numbers where it fires in this check. */
export const AlsoFired = z.strictObject({
  ...SeriesName.shape,
  now: z
    .strictObject({ window: z.int().min(1), observed: count, expected: z.number().min(0) })
    .nullable(),
});
export type AlsoFired = z.infer<typeof AlsoFired>;

/** One incident as a mail shows it in full. */
export const DigestIncident = z.strictObject({
  number: z.int().min(1),
  /** As people say it: NB-0142. */
  ref: z.string(),
  kind: IncidentKind,
  ...SeriesName.shape,
  also: z.array(AlsoFired),
  serious: z.boolean(),
  owner: z.string().nullable(),
  playbook: z.strictObject({ url: z.string().nullable(), checks: z.array(z.string()) }).nullable(),
  since: Day,
  /** The numbers at the top: of the test for `opened`, `worse` …; after recovery of the last 3 days. */
  figures: Figures,
  /** The test that is the reason for the mail. */
  rule: WindowTest,
  opening: WindowTest,
  baselineDays: count,
  /** Which day of the incident this is, counted from `since`. */
  dayNumber: z.int().min(1),
  chart: z.array(ChartDay),
  voices: Voices,
  sources: z.array(z.strictObject({ name: z.string(), count })),
  dimensions: z.array(z.strictObject({ dimension: Dimension, count })),
  signals: z.array(z.strictObject({ signal: z.string(), count })),
  quotes: z.array(DigestQuote),
  /** Kept or exceeded verdicts (promise), else positive mentions, in the window of the figures. */
  praise: z.strictObject({ count, exceeded: count, expected: z.number().min(0).nullable() }),
  /** The days from `since` to the last bad one. */
  episode: z.strictObject({
    count,
    expected: z.number().min(0),
    peak: z.strictObject({ day: Day, count }),
    /** Last day over 1.25 × expected and over what luck strays; not before the incident was noticed. */
    lastBadDay: Day,
  }),
});
export type DigestIncident = z.infer<typeof DigestIncident>;

/** An incident beyond those shown in full. */
export const FurtherIncident = z.strictObject({
  ref: z.string(),
  kind: IncidentKind,
  ...SeriesName.shape,
  window: z.int().min(1),
  observed: count,
  expected: z.number().min(0),
});
export type FurtherIncident = z.infer<typeof FurtherIncident>;

/** An incident that was open on one of the days that a digest without an incident is about. */
export const LateIncident = z.strictObject({
  ref: z.string(),
  ...SeriesName.shape,
  since: Day,
  /** Last bad day; null while it is open. */
  until: Day.nullable(),
  /** Why it is open no longer; only `recovered` is good news. Absent while it is open, and in older digests. */
  over: z.enum(['recovered', 'new-normal', 'operator', 'ended']).optional(),
});
export type LateIncident = z.infer<typeof LateIncident>;

export const PromiseStatus = z.enum(['in incident', 'steady', 'learning', 'too few']);
export type PromiseStatus = z.infer<typeof PromiseStatus>;

export const PromiseRow = z.strictObject({
  id: z.string(),
  text: z.string(),
  /** Broken verdicts in the last 7 closed days. */
  observed: count,
  /** Null while there is no baseline to expect from. */
  expected: z.number().min(0).nullable(),
  /** Broken verdicts of the last 14 closed days, oldest first. */
  days: z.array(count).length(14),
  status: PromiseStatus,
});
export type PromiseRow = z.infer<typeof PromiseRow>;

export const CoverageRow = z.strictObject({
  source: z.string(),
  name: z.string(),
  population: Population,
  /** failing: reads fail; silent: reads succeed and bring nothing where 10 or more were expected. */
  state: z.enum(['read', 'failing', 'silent', 'outage', 'learning', 'never-read']),
  lastReadAt: z.iso.datetime().nullable(),
  /** Items listed by the source's last successful read. */
  items: count,
  failingSince: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
  /** Mentions expected and seen in the last 7 closed days. */
  expected: z.number().min(0),
  seen: count,
  daysWithData: count,
  /** Mentions counted in the days that the digest is about. */
  counted: count.default(0),
});
export type CoverageRow = z.infer<typeof CoverageRow>;

/** What of the period's mentions was counted, and what was not. Customers only. */
export const Coverage = z.strictObject({
  from: Day,
  to: Day,
  mentions: count,
  negative: count,
  unclassified: count,
  unsupported: count,
  copies: count,
  overAuthorCap: count,
  sources: z.array(CoverageRow),
});
export type Coverage = z.infer<typeof Coverage>;

const ActionSpan = z.strictObject({ days: count, observed: count, expected: z.number().min(0) });

/** Something the brand did, and the same count before and after it. */
export const DigestAction = z.strictObject({
  day: Day,
  text: z.string(),
  promise: z.string().nullable(),
  /** Up to seven days before it and up to seven after it; its own day is in neither. */
  before: ActionSpan,
  after: ActionSpan,
  /** Whether the two differ by more than luck. */
  change: z.enum(['fewer', 'more', 'unclear', 'too-early']).default('unclear'),
  /** Of so great a difference by luck alone; null where there are too few days. */
  chance: z.number().min(0).max(1).nullable().default(null),
});
export type DigestAction = z.infer<typeof DigestAction>;

/** What people did with single mentions since the last digest. */
export const CaseCounts = z.strictObject({
  open: count,
  fixed: count,
  notAboutUs: count,
  wrongVerdict: count,
});
export type CaseCounts = z.infer<typeof CaseCounts>;

/** Why the counts leave a mention out. */
export const LeftOut = z.enum(['copy', 'author-cap']);
export type LeftOut = z.infer<typeof LeftOut>;

/** What one recipient reads, as data: made once, frozen, stored, and rendered without anything else. */
export const DigestModel = z.strictObject({
  v: z.literal(1),
  kind: DigestKind,
  brand: z.strictObject({ id: z.string(), name: z.string(), code: z.string() }),
  sensitivity: z.enum(['sensitive', 'normal', 'strict']),
  timeZone: z.string(),
  /** What the people who read it have to do with; null: everything about the brand. */
  scope: z
    .strictObject({ promises: z.array(z.string()), sources: z.array(z.string()) })
    .nullable()
    .default(null),
  madeAt: z.iso.datetime(),
  /** The days that the mail is about. */
  from: Day,
  to: Day,
  /** Worst first; the first one owns the thread. Empty for kinds without an incident. */
  incidents: z.array(DigestIncident).max(3),
  further: z.array(FurtherIncident),
  /** For kinds without an incident: what was heard. */
  quotes: z.array(DigestQuote),
  /** References of incidents that are open now. */
  open: z.array(z.string()),
  /** Of kinds without an incident: those that were open in the period, the newest first. */
  lately: z.array(LateIncident).default([]),
  promises: z.array(PromiseRow),
  employees: z
    .strictObject({ mentions: count, negative: count, quote: DigestQuote.nullable() })
    .nullable(),
  actions: z.array(DigestAction),
  cases: CaseCounts.nullable(),
  coverage: Coverage,
  learning: z.strictObject({ day: count, of: z.literal(28) }).nullable(),
  mentionsPerDay: z.number().min(0),
  /** Mentions whose rows make the attached file; at most 2,000 of `total`. */
  evidence: z.strictObject({
    filename: z.string(),
    total: count,
    /** Of `total`: further copies, and mentions over an author's three a day. */
    uncounted: count,
    mentions: z
      .array(
        z.strictObject({
          id: z.string(),
          version: z.int().min(1),
          leftOut: LeftOut.optional(),
        }),
      )
      .max(2000),
  }),
  skipped: z.array(z.string()),
});
export type DigestModel = z.infer<typeof DigestModel>;

/** Freezes `value` and everything in it. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

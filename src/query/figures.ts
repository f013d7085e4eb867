import { noCounts } from '../rollups/count.ts';
import type { SourceCounts, VerdictCounts } from '../rollups/rollup.ts';
import { type Share, shareOf } from './interval.ts';
import type { StandingMention } from './standing.ts';

/** Counts of a set of mentions. Each mention is in exactly one of the first eight numbers after the sentiments. */
export interface Counts extends SourceCounts {
  /** Left out: a person said they are about somebody else. */
  notAboutUs: number;
  /** Left out: judged by another classifier version than the one in force. */
  otherClassifier: number;
}

/** What was heard about one promise. See docs/metrics.md. */
export interface PromiseFigures extends VerdictCounts {
  readonly promise: string;
  /** Broken among the verdicts that decide: exceeded, kept and broken. Null without any. */
  readonly brokenShare: Share | null;
}

/** The printed numbers of a set of mentions. */
export interface Figures {
  readonly counts: Counts;
  /** Negative among the counted mentions. Null without any. */
  readonly negativeShare: Share | null;
  readonly promises: readonly PromiseFigures[];
}

export function emptyCounts(): Counts {
  return { ...noCounts(), notAboutUs: 0, otherClassifier: 0 };
}

/** Adds one mention to the counts it belongs to. */
export function addMention(counts: Counts, { mention, counted }: StandingMention): void {
  switch (counted) {
    case 'copy':
      counts.copies++;
      return;
    case 'author-cap':
      counts.overAuthorCap++;
      return;
    case 'not-about-us':
      counts.notAboutUs++;
      return;
    case 'other-classifier':
      counts.otherClassifier++;
      return;
    case 'unclassified':
    case 'unsupported':
      counts[counted]++;
      return;
    case 'yes': {
      counts.mentions++;
      const { sentiment } = mention;
      if (sentiment !== 'unclassified' && sentiment !== 'unsupported') counts[sentiment]++;
      for (const { promise, outcome } of mention.verdicts) verdictsOf(counts, promise)[outcome]++;
    }
  }
}

export function countMentions(mentions: Iterable<StandingMention>): Counts {
  const counts = emptyCounts();
  for (const mention of mentions) addMention(counts, mention);
  return counts;
}

/** Adds what a rollup counted. */
export function addCounts(counts: Counts, more: SourceCounts | Counts): void {
  for (const [key, value] of Object.entries(more))
    if (typeof value === 'number') counts[key as 'mentions'] += value;
  for (const [promise, verdicts] of Object.entries(more.promises)) {
    const own = verdictsOf(counts, promise);
    for (const outcome of OUTCOMES) own[outcome] += verdicts[outcome];
  }
}

const OUTCOMES = ['exceeded', 'kept', 'broken', 'unclear'] as const;

function verdictsOf({ promises }: Counts, promise: string): VerdictCounts {
  const known = promises[promise];
  if (known !== undefined) return known;
  const fresh = { exceeded: 0, kept: 0, broken: 0, unclear: 0 };
  promises[promise] = fresh;
  return fresh;
}

/**
 * Shares and intervals of counts.
 *
 * @param promises ids in the order in which they are printed; each gets a row, heard of or not
 */
export function figuresOf(counts: Counts, promises: readonly string[]): Figures {
  return {
    counts,
    negativeShare: shareOf(counts.negative, counts.mentions),
    promises: promises.map((promise) => {
      const verdicts = counts.promises[promise] ?? { exceeded: 0, kept: 0, broken: 0, unclear: 0 };
      const { exceeded, kept, broken, unclear } = verdicts;
      return {
        promise,
        exceeded,
        kept,
        broken,
        unclear,
        brokenShare: shareOf(broken, exceeded + kept + broken),
      };
    }),
  };
}

import type { IndexedMention } from '../classification/indexed-mention.ts';
import { similarity } from '../mentions/sketch.ts';
import type { Rollup, SourceCounts } from './rollup.ts';

/** Mentions of one author that count on one day. */
export const MENTIONS_PER_AUTHOR = 3;
/** Estimated Jaccard similarity of 3-word shingles from which two texts are copies of one another. */
export const COPY_SIMILARITY = 0.5;

/**
 * Counts one day of one brand. A pure function of the bucket: the same mentions in any order give the
 * same rollup, and a late copy changes no other day.
 *
 * @param mentions every stored mention of the bucket, all classifier versions
 * @returns one rollup per classifier version found
 */
export function countDay(
  brand: string,
  day: string,
  seen: number,
  mentions: readonly IndexedMention[],
): Rollup[] {
  const byVersion = Map.groupBy(mentions, ({ cv }) => cv);
  return [...byVersion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([cv, own]) => ({
      brand,
      day,
      cv,
      seen,
      sources: countSources(own.filter(({ population }) => population === 'customer')),
      employees: countSources(own.filter(({ population }) => population === 'employee')),
    }));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Why a stored mention is not counted: a further copy, or more than three of one author on the day. */
export type LeftOut = 'copy' | 'author-cap';

/**
 * Which mentions of one day, population and classifier version are left out of its counts.
 *
 * The first of a cluster of copies counts, wherever it was published; of one author the first three.
 */
export function leftOut(mentions: readonly IndexedMention[]): Map<string, LeftOut> {
  const out = new Map<string, LeftOut>();
  const firsts: IndexedMention[] = [];
  const perAuthor = new Map<string, number>();
  for (const mention of inOrder(mentions)) {
    if (firsts.some((first) => isCopy(mention, first))) {
      out.set(mention.id, 'copy');
      continue;
    }
    firsts.push(mention);
    const author = mention.authorHash;
    if (author === null) continue;
    const soFar = perAuthor.get(author) ?? 0;
    perAuthor.set(author, soFar + 1);
    if (soFar >= MENTIONS_PER_AUTHOR) out.set(mention.id, 'author-cap');
  }
  return out;
}

const inOrder = (mentions: readonly IndexedMention[]) =>
  mentions.toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id));

function countSources(mentions: readonly IndexedMention[]): Record<string, SourceCounts> {
  const sources: Record<string, SourceCounts> = {};
  const out = leftOut(mentions);
  for (const mention of mentions.toSorted((a, b) => compare(a.source, b.source))) {
    sources[mention.source] ??= noCounts();
    const counts = sources[mention.source] as SourceCounts;
    const reason = out.get(mention.id);
    if (reason === 'copy') counts.copies++;
    else if (reason === 'author-cap') counts.overAuthorCap++;
    else count(mention, counts);
  }
  return sources;
}

function count(mention: IndexedMention, counts: SourceCounts): void {
  const { sentiment } = mention;
  if (sentiment === 'unclassified' || sentiment === 'unsupported') {
    counts[sentiment]++;
    return;
  }
  counts.mentions++;
  counts[sentiment]++;
  for (const { promise, outcome } of mention.verdicts) {
    counts.promises[promise] ??= { exceeded: 0, kept: 0, broken: 0, unclear: 0 };
    (counts.promises[promise] as SourceCounts['promises'][string])[outcome]++;
  }
}

/** Whether `mention` says what an earlier one of the day said already, wherever and by whomever. */
function isCopy(mention: IndexedMention, first: IndexedMention): boolean {
  return similarity(mention.sketch, first.sketch) >= COPY_SIMILARITY;
}

export function noCounts(): SourceCounts {
  return {
    mentions: 0,
    negative: 0,
    neutral: 0,
    positive: 0,
    mixed: 0,
    unclassified: 0,
    unsupported: 0,
    copies: 0,
    overAuthorCap: 0,
    promises: {},
  };
}

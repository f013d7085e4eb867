import type { IndexedMention } from '../mentions/indexed-mention.ts';
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
 * @returns one rollup per classifier version found; one with the version `none` for an empty bucket
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
    .map(([cv, own]) => {
      const ordered = own.toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id));
      return {
        brand,
        day,
        cv,
        seen,
        sources: countSources(ordered.filter(({ population }) => population === 'customer')),
        employees: countSources(ordered.filter(({ population }) => population === 'employee')),
      };
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function countSources(mentions: readonly IndexedMention[]): Record<string, SourceCounts> {
  const sources: Record<string, SourceCounts> = {};
  const firsts: IndexedMention[] = [];
  const perAuthor = new Map<string, number>();
  for (const mention of mentions) {
    sources[mention.source] ??= noCounts();
    const counts = sources[mention.source] as SourceCounts;
    if (firsts.some((first) => isCopy(mention, first))) {
      counts.copies++;
      continue;
    }
    firsts.push(mention);
    const author = mention.authorHash;
    const soFar = author === null ? 0 : (perAuthor.get(author) ?? 0);
    if (author !== null) perAuthor.set(author, soFar + 1);
    if (soFar >= MENTIONS_PER_AUTHOR) counts.overAuthorCap++;
    else count(mention, counts);
  }
  return Object.fromEntries(Object.entries(sources).toSorted(([a], [b]) => compare(a, b)));
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

/**
 * Whether `mention` says what an earlier one of the day said already. Same content, or near-duplicate
 * text, wherever and by whomever; both short enough to be said twice by chance only from one author.
 */
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

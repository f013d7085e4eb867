import type { IndexedMention } from '../classification/indexed-mention.ts';
import { arrivedByAge } from './arrival.ts';
import { leftOut } from './left-out.ts';
import { type Relabel, relabelled } from './note.ts';
import type { Rollup, SourceCounts } from './rollup.ts';

/**
 * Counts one day of one brand. A pure function of the bucket: the same mentions in any order give the
 * same rollup, and a late copy changes no other day.
 *
 * @param mentions every stored mention of the bucket, all classifier versions
 * @param relabels the brand's, by mention: they win over the classifier, and what is not about the brand is not counted
 * @returns one rollup per classifier version found
 */
export function countDay(
  brand: string,
  day: string,
  seen: number,
  mentions: readonly IndexedMention[],
  relabels: ReadonlyMap<string, readonly Relabel[]>,
): Rollup[] {
  const byVersion = Map.groupBy(mentions, ({ cv }) => cv);
  return [...byVersion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([cv, judged]) => {
      const own = judged.flatMap((one) => relabelled(one, relabels.get(one.id) ?? []) ?? []);
      const customers: IndexedMention[] = [];
      const sources = countSources(
        own.filter(({ population }) => population === 'customer'),
        (mention) => customers.push(mention),
      );
      const { firstExpiry } = expiryOf(judged);
      return {
        brand,
        day,
        cv,
        seen,
        ...(firstExpiry !== undefined && {
          firstExpiry,
          arrived: arrivedByAge(customers, firstExpiry),
        }),
        sources,
        employees: countSources(own.filter(({ population }) => population === 'employee')),
      };
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A fold, because a day can hold more mentions than a call takes arguments. */
function expiryOf(mentions: readonly IndexedMention[]): Pick<Rollup, 'firstExpiry'> {
  const first = mentions.reduce(
    (least, { ttl = Number.POSITIVE_INFINITY }) => Math.min(least, ttl),
    Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(first) ? { firstExpiry: first } : {};
}

function countSources(
  mentions: readonly IndexedMention[],
  onCounted?: (mention: IndexedMention) => void,
): Record<string, SourceCounts> {
  const sources: Record<string, SourceCounts> = {};
  const out = leftOut(mentions);
  for (const mention of mentions.toSorted((a, b) => compare(a.source, b.source))) {
    sources[mention.source] ??= noCounts();
    const counts = sources[mention.source] as SourceCounts;
    const reason = out.get(mention.id);
    if (reason === 'copy') counts.copies++;
    else if (reason === 'author-cap') counts.overAuthorCap++;
    else if (count(mention, counts)) onCounted?.(mention);
  }
  return sources;
}

/** Whether it is one of `mentions`: of the others nobody can say what they mean. */
function count(mention: IndexedMention, counts: SourceCounts): boolean {
  const { sentiment } = mention;
  if (sentiment === 'unclassified' || sentiment === 'unsupported') {
    counts[sentiment]++;
    return false;
  }
  counts.mentions++;
  counts[sentiment]++;
  for (const { promise, outcome } of mention.verdicts) {
    counts.promises[promise] ??= { exceeded: 0, kept: 0, broken: 0, unclear: 0 };
    (counts.promises[promise] as SourceCounts['promises'][string])[outcome]++;
  }
  return true;
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

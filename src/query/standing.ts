import type { IndexedMention } from '../classification/indexed-mention.ts';
import { type LeftOut, leftOut } from '../rollups/left-out.ts';
import { type Relabel, relabelled } from '../rollups/note.ts';

/**
 * Whether a mention is in the counts, and if not, why: a further copy, over three of one author on the day,
 * said by a person not to be about the brand, without a usable sentiment, or judged by another classifier
 * version than the one in force.
 */
export type Standing =
  | 'yes'
  | LeftOut
  | 'not-about-us'
  | 'unclassified'
  | 'unsupported'
  | 'other-classifier';

/** A mention as the counts see it: relabels applied, and whether it is counted. */
export interface StandingMention {
  readonly mention: IndexedMention;
  readonly counted: Standing;
  /** A person said how these words are to be read, or whether any words of it are about the brand. */
  readonly relabelled: boolean;
}

/**
 * How every stored mention of one brand and day stands. The counts of the day are those with `yes`: the same
 * numbers as `countDay` gives for the same bucket.
 *
 * @param mentions the whole bucket: copies and the author's three are decided before any filter
 * @param cv classifier version in force
 */
export function standingsOf(
  mentions: readonly IndexedMention[],
  cv: string,
  relabels: ReadonlyMap<string, readonly Relabel[]>,
): StandingMention[] {
  const read = mentions.map((mention) => {
    const own = relabels.get(mention.id) ?? [];
    return { mention, own, ours: relabelled(mention, own) };
  });
  const out = new Map<string, LeftOut>();
  const current = read.flatMap(({ ours }) => (ours?.cv === cv ? [ours] : []));
  for (const population of ['customer', 'employee'])
    for (const [id, reason] of leftOut(current.filter((m) => m.population === population)))
      out.set(id, reason);
  return read.map(({ mention, own, ours }) => ({
    mention: ours ?? mention,
    counted: ours === undefined ? 'not-about-us' : standing(ours, cv, out),
    relabelled: own.some(
      ({ aboutUs, contentHash }) => aboutUs !== null || contentHash === mention.contentHash,
    ),
  }));
}

function standing(
  mention: IndexedMention,
  cv: string,
  out: ReadonlyMap<string, LeftOut>,
): Standing {
  if (mention.cv !== cv) return 'other-classifier';
  const reason = out.get(mention.id);
  if (reason !== undefined) return reason;
  const { sentiment } = mention;
  return sentiment === 'unclassified' || sentiment === 'unsupported' ? sentiment : 'yes';
}

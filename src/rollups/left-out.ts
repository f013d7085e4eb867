import type { IndexedMention } from '../classification/indexed-mention.ts';
import { similarity } from '../mentions/sketch.ts';

/** Mentions of one author that count on one day. */
export const MENTIONS_PER_AUTHOR = 3;
/** Estimated Jaccard similarity of 3-word shingles from which two texts are copies of one another. */
export const COPY_SIMILARITY = 0.5;

/** Why a stored mention is not counted: a further copy, or more than three of one author on the day. */
export type LeftOut = 'copy' | 'author-cap';

const SLOTS = 16;

/**
 * Which mentions of one day, population and classifier version are left out of its counts.
 *
 * The first of a cluster of copies counts, wherever it was published; of one author the first three. Only earlier
 * mentions with the same headline, or with as many equal numbers in their sketches as a copy needs, are compared, so
 * that the time grows with the number of mentions and not with its square.
 */
export function leftOut(mentions: readonly IndexedMention[]): Map<string, LeftOut> {
  const out = new Map<string, LeftOut>();
  const copies = copyFinder();
  const perAuthor = new Map<string, number>();
  for (const mention of inOrder(mentions)) {
    if (copies.isCopy(mention.sketch)) {
      out.set(mention.id, 'copy');
      continue;
    }
    const author = mention.authorHash;
    if (author === null) continue;
    const soFar = perAuthor.get(author) ?? 0;
    perAuthor.set(author, soFar + 1);
    if (soFar >= MENTIONS_PER_AUTHOR) out.set(mention.id, 'author-cap');
  }
  return out;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const inOrder = (mentions: readonly IndexedMention[]) =>
  mentions.toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id));

function copyFinder() {
  const added: string[] = [];
  /** Indexes of `added` by slot and number. */
  const bySlot = Array.from({ length: SLOTS }, () => new Map<number, number[]>());
  const byHeadline = new Map<string, number[]>();
  const isCopy = (sketch: string, index: number) =>
    similarity(sketch, added[index] ?? '') >= COPY_SIMILARITY;
  /** Earlier sketches with a number in common, and how many. */
  const equalSlots = (numbers: readonly number[]): Map<number, number> => {
    const equal = new Map<number, number>();
    for (let slot = 0; slot < numbers.length; slot++)
      for (const index of bySlot[slot]?.get(numbers[slot] as number) ?? [])
        equal.set(index, (equal.get(index) ?? 0) + 1);
    return equal;
  };
  const isCopyOfEarlier = (sketch: string, headline: string, numbers: readonly number[]) => {
    if ((byHeadline.get(headline) ?? []).some((index) => isCopy(sketch, index))) return true;
    for (const [index, count] of equalSlots(numbers))
      if (count >= COPY_SIMILARITY * SLOTS && isCopy(sketch, index)) return true;
    return false;
  };
  return {
    /** @returns true for a copy of an earlier one, which is not added */
    isCopy(sketch: string): boolean {
      const headline = headlineOf(sketch);
      const numbers = numbersOf(sketch);
      if (isCopyOfEarlier(sketch, headline, numbers)) return true;
      const index = added.push(sketch) - 1;
      for (let slot = 0; slot < numbers.length; slot++)
        pushTo(bySlot[slot], numbers[slot] as number, index);
      if (headline !== '') pushTo(byHeadline, headline, index);
      return false;
    },
  };
}

function pushTo<Key>(lists: Map<Key, number[]> | undefined, key: Key, index: number): void {
  const list = lists?.get(key);
  if (list === undefined) lists?.set(key, [index]);
  else list.push(index);
}

/** The numbers of a sketch, `words.headline.numbers`, by slot; none when it is not one. */
function numbersOf(sketch: string): number[] {
  const bytes = Buffer.from(sketch.slice(sketch.lastIndexOf('.') + 1), 'base64url');
  if (bytes.length !== SLOTS * 4) return [];
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) numbers.push(bytes.readUInt32BE(at));
  return numbers;
}

const headlineOf = (sketch: string) => (sketch.split('.')[1] ?? '').replace('!', '');

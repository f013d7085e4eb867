import { hashOf } from './hash.ts';
import { type KeyTable, keyTable } from './key-table.ts';

/** How seldom words and concepts are in mentions: 0 in every text, 1 in none. */
export interface Rarity {
  /** Hashes of the stems that are in several mentions, ascending. */
  readonly keys: Int32Array;
  /** 255 steps. */
  readonly values: Uint8Array;
  /** In the order of the concept file, 255 steps. */
  readonly concepts: Uint8Array;
  readonly places: KeyTable;
}

export function rarityOfStem({ places, values }: Rarity, stem: string): number {
  const at = places.find(hashOf(stem));
  return at < 0 ? 1 : (values[at] as number) / 255;
}

export function rarityOfConcept({ concepts }: Rarity, concept: number): number {
  return (concepts[concept] ?? 255) / 255;
}

/** A table with its index, from the parts that are stored. */
export function rarityOf(parts: Omit<Rarity, 'places'>): Rarity {
  return { ...parts, places: keyTable(parts.keys) };
}

/** A stem in fewer texts counts as in none. */
const LEAST_TEXTS = 3;

/**
 * Counts in how many texts each stem and concept is.
 *
 * @param texts stems and concepts of each text
 */
export function countRarity(
  texts: readonly { readonly stems: readonly string[]; readonly concepts: readonly number[] }[],
  conceptCount: number,
): Rarity {
  const stems = new Map<number, number>();
  const concepts = new Float64Array(conceptCount);
  for (const text of texts) {
    const own = new Set(text.stems.map((stem) => hashOf(stem)));
    for (const key of own) stems.set(key, (stems.get(key) ?? 0) + 1);
    for (const concept of new Set(text.concepts))
      concepts[concept] = (concepts[concept] as number) + 1;
  }
  const all = Math.max(texts.length, 2);
  const step = (count: number) =>
    Math.round((255 * Math.log(all / Math.max(count, 1))) / Math.log(all));
  const kept = [...stems].filter(([, count]) => count >= LEAST_TEXTS).sort(([a], [b]) => a - b);
  return rarityOf({
    keys: Int32Array.from(kept, ([key]) => key),
    values: Uint8Array.from(kept, ([, count]) => step(count)),
    concepts: Uint8Array.from(concepts, (count) => step(count)),
  });
}

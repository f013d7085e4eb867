import { describe, expect, it } from 'vitest';
import { countRarity, rarityOfConcept, rarityOfStem } from '../../src/classification/rarity.ts';
import { type TreeExample, trainTrees } from '../../src/classification/train-trees.ts';
import {
  decodeRarity,
  decodeTrees,
  encodeRarity,
  encodeTrees,
} from '../../src/classification/tree-files.ts';
import { scoreTrees } from '../../src/classification/trees.ts';

/** Yes where exactly one of two features holds, which no sum of both can say. */
const EITHER: readonly TreeExample[] = Array.from({ length: 400 }, (_, at) => {
  const [one, other] = [at % 2, (at >> 1) % 2] as [number, number];
  // The first feature alone leans a little, so that there is a first split to find.
  return { row: [one, other, (at * 7) % 50], target: one !== other || at % 40 === 3 ? 1 : 0 };
});
const trees = trainTrees(EITHER, 3);

describe('trees', () => {
  it('learn what only two features together say', () => {
    expect(scoreTrees(trees, [1, 0, 0])).toBeGreaterThan(1);
    expect(scoreTrees(trees, [0, 1, 0])).toBeGreaterThan(1);
    expect(scoreTrees(trees, [0, 0, 0])).toBeLessThan(-1);
  });

  it('are the same for the same examples, and are read back as they were', () => {
    const bytes = encodeTrees(trees);
    expect(Buffer.compare(bytes, encodeTrees(trainTrees(EITHER, 3)))).toBe(0);
    const again = decodeTrees(bytes);
    for (const { row } of EITHER.slice(0, 20))
      expect(scoreTrees(again, row)).toBe(scoreTrees(trees, row));
  });

  it('say how common yes is where there is nothing to tell apart', () => {
    const one = Array.from({ length: 40 }, (_, at) => ({ row: [1], target: at % 4 === 0 ? 1 : 0 }));
    expect(scoreTrees(trainTrees(one, 1), [1])).toBeCloseTo(Math.log(1 / 3), 3);
  });

  it('refuse bytes of another size', () => {
    expect(() => decodeTrees(encodeTrees(trees).subarray(1))).toThrow('do not belong');
    expect(() => decodeTrees(new Uint8Array(0))).toThrow('do not belong');
  });
});

describe('rarity', () => {
  const texts = Array.from({ length: 100 }, (_, at) => ({
    stems: ['phone', at < 10 ? 'swap' : 'room', `own${at}`],
    concepts: at < 50 ? [0] : [],
  }));
  const rarity = decodeRarity(encodeRarity(countRarity(texts, 2)));

  it('is 0 of what every text has, 1 of what none has, and between of the others', () => {
    expect(rarityOfStem(rarity, 'phone')).toBe(0);
    expect(rarityOfStem(rarity, 'swap')).toBeCloseTo(0.5, 1);
    expect(rarityOfStem(rarity, 'never met')).toBe(1);
    expect(rarityOfStem(rarity, 'own3')).toBe(1);
    expect(rarityOfConcept(rarity, 0)).toBeCloseTo(0.15, 1);
    expect(rarityOfConcept(rarity, 1)).toBe(1);
  });

  it('refuses bytes of another size', () => {
    const bytes = encodeRarity(rarity);
    expect(() => decodeRarity(bytes.subarray(1))).toThrow('does not belong');
    expect(() => decodeRarity(new Uint8Array(0))).toThrow('does not belong');
  });
});

import { describe, expect, it } from 'vitest';
import { exceeds, narrow, treesFor } from '../../src/classification/narrowed-trees.ts';
import { seededRandom } from '../../src/classification/shuffle.ts';
import { trainTrees } from '../../src/classification/train-trees.ts';
import { scoreTrees } from '../../src/classification/trees.ts';

/** Two whole numbers, one flag that is mostly 0, and what they say together. */
const random = seededRandom(7);
const ROWS = Array.from({ length: 600 }, () => {
  const [one, other] = [Math.floor(random() * 9), Math.floor(random() * 9)];
  return Float32Array.of(one, other, random() < 0.2 ? 1 : 0);
});
const trees = trainTrees(
  ROWS.map((row) => {
    const [one = 0, other = 0, flag = 0] = row;
    return { row, target: one > other !== (flag === 1) ? 1 : 0 };
  }),
  3,
);
const LIMITS = [-3, -1, -0.5, 0, 0.5, 1, 3];

describe('narrowed trees', () => {
  it('decide as all trees do', () => {
    const narrowed = narrow(trees, new Map());
    const decisions = LIMITS.flatMap((limit) =>
      ROWS.map((row) => [exceeds(narrowed, row, limit), scoreTrees(trees, row) > limit]),
    );
    expect(decisions.filter(([one, other]) => one !== other)).toEqual([]);
    expect(new Set(decisions.map(([one]) => one)).size).toBe(2);
  });

  it('decide so at the very number that all trees give, too', () => {
    const narrowed = narrow(trees, new Map());
    const row = ROWS[0] as Float32Array;
    const score = scoreTrees(trees, row);
    expect(exceeds(narrowed, row, score)).toBe(false);
    expect(exceeds(narrowed, row, score - 1e-12)).toBe(true);
  });

  it('decide as all trees do where features are known beforehand', () => {
    for (const flag of [0, 1]) {
      const narrowed = narrow(trees, new Map([[2, flag]]));
      const rows = ROWS.filter((row) => row[2] === flag);
      const decided = LIMITS.map((limit) => rows.filter((row) => exceeds(narrowed, row, limit)));
      const full = LIMITS.map((limit) => rows.filter((row) => scoreTrees(trees, row) > limit));
      expect(decided).toEqual(full);
      expect(narrowed.highest - narrowed.lowest).toBeLessThan(
        narrow(trees, new Map()).highest - narrow(trees, new Map()).lowest,
      );
    }
  });

  it('are kept apart by subject and by whether the rare features are 0', () => {
    const known = { fixed: [0], rare: [2] };
    const subjects = Array.from({ length: 9 }, (_, index) => ({ index }));
    const treesOf = (row: Float32Array) =>
      treesFor(trees, subjects[row[0] as number] as object, row, known);
    // Often enough that they are narrowed on the way.
    const rows = Array.from({ length: 6 }, () => ROWS).flat();
    const decided = rows.map((row) => exceeds(treesOf(row), row, 0));
    expect(decided).toEqual(rows.map((row) => scoreTrees(trees, row) > 0));
    const [row] = ROWS as [Float32Array];
    const other = ROWS.find(([one]) => one !== row[0]) as Float32Array;
    expect(treesOf(row).starts.length).toBeGreaterThan(0);
    expect(treesOf(row)).toBe(treesOf(row));
    expect(treesOf(other)).not.toBe(treesOf(row));
  });
});

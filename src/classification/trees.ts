/**
 * A sum of small decision trees (gradient boosting, Friedman 2001): what linear heads cannot say, such as "a
 * time counts only beside a word of the promise".
 */
export interface Trees {
  /** Splits per tree on every path; a tree has `2^depth − 1` splits and `2^depth` leaves. */
  readonly depth: number;
  readonly bias: number;
  /** Feature of each split, tree by tree, level by level. */
  readonly features: Uint8Array;
  /** A value up to this goes left. */
  readonly limits: Float32Array;
  readonly leaves: Float32Array;
}

/** Log-odds of a row of features. */
export function scoreTrees(trees: Trees, row: ArrayLike<number>): number {
  const { depth, features, limits, leaves } = trees;
  const splits = (1 << depth) - 1;
  const count = features.length / splits;
  let odds = trees.bias;
  for (let tree = 0; tree < count; tree += 1) {
    let node = 0;
    for (let level = 0; level < depth; level += 1) {
      const at = tree * splits + node;
      const goesLeft = (row[features[at] as number] as number) <= (limits[at] as number);
      node = 2 * node + (goesLeft ? 1 : 2);
    }
    odds += leaves[tree * (splits + 1) + node - splits] as number;
  }
  return odds;
}

import type { Trees } from './trees.ts';

/** Features of one thing and whether it is so. */
export interface TreeExample {
  readonly row: ArrayLike<number>;
  readonly target: number;
}

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Least sum of curvature in a leaf: about a quarter of as many undecided examples. */
  readonly least: number;
  /** Pull of a leaf towards 0. */
  readonly pull: number;
}

export const TREES: TreeOptions = { trees: 120, depth: 4, rate: 0.08, least: 8, pull: 4 };

/** Values of a feature are told apart in so many parts. */
const BINS = 32;

/** What a feature is split at, and the part in which each example lies. */
interface Column {
  readonly limits: readonly number[];
  readonly bins: Uint8Array;
}

/** Examples while the trees grow. */
interface Grown {
  readonly columns: readonly Column[];
  readonly odds: Float64Array;
  /** Target less probability. */
  readonly slopes: Float64Array;
  /** How undecided the probability is. */
  readonly curves: Float64Array;
  /** Node of the tree at hand in which each example lies. */
  readonly nodes: Uint16Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

/** Nothing splits a node: all go left. */
const NO_SPLIT: Split = { feature: -1, bin: 0, gain: 1e-3 };

/**
 * Fits trees to log-odds, the same examples giving the same trees.
 *
 * @param width length of the rows, at most 256
 */
export function trainTrees(
  examples: readonly TreeExample[],
  width: number,
  options: TreeOptions = TREES,
): Trees {
  const { depth } = options;
  const splits = 2 ** depth - 1;
  const targets = Float64Array.from(examples, ({ target }) => target);
  const bias = firstOdds(targets);
  const grown: Grown = {
    columns: Array.from({ length: width }, (_, feature) => columnOf(examples, feature)),
    odds: new Float64Array(examples.length).fill(bias),
    slopes: new Float64Array(examples.length),
    curves: new Float64Array(examples.length),
    nodes: new Uint16Array(examples.length),
  };
  const trees: Trees = {
    depth,
    bias,
    features: new Uint8Array(options.trees * splits),
    limits: new Float32Array(options.trees * splits),
    leaves: new Float32Array(options.trees * (splits + 1)),
  };
  for (let tree = 0; tree < options.trees; tree += 1) {
    lookAgain(grown, targets);
    for (let level = 0; level < depth; level += 1) {
      growLevel(grown, trees, tree * splits, level, options);
    }
    fillLeaves(grown, trees.leaves, tree * (splits + 1), splits, options);
  }
  return trees;
}

function firstOdds(targets: Float64Array): number {
  const sum = targets.reduce((total, target) => total + target, 0);
  const share = Math.min(0.999, Math.max(0.001, sum / Math.max(targets.length, 1)));
  return Math.fround(Math.log(share / (1 - share)));
}

function lookAgain({ odds, slopes, curves, nodes }: Grown, targets: Float64Array): void {
  nodes.fill(0);
  for (let at = 0; at < odds.length; at += 1) {
    const guess = 1 / (1 + Math.exp(-(odds[at] as number)));
    slopes[at] = (targets[at] as number) - guess;
    curves[at] = guess * (1 - guess);
  }
}

/** Splits all nodes of one level and moves the examples into those below. */
function growLevel(
  grown: Grown,
  { features, limits }: Trees,
  tree: number,
  level: number,
  options: TreeOptions,
): void {
  const { columns, nodes } = grown;
  const first = 2 ** level - 1;
  const best = bestSplits(grown, first, 2 ** level, options);
  for (const [node, { feature, bin }] of best.entries()) {
    features[tree + first + node] = Math.max(feature, 0);
    limits[tree + first + node] =
      feature < 0 ? Number.POSITIVE_INFINITY : (columns[feature]?.limits[bin] as number);
  }
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as number;
    const { feature, bin } = best[node - first] as Split;
    const isLeft = feature < 0 || ((columns[feature] as Column).bins[at] as number) <= bin;
    nodes[at] = 2 * node + (isLeft ? 1 : 2);
  }
}

function bestSplits(grown: Grown, first: number, count: number, options: TreeOptions): Split[] {
  const best = Array.from({ length: count }, () => NO_SPLIT);
  for (const [feature, { bins }] of grown.columns.entries()) {
    const { sums, weights } = sumByBin(grown, bins, first, count);
    for (let node = 0; node < count; node += 1) {
      const from = node * BINS;
      const split = bestBin(
        sums.subarray(from, from + BINS),
        weights.subarray(from, from + BINS),
        options,
      );
      if (split.gain > (best[node] as Split).gain) best[node] = { ...split, feature };
    }
  }
  return best;
}

function sumByBin(
  { slopes, curves, nodes }: Grown,
  bins: Uint8Array,
  first: number,
  count: number,
): { sums: Float64Array; weights: Float64Array } {
  const sums = new Float64Array(count * BINS);
  const weights = new Float64Array(count * BINS);
  for (let at = 0; at < bins.length; at += 1) {
    const place = ((nodes[at] as number) - first) * BINS + (bins[at] as number);
    sums[place] = (sums[place] as number) + (slopes[at] as number);
    weights[place] = (weights[place] as number) + (curves[at] as number);
  }
  return { sums, weights };
}

function bestBin(
  sums: Float64Array,
  weights: Float64Array,
  { least, pull }: TreeOptions,
): { bin: number; gain: number } {
  const all = sums.reduce((total, value) => total + value, 0);
  const heavy = weights.reduce((total, value) => total + value, 0);
  const whole = (all * all) / (heavy + pull);
  let best = { bin: 0, gain: 0 };
  let left = 0;
  let light = 0;
  for (let bin = 0; bin < BINS - 1; bin += 1) {
    left += sums[bin] as number;
    light += weights[bin] as number;
    if (light < least || heavy - light < least) continue;
    const right = all - left;
    const gain = (left * left) / (light + pull) + (right * right) / (heavy - light + pull) - whole;
    if (gain > best.gain) best = { bin, gain };
  }
  return best;
}

function fillLeaves(
  { odds, slopes, curves, nodes }: Grown,
  leaves: Float32Array,
  tree: number,
  splits: number,
  { rate, pull }: TreeOptions,
): void {
  const sums = new Float64Array(splits + 1);
  const weights = new Float64Array(splits + 1);
  for (let at = 0; at < nodes.length; at += 1) {
    const leaf = (nodes[at] as number) - splits;
    sums[leaf] = (sums[leaf] as number) + (slopes[at] as number);
    weights[leaf] = (weights[leaf] as number) + (curves[at] as number);
  }
  for (let leaf = 0; leaf <= splits; leaf += 1) {
    leaves[tree + leaf] = (rate * (sums[leaf] as number)) / ((weights[leaf] as number) + pull);
  }
  for (let at = 0; at < nodes.length; at += 1) {
    const leaf = leaves[tree + (nodes[at] as number) - splits] as number;
    odds[at] = (odds[at] as number) + leaf;
  }
}

/** Splits a feature into parts of about as many examples. */
function columnOf(examples: readonly TreeExample[], feature: number): Column {
  const values = Float32Array.from(examples, ({ row }) => row[feature] as number);
  const limits = limitsOf(Float32Array.from(values).sort());
  return { limits, bins: Uint8Array.from(values, (value) => binOf(limits, value)) };
}

function limitsOf(sorted: Float32Array): number[] {
  const distinct = [...new Set(sorted)];
  if (distinct.length < BINS) return distinct.slice(0, -1);
  const limits = Array.from(
    { length: BINS - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / BINS)] as number,
  );
  return [...new Set(limits)];
}

function binOf(limits: readonly number[], value: number): number {
  let bin = 0;
  while (bin < limits.length && value > (limits[bin] as number)) bin += 1;
  return bin;
}

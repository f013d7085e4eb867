import { scoreTrees, type Trees } from './trees.ts';

/**
 * Trees of which some features are known beforehand, with what each tree can still add: most decisions are
 * clear after a few of them.
 */
export interface NarrowedTrees {
  readonly trees: Trees;
  /**
   * Trees that can add different numbers, without the splits that are known, those first that can decide
   * most. A split stands before its left side; the feature of a leaf is −1.
   */
  readonly features: Int16Array;
  /** A value up to this goes left; of a leaf, what it adds. */
  readonly limits: Float32Array;
  /** Where the right side of a split stands. */
  readonly rights: Int32Array;
  /** Where each tree begins. */
  readonly starts: Int32Array;
  /** What each tree can add at most and at least. */
  readonly most: Float64Array;
  readonly least: Float64Array;
  /** Log-odds that all trees together can give. */
  readonly highest: number;
  readonly lowest: number;
}

/** More than all roundings of a sum of some hundred leaves. */
const ROUNDING = 1e-6;

/**
 * Whether the log-odds of a row are above a limit: what `scoreTrees` says, in a fraction of its time.
 *
 * @param row has the values for which the trees were narrowed
 */
export function exceeds(narrowed: NarrowedTrees, row: Float32Array, limit: number): boolean {
  const { starts, most, least, features, limits, rights } = narrowed;
  const tooLow = limit - ROUNDING;
  const highEnough = limit + ROUNDING;
  let { highest, lowest } = narrowed;
  for (let tree = 0; tree < starts.length; tree += 1) {
    if (highest < tooLow) return false;
    if (lowest > highEnough) return true;
    let at = starts[tree] as number;
    let feature = features[at] as number;
    while (feature >= 0) {
      const goesLeft = (row[feature] as number) <= (limits[at] as number);
      at = goesLeft ? at + 1 : (rights[at] as number);
      feature = features[at] as number;
    }
    const leaf = limits[at] as number;
    highest += leaf - (most[tree] as number);
    lowest += leaf - (least[tree] as number);
  }
  return scoreTrees(narrowed.trees, row) > limit;
}

/** One tree of `NarrowedTrees`, its right sides counted from its own beginning. */
interface Branch {
  readonly features: readonly number[];
  readonly limits: readonly number[];
  readonly rights: readonly number[];
  readonly most: number;
  readonly least: number;
}

/** @param known features with a value that never changes */
export function narrow(trees: Trees, known: ReadonlyMap<number, number>): NarrowedTrees {
  const count = trees.features.length / (2 ** trees.depth - 1);
  const branches = Array.from({ length: count }, (_, tree) => branchOf(trees, known, tree, 0));
  const open = branches
    .filter(({ most, least }) => most > least)
    .sort((a, b) => b.most - b.least - (a.most - a.least));
  const starts = new Int32Array(open.length);
  for (let at = 1; at < open.length; at += 1)
    starts[at] = (starts[at - 1] as number) + (open[at - 1] as Branch).features.length;
  return {
    trees,
    features: Int16Array.from(open.flatMap(({ features }) => features)),
    limits: Float32Array.from(open.flatMap(({ limits }) => limits)),
    rights: Int32Array.from(
      open.flatMap(({ rights }, at) => rights.map((right) => right + (starts[at] as number))),
    ),
    starts,
    most: Float64Array.from(open, ({ most }) => most),
    least: Float64Array.from(open, ({ least }) => least),
    highest: branches.reduce((sum, { most }) => sum + most, trees.bias),
    lowest: branches.reduce((sum, { least }) => sum + least, trees.bias),
  };
}

/** What is left of a tree from a split on, `node` being counted level by level as in `Trees`. */
function branchOf(
  trees: Trees,
  known: ReadonlyMap<number, number>,
  tree: number,
  node: number,
): Branch {
  const splits = 2 ** trees.depth - 1;
  if (node >= splits)
    return leafBranch(trees.leaves[tree * (splits + 1) + node - splits] as number);
  const feature = trees.features[tree * splits + node] as number;
  const limit = trees.limits[tree * splits + node] as number;
  const value = limit === Number.POSITIVE_INFINITY ? limit : known.get(feature);
  if (value !== undefined) return branchOf(trees, known, tree, 2 * node + (value <= limit ? 1 : 2));
  const left = branchOf(trees, known, tree, 2 * node + 1);
  const right = branchOf(trees, known, tree, 2 * node + 2);
  const most = Math.max(left.most, right.most);
  const least = Math.min(left.least, right.least);
  if (most === least) return leafBranch(most);
  const after = 1 + left.features.length;
  return {
    features: [feature, ...left.features, ...right.features],
    limits: [limit, ...left.limits, ...right.limits],
    rights: [after, ...left.rights.map((at) => at + 1), ...right.rights.map((at) => at + after)],
    most,
    least,
  };
}

function leafBranch(value: number): Branch {
  return { features: [-1], limits: [value], rights: [0], most: value, least: value };
}

/** Features of a kind of row about which something is known beforehand. */
export interface KnownFeatures {
  /** The same in all rows about one subject. */
  readonly fixed: readonly number[];
  /** 0 in most rows, and then all of them. */
  readonly rare: readonly number[];
}

/** To narrow trees takes as long as to ask all of them some hundred times: so often a subject must come up first. */
const OFTEN = 200;

/** All trees, to be asked one and all. */
function wholeTrees(trees: Trees): NarrowedTrees {
  const none = new Float64Array(0);
  return {
    trees,
    features: new Int16Array(0),
    limits: new Float32Array(0),
    rights: new Int32Array(0),
    starts: new Int32Array(0),
    most: none,
    least: none,
    highest: trees.bias,
    lowest: trees.bias,
  };
}

interface Versions {
  asked: number;
  readonly whole: NarrowedTrees;
  withRare: NarrowedTrees | undefined;
  withoutRare: NarrowedTrees | undefined;
}

const versionsByTrees = new WeakMap<Trees, WeakMap<object, Versions>>();

/** The trees for a row about a subject, narrowed once such rows are met often. */
export function treesFor(
  trees: Trees,
  subject: object,
  row: Float32Array,
  { fixed, rare }: KnownFeatures,
): NarrowedTrees {
  const versions = versionsOf(trees, subject);
  versions.asked += 1;
  if (versions.asked < OFTEN) return versions.whole;
  if (isAllZero(row, rare)) {
    versions.withoutRare ??= narrow(trees, valuesOf(row, [...fixed, ...rare]));
    return versions.withoutRare;
  }
  versions.withRare ??= narrow(trees, valuesOf(row, fixed));
  return versions.withRare;
}

function versionsOf(trees: Trees, subject: object): Versions {
  const known = versionsByTrees.get(trees)?.get(subject);
  if (known !== undefined) return known;
  const subjects = versionsByTrees.get(trees) ?? new WeakMap<object, Versions>();
  versionsByTrees.set(trees, subjects);
  const whole = wholeTrees(trees);
  const versions = { asked: 0, whole, withRare: undefined, withoutRare: undefined };
  subjects.set(subject, versions);
  return versions;
}

function valuesOf(row: Float32Array, features: readonly number[]): Map<number, number> {
  return new Map(features.map((feature) => [feature, row[feature] as number]));
}

function isAllZero(row: Float32Array, features: readonly number[]): boolean {
  for (let at = 0; at < features.length; at += 1)
    if (row[features[at] as number] !== 0) return false;
  return true;
}

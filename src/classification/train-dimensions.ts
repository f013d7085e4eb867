import { DIMENSIONS } from '../brands/brand.ts';
import {
  type DimensionHead,
  type DimensionInput,
  dimensionHead,
  eachFeature,
} from './dimension-head.ts';
import { seededRandom, shuffle } from './shuffle.ts';

/** A labelled text, and 1 for each dimension that it talks about. */
export interface DimensionExample {
  readonly input: DimensionInput;
  readonly targets: Uint8Array;
}

const COUNT = DIMENSIONS.length;
/** Texts that must have a feature for it to be learnt. */
const LEAST_TEXTS = 3;
const SEED = 11;
const EPOCHS = 30;
const RATE = 0.1;
/** Strength of the pull towards 0, for a whole pass over the texts. */
const PULL = 2;

interface Row {
  readonly row: number;
  readonly value: number;
}

/** Fits the models with AdaGrad in a fixed order: the same examples give the same bytes. */
export function trainDimensions(examples: readonly DimensionExample[]): DimensionHead {
  const counts = new Map<number, number>();
  for (const { input } of examples)
    eachFeature(input, (key) => counts.set(key, (counts.get(key) ?? 0) + 1));
  const keys = Int32Array.from(
    [...counts].filter(([, count]) => count >= LEAST_TEXTS).map(([key]) => key),
  ).sort();
  const rowOf = new Map(Array.from(keys, (key, row) => [key, row]));
  const texts = examples.map(({ input, targets }) => {
    const rows: Row[] = [];
    eachFeature(input, (key, value) => {
      const row = rowOf.get(key);
      if (row !== undefined) rows.push({ row, value });
    });
    return { targets, rows };
  });
  const shrink = Float64Array.from(keys, (key) => PULL / (counts.get(key) as number));
  const weights = new Float64Array(keys.length * COUNT);
  const squares = new Float64Array(weights.length).fill(0.01);
  const bias = new Float64Array(COUNT).fill(-2);
  const biasSquares = new Float64Array(COUNT).fill(0.01);
  const order = Uint32Array.from(texts.keys());
  const random = seededRandom(SEED);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random);
    for (const at of order) {
      const { rows, targets } = texts[at] as (typeof texts)[number];
      const pulls = errorsOf(rows, targets, weights, bias);
      step(bias, biasSquares, 0, pulls, 1, 0);
      for (const { row, value } of rows)
        step(weights, squares, row * COUNT, pulls, value, shrink[row] as number);
    }
  }
  return quantised(keys, weights, bias);
}

/** Probability less target, per dimension. */
function errorsOf(
  rows: readonly Row[],
  targets: Uint8Array,
  weights: Float64Array,
  bias: Float64Array,
): Float64Array {
  const scores = Float64Array.from(bias);
  for (const { row, value } of rows) {
    for (let at = 0; at < COUNT; at += 1)
      scores[at] = (scores[at] as number) + (weights[row * COUNT + at] as number) * value;
  }
  return scores.map((score, at) => 1 / (1 + Math.exp(-score)) - (targets[at] as number));
}

function step(
  weights: Float64Array,
  squares: Float64Array,
  from: number,
  errors: Float64Array,
  value: number,
  shrink: number,
): void {
  for (let at = 0; at < COUNT; at += 1) {
    const weight = weights[from + at] as number;
    const slope = (errors[at] as number) * value + shrink * weight;
    const sum = (squares[from + at] as number) + slope * slope;
    squares[from + at] = sum;
    weights[from + at] = weight - (RATE * slope) / Math.sqrt(sum);
  }
}

function quantised(keys: Int32Array, weights: Float64Array, bias: Float64Array): DimensionHead {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  const step = Math.fround(largest / 127 || 1);
  return dimensionHead({
    keys,
    weights: Int8Array.from(weights, (weight) => Math.round(weight / step)),
    step,
    bias: Float32Array.from(bias),
  });
}

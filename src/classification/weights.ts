import { DENSE, type Features, KINDS, SLOTS } from './features.ts';

/** Order of the classes in all weights and probabilities. */
export const CLASSES = ['negative', 'neutral', 'positive'] as const;
const CLASS_COUNT = CLASSES.length;
/** Rows of the dense weights and of the calibration: shared first, then one per kind. */
const ROWS = KINDS.length + 1;

/** Weights of the sentiment model: hashed features in whole steps, lexicon features as they are. */
export interface Weights {
  /** Steps −7…7 of `slot * 3 + class`, as `packSteps` packs them. */
  readonly hashed: Uint8Array;
  /** Size of one step per class. */
  readonly steps: Float32Array;
  /** `(row * DENSE + feature) * 3 + class`; row 0 is shared, the others belong to one kind. */
  readonly dense: Float32Array;
  /** Per row: factor on the log-odds, then one addition per class. */
  readonly calibration: Float32Array;
}

const MAGIC = 0x31535750; // "PWS1"
const HEADER_BYTES = 16;
const FLOATS = CLASS_COUNT + ROWS * DENSE * CLASS_COUNT + ROWS * (1 + CLASS_COUNT);
const PACKED_BYTES = (SLOTS * CLASS_COUNT) / 2;

/** Two steps a byte, each with 8 added, low half first. */
export function packSteps(steps: Int8Array): Uint8Array {
  return Uint8Array.from({ length: steps.length / 2 }, (_, index) => {
    const low = (steps[index * 2] as number) + 8;
    const high = (steps[index * 2 + 1] as number) + 8;
    return low | (high << 4);
  });
}

/** About 397 KB. */
export function encodeWeights(weights: Weights): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + FLOATS * 4 + PACKED_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [MAGIC, SLOTS, DENSE, ROWS].entries()) {
    view.setUint32(index * 4, word, true);
  }
  let at = HEADER_BYTES;
  for (const part of [weights.steps, weights.dense, weights.calibration]) {
    for (const value of part) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  bytes.set(weights.hashed, at);
  return bytes;
}

/** @throws {Error} when the bytes are not weights of this version of the code */
export function decodeWeights(bytes: Uint8Array): Weights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOurs =
    bytes.length === HEADER_BYTES + FLOATS * 4 + PACKED_BYTES &&
    [MAGIC, SLOTS, DENSE, ROWS].every((word, index) => view.getUint32(index * 4, true) === word);
  if (!isOurs) throw new Error('The sentiment weights do not belong to this version of the code.');
  let at = HEADER_BYTES;
  const floats = (count: number): Float32Array => {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index += 1, at += 4) {
      values[index] = view.getFloat32(at, true);
    }
    return values;
  };
  const steps = floats(CLASS_COUNT);
  const dense = floats(ROWS * DENSE * CLASS_COUNT);
  const calibration = floats(ROWS * (1 + CLASS_COUNT));
  return { steps, dense, calibration, hashed: bytes.subarray(at) };
}

/** Log-odds before calibration: negative, neutral, positive. */
export type Scores = [number, number, number];

/** @param kind index into `KINDS`, −1 for none */
export function scoreFeatures(weights: Weights, features: Features, kind: number): Scores {
  const { hashed, steps, dense } = weights;
  let negative = 0;
  let neutral = 0;
  let positive = 0;
  for (let index = 0; index < features.count; index += 1) {
    const at = (features.slots[index] as number) * CLASS_COUNT;
    // The three steps lie in two bytes, from the middle of the first on where `at` is odd.
    const two = (hashed[at >> 1] as number) | ((hashed[(at >> 1) + 1] as number) << 8);
    const three = two >> ((at & 1) << 2);
    negative += (three & 15) - 8;
    neutral += ((three >> 4) & 15) - 8;
    positive += ((three >> 8) & 15) - 8;
  }
  const scores: Scores = [
    negative * (steps[0] as number) * features.value,
    neutral * (steps[1] as number) * features.value,
    positive * (steps[2] as number) * features.value,
  ];
  addDense(dense, 0, features.dense, scores);
  if (kind >= 0) addDense(dense, kind + 1, features.dense, scores);
  return scores;
}

function addDense(
  weights: Float32Array,
  row: number,
  features: Float32Array,
  scores: Scores,
): void {
  let at = row * DENSE * CLASS_COUNT;
  for (let index = 0; index < DENSE; index += 1, at += CLASS_COUNT) {
    const value = features[index] as number;
    if (value === 0) continue;
    scores[0] += value * (weights[at] as number);
    scores[1] += value * (weights[at + 1] as number);
    scores[2] += value * (weights[at + 2] as number);
  }
}

/** Scales log-odds to those of the held-out share of the training data. */
export function calibrate(weights: Weights, scores: Scores, kind: number): Scores {
  const at = (kind + 1) * (1 + CLASS_COUNT);
  const factor = weights.calibration[at] as number;
  return [
    scores[0] * factor + (weights.calibration[at + 1] as number),
    scores[1] * factor + (weights.calibration[at + 2] as number),
    scores[2] * factor + (weights.calibration[at + 3] as number),
  ];
}

/** Probabilities of three log-odds; sum 1. */
export function softmax([negative, neutral, positive]: Scores): Scores {
  const top = Math.max(negative, neutral, positive);
  const a = Math.exp(negative - top);
  const b = Math.exp(neutral - top);
  const c = Math.exp(positive - top);
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
}

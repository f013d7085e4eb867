import {
  HEAD_SHAPES,
  type Head,
  type HeadInput,
  type HeadName,
  headSlot,
  wordShare,
} from './heads.ts';
import { seededRandom, shuffle } from './shuffle.ts';

/** One judged thing with its right class; for a head of one class 1 is yes and 0 is no. */
export interface HeadExample {
  readonly input: HeadInput;
  readonly target: number;
  readonly weight: number;
}

const SEED = 7;
const EPOCHS = 12;
const RATE = 0.1;
const DECAY = 0.5;

interface Fit {
  readonly words: Float32Array;
  readonly dense: Float32Array;
}

function emptyFit(name: HeadName): Fit {
  const { classes, slots, dense } = HEAD_SHAPES[name];
  return { words: new Float32Array(slots * classes), dense: new Float32Array(dense * classes) };
}

/** Probabilities per class; of a head with one class that of yes. */
function probabilities(scores: Float32Array): Float32Array {
  if (scores.length === 1) return Float32Array.of(1 / (1 + Math.exp(-(scores[0] as number))));
  const top = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - top));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

/**
 * Fits a head with AdaGrad in a fixed order: the same examples give the same bytes.
 *
 * Word weights are pulled towards 0, so that the cues decide wherever they can.
 */
export function trainHead(name: HeadName, examples: readonly HeadExample[]): Head {
  const { classes, slots } = HEAD_SHAPES[name];
  const fit = emptyFit(name);
  const squares = emptyFit(name);
  const random = seededRandom(SEED);
  const order = Uint32Array.from(examples.keys());
  const mean = emptyFit(name);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random);
    for (const at of order) learn(examples[at] as HeadExample, fit, squares, classes, slots);
    if (epoch >= EPOCHS / 2) addShare(mean, fit, EPOCHS / 2);
  }
  return quantise(mean, classes);
}

function addShare(mean: Fit, fit: Fit, parts: number): void {
  for (const part of ['words', 'dense'] as const) {
    for (let at = 0; at < fit[part].length; at += 1) {
      mean[part][at] = (mean[part][at] as number) + (fit[part][at] as number) / parts;
    }
  }
}

function learn(
  { input, target, weight }: HeadExample,
  fit: Fit,
  squares: Fit,
  classes: number,
  slots: number,
): void {
  const share = wordShare(input);
  const places = placesOf(input, slots);
  const scores = new Float32Array(classes);
  for (let label = 0; label < classes; label += 1) {
    scores[label] = scoreOf(input, fit, places, share, classes, label);
  }
  const guess = probabilities(scores);
  for (let label = 0; label < classes; label += 1) {
    const wanted = classes === 1 ? target : Number(label === target);
    const pull = ((guess[label] as number) - wanted) * weight;
    for (const place of places) {
      descend(fit.words, squares.words, place * classes + label, pull * share, DECAY);
    }
    for (let index = 0; index < input.dense.length; index += 1) {
      const value = input.dense[index] as number;
      if (value !== 0) descend(fit.dense, squares.dense, index * classes + label, pull * value, 0);
    }
  }
}

function scoreOf(
  { dense }: HeadInput,
  fit: Fit,
  places: Int32Array,
  share: number,
  classes: number,
  label: number,
): number {
  let score = 0;
  for (const place of places) score += (fit.words[place * classes + label] as number) * share;
  for (let index = 0; index < dense.length; index += 1) {
    score += (dense[index] as number) * (fit.dense[index * classes + label] as number);
  }
  return score;
}

function placesOf(input: HeadInput, slots: number): Int32Array {
  const places = new Int32Array(input.words.length * input.topics.length);
  let count = 0;
  for (const topic of input.topics) {
    for (const feature of input.words) places[count++] = headSlot(feature, topic, slots);
  }
  return places;
}

function descend(
  weights: Float32Array,
  squares: Float32Array,
  at: number,
  slope: number,
  decay: number,
): void {
  const pull = slope + decay * Math.abs(slope) * (weights[at] as number);
  const sum = (squares[at] as number) + pull * pull;
  squares[at] = sum;
  weights[at] = (weights[at] as number) - (RATE * pull) / (Math.sqrt(sum) + 1e-4);
}

function quantise(fit: Fit, classes: number): Head {
  let largest = 0;
  for (const weight of fit.words) largest = Math.max(largest, Math.abs(weight));
  const step = Math.fround(largest / 127 || 1);
  const words = new Int8Array(fit.words.length);
  for (let at = 0; at < words.length; at += 1)
    words[at] = Math.round((fit.words[at] as number) / step);
  return { classes, words, step, dense: fit.dense };
}

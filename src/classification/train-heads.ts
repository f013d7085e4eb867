import {
  HEAD_SHAPES,
  type Head,
  type HeadInput,
  type HeadName,
  headSlot,
  PAIR,
  pairShare,
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
const EPOCHS = 6;
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
  const places = placesOf(input, slots);
  const values = valuesOf(input);
  const scores = new Float32Array(classes);
  for (let label = 0; label < classes; label += 1) {
    scores[label] = scoreOf(input, fit, places, values, classes, label);
  }
  const guess = probabilities(scores);
  for (let label = 0; label < classes; label += 1) {
    const wanted = classes === 1 ? target : Number(label === target);
    const pull = ((guess[label] as number) - wanted) * weight;
    for (let index = 0; index < places.length; index += 1) {
      const place = (places[index] as number) * classes + label;
      descend(fit.words, squares.words, place, pull * (values[index] as number), DECAY);
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
  values: Float32Array,
  classes: number,
  label: number,
): number {
  let score = 0;
  for (let index = 0; index < places.length; index += 1) {
    const place = (places[index] as number) * classes + label;
    score += (fit.words[place] as number) * (values[index] as number);
  }
  for (let index = 0; index < dense.length; index += 1) {
    score += (dense[index] as number) * (fit.dense[index * classes + label] as number);
  }
  return score;
}

function placesOf({ words, topics, pairs }: HeadInput, slots: number): Int32Array {
  const places = new Int32Array(words.length * topics.length + pairs.length);
  let count = 0;
  for (const topic of topics) {
    for (const feature of words) places[count++] = headSlot(feature, topic, slots);
  }
  for (const pair of pairs) places[count++] = headSlot(pair, PAIR, slots);
  return places;
}

/** How much each of the places counts. */
function valuesOf(input: HeadInput): Float32Array {
  const count = input.words.length * input.topics.length;
  const values = new Float32Array(count + input.pairs.length).fill(wordShare(input), 0, count);
  return values.fill(pairShare(input.pairs.length), count);
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

import { integers } from './blocks.ts';
import type { DimensionHead } from './dimension-head.ts';
import type { Reading } from './findings.ts';
import { hashOf } from './hash.ts';
import type { Rarity } from './rarity.ts';
import { MARK, NUMBER } from './tokens.ts';
import type { Trees } from './trees.ts';

/**
 * Small linear models on top of the cues: which promise a clause is about, which dimensions a text
 * has, and how a promise fared. Cue hits are their strongest features; words fill the gaps.
 */
export interface Heads {
  readonly touch: Head;
  readonly dimension: DimensionHead;
  readonly outcome: Head;
  /** Whether a text touches a promise, see `touchRow`. */
  readonly touched: Trees;
  /** Whether a text has a dimension, see `dimensionRow`. */
  readonly present: Trees;
  /** How a promise fared, one for each of `OUTCOMES`, see `outcomeEvidence`. */
  readonly decided: readonly Trees[];
  /** The same for promises that only a name touches, see `isNamedOnly`. */
  readonly decidedParts: readonly Trees[];
  /** Whether a clause shows a verdict, see `quoteRow`. */
  readonly shown: Trees;
  readonly rarity: Rarity;
}

/** One linear model: hashed words and a few numbers, for one or more classes. */
export interface Head {
  readonly classes: number;
  /** −127…127 steps, `slot * classes + class`. */
  readonly words: Int8Array;
  readonly step: number;
  /** `feature * classes + class`. */
  readonly dense: Float32Array;
}

/** Sizes of the heads; a file of other sizes belongs to another version of the code. */
export const HEAD_SHAPES = {
  touch: { classes: 1, slots: 1 << 17, dense: 40 },
  outcome: { classes: 4, slots: 1 << 14, dense: 32 },
} as const;

export type HeadName = keyof typeof HEAD_SHAPES;
export const HEAD_NAMES = ['touch', 'outcome'] as const;

const DURATION = hashOf('<duration>');
const MONEY = hashOf('<money>');
const AMOUNT = hashOf('<number>');

/** One hash per token of a text: quantities are classes, marks are 0. */
export function hashTokens(reading: Reading): Int32Array {
  const { tokens, forms, quantities } = reading;
  const hashes = integers(tokens.words.length);
  for (let at = 0; at < hashes.length; at += 1) {
    const type = tokens.types[at];
    if (type === MARK) continue;
    hashes[at] = type === NUMBER ? AMOUNT : hashOf(forms[at] as string);
  }
  for (const quantity of quantities) {
    if (quantity.type !== 'duration' && quantity.type !== 'money') continue;
    hashes.fill(0, quantity.from, quantity.to);
    hashes[quantity.from] = quantity.type === 'duration' ? DURATION : MONEY;
  }
  return hashes;
}

/** Unigrams and bigrams of tokens `from` to `to` (exclusive), marks left out, each once. */
export function wordFeatures(hashes: Int32Array, from: number, to: number): Int32Array {
  const found = integers(2 * (to - from));
  let count = 0;
  let previous = 1;
  for (let at = from; at < to; at += 1) {
    const hash = hashes[at] as number;
    if (hash === 0) continue;
    found[count++] = hash;
    found[count++] = Math.imul(previous, 31) + hash;
    previous = hash;
  }
  const sorted = found.subarray(0, count).sort();
  let kept = 0;
  for (let at = 0; at < count; at += 1) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[kept++] = sorted[at] as number;
  }
  return sorted.subarray(0, kept);
}

/** Slot of a word feature for one topic (or class of texts), `slots` being a power of two. */
export function headSlot(feature: number, topic: number, slots: number): number {
  let mixed = Math.imul(feature ^ topic, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) & (slots - 1);
}

/** What a head sees of one thing to be judged. */
export interface HeadInput {
  readonly words: Int32Array;
  /** Hashes of the topics under which the words are looked up; the sum is averaged over them. */
  readonly topics: readonly number[];
  /** Hashes of what the two sides have in common, or of what one says where the other asks. */
  readonly pairs: Int32Array;
  readonly dense: readonly number[];
}

/** Log-odds of a head of one class. */
export function oddsOfHead(head: Head, { words, topics, pairs, dense }: HeadInput): number {
  const { words: steps, step: size, dense: weights } = head;
  const slots = steps.length;
  const share = shareOf(words.length, topics.length);
  // Rounded at each step, as sums in a Float32Array are.
  let odds = 0;
  for (const topic of topics) {
    for (let index = 0; index < words.length; index += 1) {
      const step = steps[headSlot(words[index] as number, topic, slots)] as number;
      odds = Math.fround(odds + step * size * share);
    }
  }
  const pairValue = pairShare(pairs.length);
  for (let index = 0; index < pairs.length; index += 1) {
    const step = steps[headSlot(pairs[index] as number, PAIR, slots)] as number;
    odds = Math.fround(odds + step * size * pairValue);
  }
  for (let index = 0; index < dense.length; index += 1) {
    const value = dense[index] as number;
    if (value !== 0) odds = Math.fround(odds + value * (weights[index] as number));
  }
  return odds;
}

/** Log-odds per class. */
export function scoreHead(head: Head, input: HeadInput): Float32Array {
  const scores = new Float32Array(head.classes);
  const slots = head.words.length / head.classes;
  const share = wordShare(input);
  for (const topic of input.topics) {
    for (const feature of input.words) {
      const at = headSlot(feature, topic, slots) * head.classes;
      for (let label = 0; label < head.classes; label += 1) {
        scores[label] =
          (scores[label] as number) + (head.words[at + label] as number) * head.step * share;
      }
    }
  }
  const pairValue = pairShare(input.pairs.length);
  for (const pair of input.pairs) {
    const at = headSlot(pair, PAIR, slots) * head.classes;
    for (let label = 0; label < head.classes; label += 1) {
      scores[label] =
        (scores[label] as number) + (head.words[at + label] as number) * head.step * pairValue;
    }
  }
  for (let index = 0; index < input.dense.length; index += 1) {
    const value = input.dense[index] as number;
    if (value === 0) continue;
    for (let label = 0; label < head.classes; label += 1) {
      scores[label] =
        (scores[label] as number) + value * (head.dense[index * head.classes + label] as number);
    }
  }
  return scores;
}

/** Value of one word feature: long clauses do not shout. */
export function wordShare({ words, topics }: HeadInput): number {
  return shareOf(words.length, topics.length);
}

function shareOf(words: number, topics: number): number {
  return 1 / (Math.sqrt(Math.max(words, 6)) * Math.max(topics, 1));
}

/** Under which pairs are looked up, in place of a topic. */
export const PAIR = hashOf('<pair>');

/** Value of one pair. */
export function pairShare(pairs: number): number {
  return 2 / Math.sqrt(Math.max(pairs, 4));
}

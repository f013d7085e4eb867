import { integers } from './blocks.ts';
import type { Reading } from './findings.ts';
import { hashOf } from './hash.ts';
import { MARK, NUMBER } from './tokens.ts';

/**
 * Small linear models on top of the cues: which promise a clause is about, which dimensions a text
 * has, and how a promise fared. Cue hits are their strongest features; words fill the gaps.
 */
export interface Heads {
  readonly touch: Head;
  readonly dimension: Head;
  readonly outcome: Head;
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
  touch: { classes: 1, slots: 1 << 17, dense: 24 },
  dimension: { classes: 1, slots: 1 << 16, dense: 32 },
  outcome: { classes: 4, slots: 1 << 14, dense: 32 },
} as const;

export type HeadName = keyof typeof HEAD_SHAPES;
export const HEAD_NAMES = ['touch', 'dimension', 'outcome'] as const;

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
  readonly dense: readonly number[];
}

/** Log-odds of a head of one class. */
export function oddsOfHead(head: Head, { words, topics, dense }: HeadInput): number {
  const slots = head.words.length;
  const share = shareOf(words.length, topics.length);
  // Rounded at each step, as sums in a Float32Array are.
  let odds = 0;
  for (const topic of topics) {
    for (let index = 0; index < words.length; index += 1) {
      const step = head.words[headSlot(words[index] as number, topic, slots)] as number;
      odds = Math.fround(odds + step * head.step * share);
    }
  }
  for (let index = 0; index < dense.length; index += 1) {
    const value = dense[index] as number;
    if (value !== 0) odds = Math.fround(odds + value * (head.dense[index] as number));
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

const MAGIC = 0x31445750; // "PWD1"

/** Bytes of the three heads: per head the step, the dense weights, then one byte per word weight. */
export function encodeHeads(heads: Heads): Uint8Array {
  const sizes = HEAD_NAMES.map(
    (name) => 4 + heads[name].dense.length * 4 + heads[name].words.length,
  );
  const bytes = new Uint8Array(4 + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  let at = 4;
  for (const name of HEAD_NAMES) {
    const head = heads[name];
    view.setFloat32(at, head.step, true);
    at += 4;
    for (const value of head.dense) {
      view.setFloat32(at, value, true);
      at += 4;
    }
    bytes.set(new Uint8Array(head.words.buffer, head.words.byteOffset, head.words.length), at);
    at += head.words.length;
  }
  return bytes;
}

/** @throws {Error} when the bytes are not heads of this version of the code */
export function decodeHeads(bytes: Uint8Array): Heads {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = HEAD_NAMES.reduce((sum, name) => {
    const { classes, slots, dense } = HEAD_SHAPES[name];
    return sum + 4 + dense * classes * 4 + slots * classes;
  }, 4);
  if (bytes.length !== size || view.getUint32(0, true) !== MAGIC) {
    throw new Error('The promise heads do not belong to this version of the code.');
  }
  let at = 4;
  const read = (name: HeadName): Head => {
    const { classes, slots, dense } = HEAD_SHAPES[name];
    const step = view.getFloat32(at, true);
    at += 4;
    const numbers = new Float32Array(dense * classes);
    for (let index = 0; index < numbers.length; index += 1, at += 4) {
      numbers[index] = view.getFloat32(at, true);
    }
    const words = new Int8Array(bytes.buffer, bytes.byteOffset + at, slots * classes);
    at += slots * classes;
    return { classes, step, dense: numbers, words };
  };
  return { touch: read('touch'), dimension: read('dimension'), outcome: read('outcome') };
}

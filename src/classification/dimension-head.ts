import { DIMENSIONS } from '../brands/brand.ts';
import { readFloats, readIntegers } from './file-numbers.ts';
import type { Finding } from './findings.ts';
import { hashOf } from './hash.ts';
import { type KeyTable, keyTable } from './key-table.ts';

/**
 * Which dimensions a text talks about: one logistic model per dimension over the topics of its cues
 * and its words. Each feature has a row of its own, so that words of one text never collide with those of
 * another.
 */
export interface DimensionHead {
  /** Hashes of the features, ascending. */
  readonly keys: Int32Array;
  /** −127…127 steps, `row * dimensions + dimension`. */
  readonly weights: Int8Array;
  readonly step: number;
  /** Log-odds of each dimension in a text without a known feature. */
  readonly bias: Float32Array;
  readonly rows: KeyTable;
}

const COUNT = DIMENSIONS.length;
/** Value of one cue feature; a text of n words gives each `WORD_VALUE / √n`. */
const CUE_VALUE = 1;
const WORD_VALUE = 6;
const CONCEPT_VALUE = 3;
const FEWEST_CONCEPTS = 4;
const FEWEST_WORDS = 6;

/** Hashes of the topics of cues, and of what they say there. */
function cueKeys(findings: readonly Finding[]): Set<number> {
  const keys = new Set<number>();
  for (const { match, polarity, turned } of findings) {
    const hashes = topicHashes(match.cue.topic);
    keys.add(hashes.topic).add(hashes[stateOf(polarity, turned)]);
  }
  return keys;
}

const STATES = ['kept', 'broken', 'open', 'named'] as const;
type TopicHashes = Readonly<Record<(typeof STATES)[number] | 'topic', number>>;
const hashesByTopic = new Map<string, TopicHashes>();

function topicHashes(topic: string): TopicHashes {
  const known = hashesByTopic.get(topic);
  if (known !== undefined) return known;
  const [kept, broken, open, named] = STATES.map((state) => hashOf(`topic ${topic} ${state}`)) as [
    number,
    number,
    number,
    number,
  ];
  const hashes = { topic: hashOf(`topic ${topic}`), kept, broken, open, named };
  hashesByTopic.set(topic, hashes);
  return hashes;
}

function stateOf(polarity: number, turned: Finding['turned']): (typeof STATES)[number] {
  if (polarity !== 0) return polarity > 0 ? 'kept' : 'broken';
  return turned === null ? 'named' : 'open';
}

/** What the head sees of a text or of a part of it. */
export interface DimensionInput {
  /** See `wordFeatures`. */
  readonly words: Int32Array;
  readonly findings: readonly Finding[];
  /** Hashes of the concepts. */
  readonly concepts: readonly number[];
}

/** Calls back with each feature and how much it counts. */
export function eachFeature(
  { words, findings, concepts }: DimensionInput,
  visit: (key: number, value: number) => void,
): void {
  const value = WORD_VALUE / Math.sqrt(Math.max(words.length, FEWEST_WORDS));
  for (let at = 0; at < words.length; at += 1) visit(words[at] as number, value);
  const conceptValue = CONCEPT_VALUE / Math.sqrt(Math.max(concepts.length, FEWEST_CONCEPTS));
  for (const key of concepts) visit(key, conceptValue);
  if (findings.length === 0) return;
  for (const key of cueKeys(findings)) visit(key, CUE_VALUE);
}

/** Log-odds per dimension, in the order of `DIMENSIONS`. */
export function scoreDimensions(head: DimensionHead, input: DimensionInput): Float64Array {
  const { rows, weights, step, bias } = head;
  const scores = new Float64Array(COUNT);
  for (let at = 0; at < COUNT; at += 1) scores[at] = bias[at] as number;
  eachFeature(input, (key, value) => {
    const row = rows.find(key);
    if (row < 0) return;
    const scaled = value * step;
    const from = row * COUNT;
    for (let at = 0; at < COUNT; at += 1) {
      scores[at] = (scores[at] as number) + (weights[from + at] as number) * scaled;
    }
  });
  return scores;
}

/** A head with its index, from the parts that are stored. */
export function dimensionHead(parts: Omit<DimensionHead, 'rows'>): DimensionHead {
  return { ...parts, rows: keyTable(parts.keys) };
}

/** Bytes: number of features, step, biases, keys, weights. */
export function encodeDimensionHead({ keys, weights, step, bias }: DimensionHead): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * COUNT + 4 * keys.length + weights.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, keys.length, true);
  view.setFloat32(4, step, true);
  for (const [at, value] of bias.entries()) view.setFloat32(8 + 4 * at, value, true);
  const start = 8 + 4 * COUNT;
  for (const [at, key] of keys.entries()) view.setInt32(start + 4 * at, key, true);
  bytes.set(
    new Uint8Array(weights.buffer, weights.byteOffset, weights.length),
    start + 4 * keys.length,
  );
  return bytes;
}

/** @throws {Error} when the bytes are not a head of this version of the code */
export function decodeDimensionHead(bytes: Uint8Array): DimensionHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < 8 ? -1 : view.getUint32(0, true);
  const start = 8 + 4 * COUNT;
  if (bytes.length !== start + (4 + COUNT) * count) {
    throw new Error('The dimension head does not belong to this version of the code.');
  }
  const keys = readIntegers(bytes, start, count);
  const bias = readFloats(bytes, 8, COUNT);
  const from = bytes.byteOffset + start + 4 * count;
  const weights = new Int8Array(bytes.buffer, from, COUNT * count);
  return dimensionHead({ keys, weights, step: view.getFloat32(4, true), bias });
}

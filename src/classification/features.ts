import type { SourceKind } from '../brands/source-settings.ts';
import type { Annotation } from './lexicon.ts';
import { EMOJI, HASHTAG, LINK, MARK, NUMBER, type Tokens, USER } from './tokens.ts';

/** Slots of the hashed features: 2^18. */
export const SLOTS = 1 << 18;

/** Kinds with weights of their own; `import` and `webhook` use the shared weights alone. */
export const KINDS = ['review', 'social', 'news', 'forum'] as const;
export type ModelKind = (typeof KINDS)[number];

/** Index into `KINDS`, −1 where the kind has no weights of its own. */
export function kindIndex(kind: SourceKind): number {
  return KINDS.indexOf(kind as ModelKind);
}

/** Lexicon features per text, see `fillDense`. */
export const DENSE = 54;

export interface Features {
  /** Slots of the hashed features, repeated where a word repeats. */
  readonly slots: Uint32Array;
  /** How many entries of `slots` are used. */
  readonly count: number;
  /** The value every hashed feature has in this text. */
  readonly value: number;
  readonly dense: Float32Array;
}

const MAX_TOKENS = 2000;
const PER_TOKEN = 5;

/** Mixes a hash into a slot (finaliser of MurmurHash3). */
function slotOf(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed >>> 14;
}

const NEGATED = 0x5bd1e995;
const KIND_SEED = [0x3c6ef372, 0x1b873593, 0x7ed55d16, 0x165667b1] as const;

/** Room for the features of one text at a time. */
export interface FeatureRoom {
  readonly slots: Uint32Array;
  readonly dense: Float32Array;
}

/** Room that serves one text after the other; what was measured before is overwritten. */
export function featureRoom(): FeatureRoom {
  return roomFor(MAX_TOKENS);
}

function roomFor(tokens: number): FeatureRoom {
  return { slots: new Uint32Array(tokens * PER_TOKEN + 1), dense: new Float32Array(DENSE) };
}

/**
 * Hashes the words of tokens `from` to `to` (exclusive) and measures them with the lexica.
 *
 * Unigrams, their copy inside a negation, bigrams, and a copy of each unigram for the source kind.
 *
 * @param room where to put them; without it they get arrays of their own
 */
export function featuresOf(
  tokens: Tokens,
  annotation: Annotation,
  kind: number,
  from = 0,
  to = tokens.words.length,
  room?: FeatureRoom,
): Features {
  const end = Math.min(to, from + MAX_TOKENS);
  const { slots, dense } = room ?? roomFor(end - from);
  let count = 0;
  let previous = 0x9e3779b9;
  const seed = kind < 0 ? 0 : (KIND_SEED[kind] as number);
  for (let index = from; index < end; index += 1) {
    const word = annotation.hashes[index] as number;
    const isNegated = annotation.negated[index] === 1;
    const hash = isNegated ? word ^ NEGATED : word;
    slots[count++] = slotOf(hash);
    if (isNegated) slots[count++] = slotOf(word);
    if (seed !== 0) slots[count++] = slotOf(hash ^ seed);
    slots[count++] = slotOf(Math.imul(previous, 31) + word);
    previous = word;
  }
  return {
    slots,
    count,
    value: 1 / Math.sqrt(Math.max(count, 12)),
    dense: fillDense(dense, tokens, annotation, from, end),
  };
}

function squash(value: number): number {
  return value / (1 + Math.abs(value));
}

/** VADER's normalisation of a sum of valences to −1…1. */
export function compound(sum: number): number {
  return sum / Math.sqrt(sum * sum + 15);
}

interface Sums {
  positive: number;
  negative: number;
  highest: number;
  lowest: number;
  positives: number;
  negatives: number;
}

function noSums(): Sums {
  return { positive: 0, negative: 0, highest: 0, lowest: 0, positives: 0, negatives: 0 };
}

const NO_SUMS = noSums();

function sumValences(annotation: Annotation, from: number, to: number): Sums {
  const sums = noSums();
  for (let index = from; index < to; index += 1) {
    const valence = annotation.valences[index] as number;
    if (valence > 0) {
      sums.positive += valence;
      sums.positives += 1;
      if (valence > sums.highest) sums.highest = valence;
    } else if (valence < 0) {
      sums.negative -= valence;
      sums.negatives += 1;
      if (valence < sums.lowest) sums.lowest = valence;
    }
  }
  return sums;
}

/** Words of the opinion lexicon by sign and negation: +, −, negated +, negated −. */
function countOpinions(annotation: Annotation, from: number, to: number): number[] {
  const counts = [0, 0, 0, 0];
  for (let index = from; index < to; index += 1) {
    const opinion = annotation.opinions[index] as number;
    if (opinion === 0) continue;
    const at = (opinion > 0 ? 0 : 1) + (annotation.negated[index] === 1 ? 2 : 0);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

interface Marks {
  exclamations: number;
  questions: number;
  ellipses: number;
  emojiPositive: number;
  emojiNegative: number;
  capitals: number;
  links: number;
  users: number;
  hashtags: number;
  hashtagValence: number;
  numbers: number;
  firstEnd: number;
  lastStart: number;
}

function countMarks(tokens: Tokens, annotation: Annotation, from: number, to: number): Marks {
  const marks: Marks = {
    exclamations: 0,
    questions: 0,
    ellipses: 0,
    emojiPositive: 0,
    emojiNegative: 0,
    capitals: 0,
    links: 0,
    users: 0,
    hashtags: 0,
    hashtagValence: 0,
    numbers: 0,
    firstEnd: to,
    lastStart: from,
  };
  for (let index = from; index < to; index += 1) {
    const type = tokens.types[index];
    marks.capitals += tokens.capitals[index] as number;
    if (type === MARK) countMark(tokens, index, to, marks);
    else if (type === EMOJI) countEmoji(annotation, index, marks);
    else if (type === LINK) marks.links += 1;
    else if (type === USER) marks.users += 1;
    else if (type === NUMBER) marks.numbers += 1;
    else if (type === HASHTAG) {
      marks.hashtags += 1;
      marks.hashtagValence += annotation.valences[index] as number;
    }
  }
  return marks;
}

function countEmoji(annotation: Annotation, index: number, marks: Marks): void {
  const valence = annotation.valences[index] as number;
  if (valence > 0) marks.emojiPositive += valence;
  else marks.emojiNegative -= valence;
}

function countMark(tokens: Tokens, index: number, to: number, marks: Marks): void {
  const mark = tokens.words[index] as string;
  const length = (tokens.ends[index] as number) - (tokens.starts[index] as number);
  if (mark === '!') marks.exclamations += length;
  else if (mark === '?') marks.questions += length;
  else if (mark === '…' || (mark === '.' && length > 1)) marks.ellipses += 1;
  else if (mark !== '.' && mark !== '\n') return;
  if (index + 1 >= to) return;
  if (marks.firstEnd === to) marks.firstEnd = index + 1;
  marks.lastStart = index + 1;
}

/** About fifty numbers from the lexica; each −1…1 or a flag, so that one learning rate fits all. */
function fillDense(
  dense: Float32Array,
  tokens: Tokens,
  annotation: Annotation,
  from: number,
  to: number,
): Float32Array {
  const all = sumValences(annotation, from, to);
  const counts = countOpinions(annotation, from, to) as [number, number, number, number];
  const marks = countMarks(tokens, annotation, from, to);
  const overall = compound(all.positive - all.negative);
  const words = to - from;
  const contrast = lastContrast(annotation, from, to);
  const before = contrast < 0 ? NO_SUMS : sumValences(annotation, from, contrast);
  const after = contrast < 0 ? NO_SUMS : sumValences(annotation, contrast, to);
  const first = sumValences(annotation, from, marks.firstEnd);
  const last = sumValences(annotation, marks.lastStart, to);
  const lean = counts[0] + counts[3] - counts[1] - counts[2];
  dense.set([
    1,
    squash(all.positive / 2),
    squash(all.negative / 2),
    overall,
    all.highest / 4,
    all.lowest / 4,
    squash(all.positives),
    squash(all.negatives),
    squash(counts[0]),
    squash(counts[1]),
    squash(counts[2]),
    squash(counts[3]),
    squash(before.positive),
    squash(before.negative),
    squash(after.positive),
    squash(after.negative),
    compound(first.positive - first.negative),
    compound(last.positive - last.negative),
    squash(marks.exclamations),
    squash(marks.questions),
    squash(marks.ellipses),
    squash(marks.emojiPositive),
    squash(marks.emojiNegative),
    words > 0 ? marks.capitals / words : 0,
    squash(marks.capitals),
    squash(words / 20),
    words < 6 ? 1 : 0,
    squash(countIn(annotation.negators, from, to)),
    all.positives + all.negatives + counts[0] + counts[1] + counts[2] + counts[3] === 0 ? 1 : 0,
    squash(countIn(annotation.elongated, from, to)),
    squash(marks.links),
    squash(marks.users),
    squash(marks.hashtags),
    squash(marks.hashtagValence),
    squash(marks.numbers / 2),
    contrast >= 0 ? 1 : 0,
    squash(marks.exclamations) * overall,
    squash(marks.questions) * overall,
    squash(lean),
    words > 0 ? lean / Math.sqrt(words) / 2 : 0,
    words > 0 ? (all.positive - all.negative) / Math.sqrt(words) / 5 : 0,
  ]);
  dense.fill(0, 41);
  dense[41 + bin(overall, [-0.7, -0.35, -0.05, 0.05, 0.35, 0.7])] = 1;
  dense[48 + bin(lean, [-1.5, -0.5, 0.5, 1.5, 3])] = 1;
  return dense;
}

/** The last "but" with words on both sides, −1 where there is none. */
function lastContrast({ contrasts }: Annotation, from: number, to: number): number {
  for (let index = contrasts.length - 1; index >= 0; index -= 1) {
    const at = contrasts[index] as number;
    if (at > from + 1 && at < to - 2) return at;
  }
  return -1;
}

/** How many of the ascending token indexes lie in the range. */
function countIn(indexes: readonly number[], from: number, to: number): number {
  let count = 0;
  for (const index of indexes) if (index >= from && index < to) count += 1;
  return count;
}

function bin(value: number, edges: readonly number[]): number {
  let at = 0;
  while (at < edges.length && value > (edges[at] as number)) at += 1;
  return at;
}

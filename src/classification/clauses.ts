import type { Annotation } from './lexicon.ts';
import { MARK, type Tokens } from './tokens.ts';

/** A part of a text that says one thing. */
export interface Clause {
  /** Tokens `from` to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  /** UTF-16 offsets into the text; never empty. */
  readonly start: number;
  readonly end: number;
  /** Its sentence, counted from 0. */
  readonly sentence: number;
  readonly isQuestion: boolean;
}

/** Marks that end a sentence. */
export const SENTENCE_ENDS: ReadonlySet<string> = new Set(['.', '!', '?', '…', '\n', ';']);
const CONTRASTS = new Set([
  'but',
  'however',
  'although',
  'though',
  'yet',
  'except',
  'whereas',
  'nevertheless',
]);
/** Here a clause ends only where both sides carry an opinion or a cue. */
const LINKS = new Set(['and', 'while', 'because', 'so', 'then', ',', '-', '–', '—', ':', '(']);

/**
 * Splits a text at sentence ends and contrasts, and at links between two things said.
 *
 * @param loaded per token, 1 where an opinion word or a cue stands
 */
export function splitClauses(tokens: Tokens, loaded: Uint8Array): Clause[] {
  const clauses: Clause[] = [];
  let sentence = 0;
  let from = 0;
  for (let at = 0; at < tokens.words.length; at += 1) {
    if (!endsSentence(tokens, at)) continue;
    splitSentence(tokens, loaded, from, at + 1, sentence, clauses);
    from = at + 1;
    sentence += 1;
  }
  splitSentence(tokens, loaded, from, tokens.words.length, sentence, clauses);
  return clauses;
}

function endsSentence(tokens: Tokens, at: number): boolean {
  if (tokens.types[at] !== MARK || !SENTENCE_ENDS.has(tokens.words[at] as string)) return false;
  // "?!" ends one sentence, not two.
  const next = tokens.words[at + 1];
  return !(tokens.types[at + 1] === MARK && next !== undefined && SENTENCE_ENDS.has(next));
}

function splitSentence(
  tokens: Tokens,
  loaded: Uint8Array,
  from: number,
  to: number,
  sentence: number,
  clauses: Clause[],
): void {
  const isQuestion = asks(tokens, from, to);
  const add = (first: number, last: number) => {
    const clause = trim(tokens, first, last);
    if (clause !== undefined) clauses.push({ ...clause, sentence, isQuestion });
  };
  let start = from;
  let left = noteToken(NOTHING, tokens, loaded, from);
  for (let at = from + 1; at < to - 1; at += 1) {
    if (isClauseStart(tokens, loaded, left, at, to)) {
      add(start, at);
      start = at;
      left = NOTHING;
    }
    left = noteToken(left, tokens, loaded, at);
  }
  add(start, to);
}

/** What the clause so far holds; kept along, so that long sentences stay linear. */
interface Left {
  readonly words: boolean;
  readonly load: boolean;
}

const NOTHING: Left = { words: false, load: false };

function noteToken(left: Left, tokens: Tokens, loaded: Uint8Array, at: number): Left {
  const words = left.words || (at < tokens.words.length && tokens.types[at] !== MARK);
  const load = left.load || loaded[at] === 1;
  return words === left.words && load === left.load ? left : { words, load };
}

function asks(tokens: Tokens, from: number, to: number): boolean {
  for (let at = to - 1; at >= from && tokens.types[at] === MARK; at -= 1) {
    if (tokens.words[at] === '?') return true;
  }
  return false;
}

function isClauseStart(
  tokens: Tokens,
  loaded: Uint8Array,
  left: Left,
  at: number,
  to: number,
): boolean {
  const word = tokens.words[at] as string;
  if (CONTRASTS.has(word)) return left.words;
  if (!LINKS.has(word) || loaded[at] === 1 || !left.load) return false;
  return hasLoad(loaded, at, nextLink(tokens, at + 1, to));
}

function nextLink(tokens: Tokens, from: number, to: number): number {
  let at = from;
  while (at < to && !LINKS.has(tokens.words[at] as string)) at += 1;
  return at;
}

function hasWords(tokens: Tokens, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (tokens.types[at] !== MARK) return true;
  return false;
}

function hasLoad(loaded: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (loaded[at] === 1) return true;
  return false;
}

const LEADING = new Set([',', '-', '–', '—', ':', ')', '\n', '.', ';', '…']);
const TRAILING = new Set([',', '-', '–', '—', ':', '(', '\n', ';']);
export const CONNECTIVES = new Set([
  'and',
  'but',
  'so',
  'then',
  'yet',
  'because',
  'while',
  'whereas',
]);

/** Without the marks and the connective at its edges; undefined where nothing is left. */
function trim(
  tokens: Tokens,
  from: number,
  to: number,
): Pick<Clause, 'from' | 'to' | 'start' | 'end'> | undefined {
  let first = from;
  let last = to;
  while (first < last && LEADING.has(tokens.words[first] as string)) first += 1;
  if (last - first > 2 && CONNECTIVES.has(tokens.words[first] as string)) first += 1;
  while (first < last && LEADING.has(tokens.words[first] as string)) first += 1;
  while (last > first && TRAILING.has(tokens.words[last - 1] as string)) last -= 1;
  if (!hasWords(tokens, first, last)) return undefined;
  return {
    from: first,
    to: last,
    start: tokens.starts[first] as number,
    end: tokens.ends[last - 1] as number,
  };
}

/** Marks tokens with an opinion word of either lexicon. */
export function markOpinions(annotation: Annotation, loaded: Uint8Array): void {
  for (let at = 0; at < loaded.length; at += 1) {
    if (annotation.valences[at] !== 0 || annotation.opinions[at] !== 0) loaded[at] = 1;
  }
}

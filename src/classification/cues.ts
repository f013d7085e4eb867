import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import type { Quantity } from './quantities.ts';
import { MARK, type Tokens } from './tokens.ts';

/**
 * What a cue says by itself: −1 the promise is broken, 1 kept, 2 more than was promised,
 * 0 only that the topic is talked about.
 */
export type Polarity = -1 | 0 | 1 | 2;

/** A phrase that shows what a text talks about, and often how it went. */
export interface Cue {
  /** `<topic>: <words as in its file>`, as it appears in reasons. */
  readonly id: string;
  readonly topic: string;
  readonly polarity: Polarity;
  /** A negation before it does not turn it. */
  readonly fixed: boolean;
  /** Only names the topic inside a promise, not inside a mention. */
  readonly promiseOnly: boolean;
  readonly pattern: readonly Element[];
}

/** Part of a dimension that a promise can be about: "answered on the phone", "refunds". */
export interface Topic {
  readonly id: string;
  /** null for the topics of a signal. */
  readonly dimension: Dimension | null;
  readonly signal: string | null;
  /** Durations near its cues are waiting times; more seconds than this are long. null: not timed. */
  readonly patience: number | null;
}

export interface CueSet {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly cues: readonly Cue[];
  /** Cues by the exact first word; those that begin with a prefix by its first three letters. */
  readonly byWord: ReadonlyMap<string, readonly number[]>;
  readonly byPrefix: ReadonlyMap<string, readonly number[]>;
  /** Cues that begin with a quantity, by its type. */
  readonly byQuantity: ReadonlyMap<string, readonly number[]>;
}

type Element =
  | {
      readonly is: 'choice';
      readonly words: ReadonlySet<string>;
      readonly prefixes: readonly string[];
      readonly quantities: readonly Quantity['type'][];
    }
  | { readonly is: 'gap'; readonly most: number };

/** One place where a cue matches; tokens `from` to `to` (exclusive). */
export interface CueMatch {
  readonly cue: Cue;
  readonly from: number;
  readonly to: number;
}

const PREFIX_KEY = 3;
const LONGEST_GAP = 6;

/**
 * Reads cue files. A file has a line `dimension NAME` or `signal NAME`, lines `topic NAME [timed SECONDS]`,
 * lines `let NAME = word|word*` and lines of cues: `-`, `+`, `++` or `=` (what it says), `!` after
 * it where a negation does not turn it, `p` for a phrase of promises only; then the words.
 * `a|b` is a choice, `word*` a beginning, `?word` may be absent, `..3` up to three words between,
 * `a b ; c d` are two cues, `{NAME}` a `let`, `<duration>`, `<money>`, `<ordinal>`, `<times>` a quantity.
 *
 * @throws {Error} naming file and line of a cue that cannot be read
 */
export function readCues(files: Readonly<Record<string, string>>): CueSet {
  const draft: Draft = { topics: new Map(), cues: [], lets: new Map(), elements: new Map() };
  for (const name of Object.keys(files).sort()) readFile(name, files[name] as string, draft);
  return indexCues(draft.topics, draft.cues);
}

interface Draft {
  topics: Map<string, Topic>;
  cues: Cue[];
  lets: Map<string, string>;
  /** Elements by their words: most occur many times. */
  elements: Map<string, Element>;
}

interface Place {
  dimension: Dimension | null;
  signal: string | null;
  topic: string;
}

function readFile(name: string, content: string, draft: Draft): void {
  const place: Place = { dimension: null, signal: null, topic: '' };
  for (const [index, raw] of content.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    try {
      readLine(line, place, draft);
    } catch (cause) {
      throw new Error(`${name}, line ${index + 1}: ${(cause as Error).message}`, { cause });
    }
  }
}

function readLine(line: string, place: Place, draft: Draft): void {
  const [head, second = '', ...rest] = line.split(/\s+/);
  if (head === 'dimension') {
    if (!DIMENSIONS.includes(second as Dimension)) throw new Error(`no dimension ${second}`);
    place.dimension = second as Dimension;
    place.signal = null;
  } else if (head === 'signal') {
    place.signal = second;
    place.topic = `signal-${second}`;
    draft.topics.set(place.topic, {
      id: place.topic,
      dimension: null,
      signal: second,
      patience: null,
    });
  } else if (head === 'topic') {
    place.topic = second;
    const { dimension, signal } = place;
    const patience = rest[0] === 'timed' ? Number(rest[1]) : null;
    draft.topics.set(second, { id: second, dimension, signal, patience });
  } else if (head === 'let') {
    draft.lets.set(second, rest.slice(1).join('|'));
  } else {
    for (const words of phrases([second, ...rest])) {
      readCue(head as string, words, place.topic, draft);
    }
  }
}

/** `a b ; c d` are two phrases. */
function phrases(words: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const word of words) {
    if (word === ';') found.push([]);
    else found.at(-1)?.push(word);
  }
  return found.filter((phrase) => phrase.length > 0);
}

const POLARITIES: Readonly<Record<string, Polarity>> = { '-': -1, '=': 0, '+': 1, '++': 2, p: 0 };

function readCue(mark: string, words: readonly string[], topic: string, draft: Draft): void {
  const id = `${topic}: ${words.join(' ')}`;
  const fixed = mark.endsWith('!');
  const polarity = POLARITIES[fixed ? mark.slice(0, -1) : mark];
  if (polarity === undefined) throw new Error(`"${mark}" is none of - + ++ = p`);
  if (!draft.topics.has(topic)) throw new Error('a cue before the first topic');
  for (const pattern of expandOptional(words)) {
    const elements = pattern.map((word) => elementOf(word, draft));
    if (elements[0] === undefined || elements[0].is === 'gap') {
      throw new Error('a cue begins with a word or a quantity');
    }
    draft.cues.push({ id, topic, polarity, fixed, promiseOnly: mark === 'p', pattern: elements });
  }
}

/** One pattern for each choice of optional words. */
function expandOptional(words: readonly string[]): string[][] {
  let patterns: string[][] = [[]];
  for (const word of words) {
    if (!word.startsWith('?')) patterns = patterns.map((pattern) => [...pattern, word]);
    else patterns = patterns.flatMap((pattern) => [pattern, [...pattern, word.slice(1)]]);
  }
  // The first word of a longer phrase says too little by itself.
  return patterns.filter((pattern) => pattern.length > 1 || words.length === 1);
}

const QUANTITY = /^<(duration|money|ordinal|times)>$/;

function elementOf(word: string, draft: Draft): Element {
  const known = draft.elements.get(word);
  if (known !== undefined) return known;
  const element = readElement(word, draft.lets);
  draft.elements.set(word, element);
  return element;
}

function readElement(word: string, lets: ReadonlyMap<string, string>): Element {
  if (word.startsWith('..')) {
    const most = Number(word.slice(2));
    if (!(most >= 1 && most <= LONGEST_GAP)) throw new Error(`gap ${word} is not ..1 to ..6`);
    return { is: 'gap', most };
  }
  const plain = word.replace(/\{([a-z-]+)\}/g, (_, name: string) => {
    const value = lets.get(name);
    if (value === undefined) throw new Error(`no "let ${name}" above this line`);
    return value;
  });
  const choices = plain.split('|').filter((choice) => choice !== '');
  const prefixes = choices.filter((choice) => choice.endsWith('*')).map((c) => c.slice(0, -1));
  if (prefixes.some((prefix) => prefix.length < PREFIX_KEY)) {
    throw new Error(`a beginning needs ${PREFIX_KEY} letters: ${word}`);
  }
  return {
    is: 'choice',
    words: new Set(choices.filter((choice) => !choice.endsWith('*') && !QUANTITY.test(choice))),
    prefixes,
    quantities: choices.flatMap(
      (choice) => (QUANTITY.exec(choice)?.[1] as Quantity['type'] | undefined) ?? [],
    ),
  };
}

function indexCues(topics: ReadonlyMap<string, Topic>, cues: readonly Cue[]): CueSet {
  const byWord = new Map<string, number[]>();
  const byPrefix = new Map<string, number[]>();
  const byQuantity = new Map<string, number[]>();
  const add = (map: Map<string, number[]>, key: string, index: number) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [index]);
    else if (list.at(-1) !== index) list.push(index);
  };
  for (const [index, cue] of cues.entries()) {
    const first = cue.pattern[0];
    if (first?.is !== 'choice') continue;
    for (const type of first.quantities) add(byQuantity, type, index);
    for (const word of first.words) add(byWord, word, index);
    for (const prefix of first.prefixes) add(byPrefix, prefix.slice(0, PREFIX_KEY), index);
  }
  return { topics, cues, byWord, byPrefix, byQuantity };
}

/** A word as cue files write it: "didn't" and "didnt" are one. */
export function cueForm(word: string): string {
  return word.includes("'") ? word.replaceAll("'", '') : word;
}

function matchesWord(element: Element, word: string): boolean {
  if (element.is !== 'choice') return false;
  if (element.words.has(word)) return true;
  for (const prefix of element.prefixes) if (word.startsWith(prefix)) return true;
  return false;
}

interface Walk {
  readonly tokens: Tokens;
  readonly forms: readonly string[];
  readonly quantityAt: ReadonlyMap<number, Quantity>;
}

/** End of a match of `pattern` from its element `step` on at token `at`, or −1. */
function matchFrom(walk: Walk, pattern: readonly Element[], step: number, at: number): number {
  const element = pattern[step];
  if (element === undefined) return at;
  if (element.is === 'gap') return matchGap(walk, pattern, step, at, element.most);
  // A hyphen inside a compound does not part its words.
  const here = walk.forms[at] === '-' ? at + 1 : at;
  if (here >= walk.forms.length) return -1;
  const quantity = element.quantities.length > 0 ? walk.quantityAt.get(here) : undefined;
  if (quantity !== undefined && element.quantities.includes(quantity.type) && !isFirst(quantity)) {
    return matchFrom(walk, pattern, step + 1, quantity.to);
  }
  if (!matchesWord(element, walk.forms[here] as string)) return -1;
  return matchFrom(walk, pattern, step + 1, here + 1);
}

/** "the first time", "once": no repetition. */
function isFirst({ type, amount }: Quantity): boolean {
  return (type === 'ordinal' || type === 'times') && amount < 2;
}

function matchGap(
  walk: Walk,
  pattern: readonly Element[],
  step: number,
  at: number,
  most: number,
): number {
  for (let skipped = 0; skipped <= most; skipped += 1) {
    const end = matchFrom(walk, pattern, step + 1, at + skipped);
    if (end >= 0) return end;
    if (isBreak(walk.tokens, at + skipped)) return -1;
  }
  return -1;
}

const BREAKS = new Set(['.', '!', '?', '\n', '…', ';', '(', ')']);

function isBreak(tokens: Tokens, at: number): boolean {
  if (at >= tokens.words.length) return true;
  return tokens.types[at] === MARK && BREAKS.has(tokens.words[at] as string);
}

/**
 * All matches of all cues, in the order of the text; at one place the longest match of each topic
 * only. The time is linear in the length of the text: a pattern has a bounded reach.
 *
 * @param promise match the phrases of promises instead of those of mentions
 */
export function matchCues(
  set: CueSet,
  tokens: Tokens,
  quantities: readonly Quantity[],
  promise = false,
): CueMatch[] {
  const walk: Walk = {
    tokens,
    forms: tokens.words.map(cueForm),
    quantityAt: new Map(quantities.map((quantity) => [quantity.from, quantity])),
  };
  const matches: CueMatch[] = [];
  for (let at = 0; at < walk.forms.length; at += 1) {
    const quantity = walk.quantityAt.get(at);
    if (quantity !== undefined) {
      const counted = set.byQuantity.get(quantity.type) ?? [];
      matchAll(set, counted, walk, at, promise, matches);
    }
    if (tokens.types[at] === MARK) continue;
    const form = walk.forms[at] as string;
    const exact = set.byWord.get(form);
    const begun = set.byPrefix.get(form.length > PREFIX_KEY ? form.slice(0, PREFIX_KEY) : form);
    if (exact !== undefined) matchAll(set, exact, walk, at, promise, matches);
    if (begun !== undefined) matchAll(set, begun, walk, at, promise, matches);
  }
  return matches;
}

function matchAll(
  set: CueSet,
  candidates: readonly number[],
  walk: Walk,
  at: number,
  promise: boolean,
  matches: CueMatch[],
): void {
  for (const index of candidates) {
    const cue = set.cues[index] as Cue;
    if (cue.promiseOnly !== promise) continue;
    const to = matchFrom(walk, cue.pattern, 0, at);
    if (to > at) keepLongest(matches, { cue, from: at, to });
  }
}

function keepLongest(matches: CueMatch[], match: CueMatch): void {
  for (let index = matches.length - 1; index >= 0; index -= 1) {
    const other = matches[index] as CueMatch;
    if (other.from !== match.from) break;
    if (other.cue.topic !== match.cue.topic) continue;
    if (match.to > other.to) matches[index] = match;
    else if (match.to === other.to && Math.abs(match.cue.polarity) > Math.abs(other.cue.polarity))
      matches[index] = match;
    return;
  }
  matches.push(match);
}

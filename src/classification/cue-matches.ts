import type { Cue, CueSet, Element } from './cues.ts';
import type { Quantity } from './quantities.ts';
import { MARK, type Tokens } from './tokens.ts';

/** One place where a cue matches; tokens `from` to `to` (exclusive). */
export interface CueMatch {
  readonly cue: Cue;
  readonly from: number;
  readonly to: number;
}

/**
 * A step of the patterns that begin alike: its element, the cues that end here, and the steps that can
 * follow, found by the word at hand instead of one by one.
 */
interface Node {
  readonly element: Element;
  readonly cues: Cue[];
  nodes: Map<Element, Node> | null;
  /** Made when first needed. */
  index: StepIndex | null;
  /** Cues whose further steps are grown when a text first comes this far: most are never needed. */
  pending: Cue[] | null;
}

/** The numbers are those of the vocabulary. */
interface StepIndex {
  readonly byWord: ReadonlyMap<number, readonly Node[]>;
  /** By the first three letters of a beginning. */
  readonly byPrefix: ReadonlyMap<number, readonly Node[]>;
  readonly byQuantity: ReadonlyMap<string, readonly Node[]>;
  readonly gaps: readonly Node[];
  /** Bits of all words, beginnings and quantities that lead on: most texts end here, at once. */
  readonly mask: number;
}

/** What all patterns together know of a word: numbers from 0, −1 where none has it. */
interface WordKeys {
  readonly word: number;
  /** First three letters, where a beginning in some pattern fits the word. */
  readonly prefix: number;
  readonly mask: number;
}

const UNKNOWN: WordKeys = { word: -1, prefix: -1, mask: 0 };
const QUANTITY_BIT = 1 << 31;

/** One of 31 bits, by which most words that do not fit are known without a look-up. */
function maskOf(key: number): number {
  return key < 0 ? 0 : 1 << (key % 31);
}

/** Words and beginnings of all patterns, numbered, so that a text looks each of its words up once. */
interface Vocabulary {
  readonly words: ReadonlyMap<string, number>;
  readonly prefixes: ReadonlyMap<string, { readonly key: number; readonly all: Set<string> }>;
  /** Words met in texts; the same ones come again and again. */
  readonly met: Map<string, WordKeys>;
}

/** The patterns of a cue set as one tree. */
export interface CueTree {
  readonly root: Node;
  readonly vocabulary: Vocabulary;
}

const PREFIX_KEY = 3;
/** At most so many met words are kept: about 2 MB. */
const MOST_MET = 20_000;

function emptyNode(element: Element): Node {
  return { element, cues: [], nodes: null, index: null, pending: null };
}

function prefixKey(word: string): string {
  return word.length > PREFIX_KEY ? word.slice(0, PREFIX_KEY) : word;
}

function vocabularyOf(elements: Iterable<Element>): Vocabulary {
  const words = new Map<string, number>();
  const prefixes = new Map<string, { key: number; all: Set<string> }>();
  for (const element of elements) {
    if (element.is === 'gap') continue;
    for (const word of element.words) if (!words.has(word)) words.set(word, words.size);
    for (const prefix of element.prefixes) {
      const letters = prefixKey(prefix);
      const known = prefixes.get(letters) ?? { key: prefixes.size, all: new Set() };
      prefixes.set(letters, known);
      known.all.add(prefix);
    }
  }
  return { words, prefixes, met: new Map() };
}

function keysOf(vocabulary: Vocabulary, form: string): WordKeys {
  const met = vocabulary.met.get(form);
  if (met !== undefined) return met;
  const keys = readKeys(vocabulary, form);
  if (vocabulary.met.size < MOST_MET) vocabulary.met.set(form, keys);
  return keys;
}

function readKeys({ words, prefixes }: Vocabulary, form: string): WordKeys {
  const word = words.get(form) ?? -1;
  const begun = prefixes.get(prefixKey(form));
  let prefix = -1;
  for (const letters of begun?.all ?? []) {
    if (begun !== undefined && form.startsWith(letters)) prefix = begun.key;
  }
  if (word < 0 && prefix < 0) return UNKNOWN;
  return { word, prefix, mask: maskOf(word) | maskOf(prefix) };
}

/**
 * Patterns that begin with the same elements share their steps.
 *
 * @param elements at least all elements of the cues
 */
export function growTree(cues: readonly Cue[], elements: Iterable<Element>): CueTree {
  const root = emptyNode({ is: 'gap', most: 0 });
  for (const cue of cues) {
    const first = cue.pattern[0];
    if (first === undefined) continue;
    const node = childOf(root, first.element);
    if (cue.pattern.length === 1) node.cues.push(cue);
    else {
      node.pending ??= [];
      node.pending.push(cue);
    }
  }
  return { root, vocabulary: vocabularyOf(elements) };
}

function childOf(parent: Node, element: Element): Node {
  parent.nodes ??= new Map();
  const known = parent.nodes.get(element);
  if (known !== undefined) return known;
  const node = emptyNode(element);
  parent.nodes.set(element, node);
  return node;
}

/** Grows the steps after the first; an optional one forks. */
function growPending(first: Node, pending: readonly Cue[]): void {
  for (const cue of pending) {
    let reached = [first];
    for (const { element, isOptional } of cue.pattern.slice(1)) {
      const taken = reached.map((node) => childOf(node, element));
      reached = isOptional ? [...reached, ...taken] : taken;
    }
    // The first word of a longer phrase says too little by itself.
    for (const node of reached) if (node !== first) node.cues.push(cue);
  }
}

function indexOf(node: Node, { words, prefixes }: Vocabulary): StepIndex {
  if (node.pending !== null) growPending(node, node.pending);
  node.pending = null;
  const byWord = new Map<number, Node[]>();
  const byPrefix = new Map<number, Node[]>();
  const byQuantity = new Map<string, Node[]>();
  const gaps: Node[] = [];
  for (const next of node.nodes?.values() ?? []) {
    const { element } = next;
    if (element.is === 'gap') {
      gaps.push(next);
      continue;
    }
    for (const word of element.words) add(byWord, words.get(word) ?? -1, next);
    for (const prefix of element.prefixes) {
      add(byPrefix, prefixes.get(prefixKey(prefix))?.key ?? -1, next);
    }
    for (const type of element.quantities) add(byQuantity, type, next);
  }
  const mask = maskOfAll(byWord.keys()) | maskOfAll(byPrefix.keys());
  const quantities = byQuantity.size > 0 ? QUANTITY_BIT : 0;
  node.index = { byWord, byPrefix, byQuantity, gaps, mask: mask | quantities };
  return node.index;
}

function maskOfAll(keys: Iterable<number>): number {
  let mask = 0;
  for (const key of keys) mask |= maskOf(key);
  return mask;
}

function add<Key>(map: Map<Key, Node[]>, key: Key, node: Node): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [node]);
  else if (list.at(-1) !== node) list.push(node);
}

/** A word as cue files write it: "didn't" and "didnt" are one. */
export function cueForm(word: string): string {
  return word.includes("'") ? word.replaceAll("'", '') : word;
}

/** The words of a text as cue files write them. */
export function formsOf(tokens: Tokens): string[] {
  return tokens.words.map(cueForm);
}

interface Walk {
  readonly tokens: Tokens;
  readonly forms: readonly string[];
  readonly keys: readonly WordKeys[];
  readonly vocabulary: Vocabulary;
  /** By the token at which they begin; null where the text has none. */
  readonly quantityAt: ReadonlyMap<number, Quantity> | null;
  readonly matches: CueMatch[];
  /** Where the pattern under way began. */
  from: number;
}

/**
 * All matches of all cues, in the order of the text; at one place the longest match of each topic
 * only. The time is linear in the length of the text: a pattern has a bounded reach.
 *
 * @param forms see `formsOf`, where they are known already
 */
export function matchCues(
  { root, vocabulary }: CueTree,
  tokens: Tokens,
  quantities: readonly Quantity[],
  forms: readonly string[] = formsOf(tokens),
): CueMatch[] {
  const walk: Walk = {
    tokens,
    forms,
    keys: forms.map((form) => keysOf(vocabulary, form)),
    vocabulary,
    quantityAt: quantities.length === 0 ? null : new Map(quantities.map((q) => [q.from, q])),
    matches: [],
    from: 0,
  };
  for (let at = 0; at < forms.length; at += 1) {
    if (tokens.types[at] === MARK && walk.quantityAt?.has(at) !== true) continue;
    walk.from = at;
    takeStep(walk, root, at);
  }
  return walk.matches;
}

function takeStep(walk: Walk, node: Node, at: number): void {
  const index = node.index ?? indexOf(node, walk.vocabulary);
  if (index.gaps.length > 0) for (const gap of index.gaps) takeGap(walk, gap, at);
  // A hyphen inside a compound does not part its words.
  const here = walk.forms[at] === '-' && at > walk.from ? at + 1 : at;
  const keys = walk.keys[here];
  if (keys === undefined) return;
  if (walk.quantityAt !== null && index.mask < 0) takeQuantity(walk, index, here);
  if ((index.mask & keys.mask) === 0) return;
  const exact = index.byWord.get(keys.word);
  if (exact !== undefined) for (const next of exact) arrive(walk, next, here + 1);
  if (keys.prefix >= 0 && index.byPrefix.size > 0) takePrefix(walk, index, here);
}

function takeQuantity(walk: Walk, { byQuantity }: StepIndex, at: number): void {
  const quantity = walk.quantityAt?.get(at);
  if (quantity === undefined || isFirst(quantity)) return;
  for (const node of byQuantity.get(quantity.type) ?? []) arrive(walk, node, quantity.to);
}

function takePrefix(walk: Walk, { byPrefix }: StepIndex, at: number): void {
  const begun = byPrefix.get((walk.keys[at] as WordKeys).prefix);
  if (begun === undefined) return;
  const form = walk.forms[at] as string;
  for (const next of begun) if (begins(next.element, form)) arrive(walk, next, at + 1);
}

function begins(element: Element, form: string): boolean {
  if (element.is === 'gap' || element.words.has(form)) return false;
  for (const prefix of element.prefixes) if (form.startsWith(prefix)) return true;
  return false;
}

function arrive(walk: Walk, node: Node, to: number): void {
  for (const cue of node.cues) keepLongest(walk.matches, { cue, from: walk.from, to });
  if (node.nodes !== null || node.pending !== null) takeStep(walk, node, to);
}

function takeGap(walk: Walk, gap: Node, at: number): void {
  const { element } = gap;
  const most = element.is === 'gap' ? element.most : 0;
  for (let skipped = 0; skipped <= most; skipped += 1) {
    takeStep(walk, gap, at + skipped);
    if (isBreak(walk.tokens, at + skipped)) return;
  }
}

/** "the first time", "once": no repetition. */
function isFirst({ type, amount }: Quantity): boolean {
  return (type === 'ordinal' || type === 'times') && amount < 2;
}

const BREAKS = new Set(['.', '!', '?', '\n', '…', ';', '(', ')']);

function isBreak(tokens: Tokens, at: number): boolean {
  if (at >= tokens.words.length) return true;
  return tokens.types[at] === MARK && BREAKS.has(tokens.words[at] as string);
}

function keepLongest(matches: CueMatch[], match: CueMatch): void {
  for (let index = matches.length - 1; index >= 0; index -= 1) {
    const other = matches[index] as CueMatch;
    if (other.from !== match.from) break;
    if (other.cue.topic !== match.cue.topic) continue;
    const isLonger = match.to > other.to;
    const isClearer =
      match.to === other.to && Math.abs(match.cue.polarity) > Math.abs(other.cue.polarity);
    if (isLonger || isClearer) matches[index] = match;
    return;
  }
  matches.push(match);
}

/** Matches in a mention; the phrases of promises do not count. */
export function matchMention(
  { mentionTree }: CueSet,
  tokens: Tokens,
  quantities: readonly Quantity[],
  forms: readonly string[] = formsOf(tokens),
): CueMatch[] {
  return matchCues(mentionTree, tokens, quantities, forms);
}

/** Matches of the phrases of promises alone. */
export function matchPromise(
  { promiseTree }: CueSet,
  tokens: Tokens,
  quantities: readonly Quantity[],
  forms: readonly string[] = formsOf(tokens),
): CueMatch[] {
  return matchCues(promiseTree, tokens, quantities, forms);
}

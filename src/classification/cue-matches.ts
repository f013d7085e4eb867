import { choiceOf, type Element, PREFIX_KEY } from './cue-elements.ts';
import type { Cue, CueSet } from './cues.ts';
import { hashOf } from './hash.ts';
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

interface StepIndex {
  readonly byWord: ReadonlyMap<string, readonly Node[]>;
  /** By the first three letters of a beginning. */
  readonly byPrefix: ReadonlyMap<string, readonly Node[]>;
  readonly byQuantity: ReadonlyMap<string, readonly Node[]>;
  readonly gaps: readonly Node[];
  /** Bits of all words, beginnings and quantities that lead on: most texts end here, at once. */
  readonly mask: number;
}

/** A word of a text as the patterns look for it. */
interface WordKeys {
  readonly word: string;
  /** Its first three letters. */
  readonly prefix: string;
  readonly mask: number;
  /** First steps of all patterns that begin with the word. */
  readonly starts: readonly Node[];
}

/** The patterns of a cue set as one tree. */
export interface CueTree {
  readonly root: Node;
  /** Words met in texts; the same ones come again and again. */
  readonly met: Map<string, WordKeys>;
}

/** At most so many met words are kept: about 2 MB. */
const MOST_MET = 20_000;

function emptyNode(element: Element): Node {
  return { element, cues: [], nodes: null, index: null, pending: null };
}

function prefixKey(word: string): string {
  return word.length > PREFIX_KEY ? word.slice(0, PREFIX_KEY) : word;
}

const QUANTITY_BIT = 1 << 31;

/** One of 31 bits, by which most words that do not fit are known without a look-up. */
function maskOf(key: string): number {
  return 1 << ((hashOf(key) >>> 0) % 31);
}

function keysOf({ root, met }: CueTree, form: string): WordKeys {
  const known = met.get(form);
  if (known !== undefined) return known;
  const prefix = prefixKey(form);
  const { byWord, byPrefix } = root.index ?? indexOf(root);
  const begun = (byPrefix.get(prefix) ?? []).filter(({ element }) => begins(element, form));
  const starts = [...(byWord.get(form) ?? []), ...begun];
  const keys = { word: form, prefix, mask: maskOf(form) | maskOf(`${prefix}*`), starts };
  if (met.size < MOST_MET) met.set(form, keys);
  return keys;
}

/** Patterns that begin with the same elements share their steps. */
export function growTree(cues: readonly Cue[]): CueTree {
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
  return { root, met: new Map() };
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

function indexOf(node: Node): StepIndex {
  if (node.pending !== null) growPending(node, node.pending);
  node.pending = null;
  const byWord = new Map<string, Node[]>();
  const byPrefix = new Map<string, Node[]>();
  const byQuantity = new Map<string, Node[]>();
  const gaps: Node[] = [];
  for (const next of node.nodes?.values() ?? []) {
    const { element } = next;
    if (element.is === 'gap') {
      gaps.push(next);
      continue;
    }
    const { words, prefixes, quantities } = choiceOf(element);
    for (const word of words) add(byWord, word, next);
    for (const prefix of prefixes) add(byPrefix, prefixKey(prefix), next);
    for (const type of quantities) add(byQuantity, type, next);
  }
  let mask = byQuantity.size > 0 ? QUANTITY_BIT : 0;
  for (const word of byWord.keys()) mask |= maskOf(word);
  for (const prefix of byPrefix.keys()) mask |= maskOf(`${prefix}*`);
  node.index = { byWord, byPrefix, byQuantity, gaps, mask };
  return node.index;
}

function add(map: Map<string, Node[]>, key: string, node: Node): void {
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
  tree: CueTree,
  tokens: Tokens,
  quantities: readonly Quantity[],
  forms: readonly string[] = formsOf(tokens),
): CueMatch[] {
  const walk: Walk = {
    tokens,
    forms,
    keys: forms.map((form) => keysOf(tree, form)),
    quantityAt: quantities.length === 0 ? null : new Map(quantities.map((q) => [q.from, q])),
    matches: [],
    from: 0,
  };
  for (let at = 0; at < forms.length; at += 1) {
    if (tokens.types[at] === MARK && walk.quantityAt?.has(at) !== true) continue;
    walk.from = at;
    if (walk.quantityAt !== null) takeQuantity(walk, tree.root.index ?? indexOf(tree.root), at);
    const { starts } = walk.keys[at] as WordKeys;
    for (let next = 0; next < starts.length; next += 1) arrive(walk, starts[next] as Node, at + 1);
  }
  return walk.matches;
}

function takeStep(walk: Walk, node: Node, at: number): void {
  const index = node.index ?? indexOf(node);
  if (index.gaps.length > 0) for (const gap of index.gaps) takeGap(walk, gap, at);
  // A hyphen inside a compound does not part its words.
  const here = walk.forms[at] === '-' && at > walk.from ? at + 1 : at;
  const keys = walk.keys[here];
  if (keys === undefined) return;
  if (walk.quantityAt !== null && index.mask < 0) takeQuantity(walk, index, here);
  if ((index.mask & keys.mask) === 0) return;
  const exact = index.byWord.get(keys.word);
  if (exact !== undefined) for (const next of exact) arrive(walk, next, here + 1);
  if (index.byPrefix.size > 0) takePrefix(walk, index, here);
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
  if (element.is === 'gap') return false;
  const { words, prefixes } = choiceOf(element);
  if (words.includes(form)) return false;
  for (const prefix of prefixes) if (form.startsWith(prefix)) return true;
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

import type { Cue, CueSet, Element } from './cues.ts';
import type { Quantity } from './quantities.ts';
import { MARK, type Tokens } from './tokens.ts';

/** One place where a cue matches; tokens `from` to `to` (exclusive). */
export interface CueMatch {
  readonly cue: Cue;
  readonly from: number;
  readonly to: number;
}

/** A step of the patterns that begin alike: its element, the cues that end here, the next steps. */
interface Node extends Branch {
  readonly element: Element;
  readonly cues: Cue[];
}

/** Steps that can follow, found by the word at hand instead of one by one. */
interface Branch {
  nodes: Map<Element, Node> | null;
  /** Made when first needed. */
  index: BranchIndex | null;
  /** Cues whose further steps are grown when a text first comes this far: most are never needed. */
  pending: Cue[] | null;
}

interface BranchIndex {
  readonly byWord: ReadonlyMap<string, readonly Node[]>;
  /** By the first three letters of a beginning. */
  readonly byPrefix: ReadonlyMap<string, readonly Node[]>;
  readonly byQuantity: ReadonlyMap<string, readonly Node[]>;
  readonly gaps: readonly Node[];
}

/** The patterns of a cue set as one tree. */
export type CueTree = Branch;

const PREFIX_KEY = 3;

/** Patterns that begin with the same elements share their steps. */
export function growTree(cues: readonly Cue[]): CueTree {
  const root: Branch = { nodes: null, index: null, pending: null };
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
  return root;
}

function childOf(branch: Branch, element: Element): Node {
  branch.nodes ??= new Map();
  const known = branch.nodes.get(element);
  if (known !== undefined) return known;
  const node: Node = { element, cues: [], nodes: null, index: null, pending: null };
  branch.nodes.set(element, node);
  return node;
}

/** Grows the steps after the first; an optional one forks. */
function growPending(first: Branch, pending: readonly Cue[]): void {
  for (const cue of pending) {
    let reached: { at: Branch; node: Node | null }[] = [{ at: first, node: null }];
    for (const { element, isOptional } of cue.pattern.slice(1)) {
      const taken = reached.map(({ at }) => {
        const node = childOf(at, element);
        return { at: node, node };
      });
      reached = isOptional ? [...reached, ...taken] : taken;
    }
    // The first word of a longer phrase says too little by itself: there is no node for it.
    for (const { node } of reached) node?.cues.push(cue);
  }
}

function indexOf(branch: Branch): BranchIndex {
  if (branch.index !== null) return branch.index;
  if (branch.pending !== null) growPending(branch, branch.pending);
  branch.pending = null;
  const byWord = new Map<string, Node[]>();
  const byPrefix = new Map<string, Node[]>();
  const byQuantity = new Map<string, Node[]>();
  const gaps: Node[] = [];
  for (const node of branch.nodes?.values() ?? []) {
    const { element } = node;
    if (element.is === 'gap') {
      gaps.push(node);
      continue;
    }
    for (const word of element.words) add(byWord, word, node);
    for (const prefix of element.prefixes) add(byPrefix, prefix.slice(0, PREFIX_KEY), node);
    for (const type of element.quantities) add(byQuantity, type, node);
  }
  branch.index = { byWord, byPrefix, byQuantity, gaps };
  return branch.index;
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

interface Walk {
  readonly tokens: Tokens;
  readonly forms: readonly string[];
  readonly quantityAt: ReadonlyMap<number, Quantity>;
  readonly matches: CueMatch[];
  /** Where the pattern under way began. */
  from: number;
}

/**
 * All matches of all cues, in the order of the text; at one place the longest match of each topic
 * only. The time is linear in the length of the text: a pattern has a bounded reach.
 */
export function matchCues(
  tree: CueTree,
  tokens: Tokens,
  quantities: readonly Quantity[],
): CueMatch[] {
  const walk: Walk = {
    tokens,
    forms: tokens.words.map(cueForm),
    quantityAt: new Map(quantities.map((quantity) => [quantity.from, quantity])),
    matches: [],
    from: 0,
  };
  for (let at = 0; at < walk.forms.length; at += 1) {
    if (tokens.types[at] === MARK && !walk.quantityAt.has(at)) continue;
    walk.from = at;
    takeStep(walk, tree, at);
  }
  return walk.matches;
}

function takeStep(walk: Walk, branch: Branch, at: number): void {
  const index = indexOf(branch);
  for (const gap of index.gaps) takeGap(walk, gap, at);
  // A hyphen inside a compound does not part its words.
  const here = walk.forms[at] === '-' && at > walk.from ? at + 1 : at;
  const form = walk.forms[here];
  if (form === undefined) return;
  if (index.byQuantity.size > 0) takeQuantity(walk, index, here);
  const exact = index.byWord.get(form);
  if (exact !== undefined) for (const node of exact) arrive(walk, node, here + 1);
  if (index.byPrefix.size > 0) takePrefix(walk, index, form, here);
}

function takeQuantity(walk: Walk, { byQuantity }: BranchIndex, at: number): void {
  const quantity = walk.quantityAt.get(at);
  if (quantity === undefined || isFirst(quantity)) return;
  for (const node of byQuantity.get(quantity.type) ?? []) arrive(walk, node, quantity.to);
}

function takePrefix(walk: Walk, { byPrefix }: BranchIndex, form: string, at: number): void {
  const begun = byPrefix.get(form.length > PREFIX_KEY ? form.slice(0, PREFIX_KEY) : form);
  if (begun === undefined) return;
  for (const node of begun) if (begins(node.element, form)) arrive(walk, node, at + 1);
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
): CueMatch[] {
  return matchCues(mentionTree, tokens, quantities);
}

/** Matches of the phrases of promises alone. */
export function matchPromise(
  { promiseTree }: CueSet,
  tokens: Tokens,
  quantities: readonly Quantity[],
): CueMatch[] {
  return matchCues(promiseTree, tokens, quantities);
}

import { floatsOf } from './blocks.ts';
import type { Clause } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import {
  clauseConcepts,
  type Evidence,
  gatherEvidence,
  type Prepared,
  phraseClauses,
} from './evidence.ts';
import { type Head, oddsOfHead } from './heads.ts';
import type { KnownFeatures } from './narrowed-trees.ts';
import { type PromiseTables, tablesOf } from './promise-tables.ts';
import { type Rarity, rarityOfConcept, rarityOfStem } from './rarity.ts';
import { sharedStems, touchInput } from './touch-input.ts';

/** A promise beside a text: what each clause holds about it, and how surely the clause is about it. */
export interface PromiseView {
  readonly promise: CompiledPromise;
  readonly all: readonly Evidence[];
  /** Log-odds per clause. */
  readonly odds: readonly number[];
  /** The highest of `odds`. */
  readonly highest: number;
}

/** Log-odds that stand for "not at all". */
const NONE = -8;
/** Clauses with an anti-keyword have these log-odds. */
export const EXCLUDED = NONE;

/** Looks at each clause of a text with each promise in mind. */
export function viewPromises(
  text: Prepared,
  promises: readonly CompiledPromise[],
  touch: Head,
  view: DimensionView,
): PromiseView[] {
  return promises.map((promise) => {
    const all = gatherEvidence(text, promise);
    const excluded = phraseClauses(text, promise.antiKeywords);
    const odds = all.map((evidence, at) =>
      excluded.includes(at) || isAboutOthers(text, evidence)
        ? NONE
        : oddsOf(text, promise, all, evidence, touch, view),
    );
    return { promise, all, odds, highest: odds.reduce((most, one) => Math.max(most, one), NONE) };
  });
}

/** A clause about another company that holds no cue about this one: "My old bank charged hidden fees". */
function isAboutOthers({ reading }: Prepared, evidence: Evidence): boolean {
  const { clause, signed, turned, named, stems, keywords, numbers } = evidence;
  const cues = signed.length + turned.length + named.length + numbers.length;
  return (reading.moods.compare[clause] as number) >= 0 && cues + stems + keywords === 0;
}

/** Log-odds from which a clause beside the surest counts as being about the promise, too. */
const ALSO = -0.5;

/** A clause that is about a promise, and how surely. */
export interface Touch {
  readonly evidence: Evidence;
  readonly odds: number;
}

/** The clauses that speak of a promise if the text touches it, surest first. */
export function clausesAbout(own: PromiseView): Touch[] {
  const about = likelyClauses(own);
  return isNamedOnly(own.promise)
    ? about.filter((touch) => speaksAlone(own.promise, touch.evidence))
    : about;
}

/** A promise that only its own name touches, and nothing like it. */
export function isNamedOnly({ isPlain, keywords }: CompiledPromise): boolean {
  return isPlain && keywords.length === 0;
}

function likelyClauses({ promise, all, odds }: PromiseView): Touch[] {
  const touches: Touch[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const one = odds[at] as number;
    if (one > EXCLUDED) touches.push({ evidence: all[at] as Evidence, odds: one });
  }
  if (touches.length < 2) return touches;
  return touches
    .sort((a, b) => b.odds - a.odds)
    .filter(
      (touch, rank) => rank === 0 || touch.odds > ALSO || speaksAlone(promise, touch.evidence),
    );
}

/** A keyword always touches its promise, and the name of a part the promise that the part is good. */
export function speaksAlone({ isPlain }: CompiledPromise, evidence: Evidence): boolean {
  const { signed, turned, named, keywords } = evidence;
  return keywords > 0 || (isPlain && signed.length + turned.length + named.length > 0);
}

const NO_WORDS = new Int32Array(0);

/** Words around an explicit cue can speak for the promise, not against it. */
function oddsOf(
  text: Prepared,
  promise: CompiledPromise,
  all: readonly Evidence[],
  { clause, signed }: Evidence,
  touch: Head,
  view: DimensionView,
): number {
  const input = touchInput(text, promise, all, clause, view);
  const odds = oddsOfHead(touch, input);
  if (signed.length === 0) return odds;
  return Math.max(odds, oddsOfHead(touch, { ...input, words: NO_WORDS }));
}

/** What one clause holds, in numbers. */
interface ClauseRow {
  readonly odds: number;
  /** Before the promise that the clause is most about otherwise. */
  readonly lead: number;
  readonly concepts: number;
  readonly words: number;
  readonly rarest: number;
  readonly dimension: number;
  readonly signed: number;
  readonly turned: number;
  readonly named: number;
  readonly numbers: number;
  readonly stems: number;
  readonly keywords: number;
  readonly length: number;
  readonly isQuestion: number;
  readonly lean: number;
}

const NO_CLAUSE: ClauseRow = {
  odds: NONE,
  lead: NONE,
  concepts: 0,
  words: 0,
  rarest: 0,
  dimension: NONE,
  signed: 0,
  turned: 0,
  named: 0,
  numbers: 0,
  stems: 0,
  keywords: 0,
  length: 0,
  isQuestion: 0,
  lean: 0,
};

/** Length of the rows of `touchRow`. */
export const TOUCH_WIDTH = 36;

/**
 * What the trees see of one promise and the whole text. Of clauses that are not about the promise nothing
 * counts, so that one about something else does not change the verdict.
 */
export function touchRow(
  text: Prepared,
  views: readonly PromiseView[],
  own: PromiseView,
  view: DimensionView,
  rarity: Rarity,
): Float32Array {
  const { promise } = own;
  const tables = tablesOf(promise, text.conceptSet);
  const covered: number[] = [];
  let best = NO_CLAUSE;
  let second = NONE;
  let most = LEAST;
  for (let at = 0; at < own.all.length; at += 1) {
    const shared = sharedConcepts(text, tables, at);
    for (const concept of shared) if (!covered.includes(concept)) covered.push(concept);
    const clause = clauseRow(text, own, views, shared, tables, view, rarity, at);
    if (best === NO_CLAUSE || clause.odds > best.odds) {
      second = best.odds;
      best = clause;
    } else second = Math.max(second, clause.odds);
    most = mostOf(most, clause);
  }
  const whole = weigh(rarity, promise.concepts) || 1;
  const rivals = rivalsOf(views, own, best.odds);
  return floatsOf([
    best.odds,
    second,
    best.lead,
    most.lead,
    best.concepts,
    most.concepts,
    best.concepts / whole,
    best.words,
    most.words,
    most.rarest,
    best.dimension,
    most.dimension,
    surestOf(tables, view.text),
    best.signed,
    best.turned,
    best.named,
    best.numbers,
    best.stems,
    most.signed,
    most.turned,
    most.named,
    most.numbers,
    most.stems,
    most.keywords,
    best.length,
    best.isQuestion,
    best.lean,
    weigh(rarity, covered) / whole,
    weigh(rarity, covered),
    promise.topics.size,
    promise.concepts.length,
    promise.limit === null ? 0 : 1,
    promise.isPlain ? 1 : 0,
    promise.words.size,
    rivals.highest,
    rivals.surer,
  ]);
}

/** Of `touchRow`: what the promise itself is, and what stands in its clauses only where they name it. */
export const KNOWN_OF_TOUCH: KnownFeatures = {
  fixed: [29, 30, 31, 32, 33],
  rare: [4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 27, 28],
};

/** Where every maximum begins. */
const LEAST: ClauseRow = {
  odds: NONE,
  lead: NONE,
  concepts: NONE,
  words: NONE,
  rarest: NONE,
  dimension: NONE,
  signed: NONE,
  turned: NONE,
  named: NONE,
  numbers: NONE,
  stems: NONE,
  keywords: NONE,
  length: NONE,
  isQuestion: NONE,
  lean: NONE,
};

/** The larger of each number. */
function mostOf(one: ClauseRow, other: ClauseRow): ClauseRow {
  return {
    odds: Math.max(one.odds, other.odds),
    lead: Math.max(one.lead, other.lead),
    concepts: Math.max(one.concepts, other.concepts),
    words: Math.max(one.words, other.words),
    rarest: Math.max(one.rarest, other.rarest),
    dimension: Math.max(one.dimension, other.dimension),
    signed: Math.max(one.signed, other.signed),
    turned: Math.max(one.turned, other.turned),
    named: Math.max(one.named, other.named),
    numbers: Math.max(one.numbers, other.numbers),
    stems: Math.max(one.stems, other.stems),
    keywords: Math.max(one.keywords, other.keywords),
    length: Math.max(one.length, other.length),
    isQuestion: Math.max(one.isQuestion, other.isQuestion),
    lean: Math.max(one.lean, other.lean),
  };
}

function weigh(rarity: Rarity, concepts: readonly number[]): number {
  let sum = 0;
  for (const concept of concepts) sum += rarityOfConcept(rarity, concept);
  return sum;
}

/** How sure the text is about the promise that it is most about otherwise, and how many are surer than this one. */
function rivalsOf(views: readonly PromiseView[], own: PromiseView, best: number) {
  let highest = NONE;
  let surer = 0;
  for (const other of views) {
    if (other === own) continue;
    highest = Math.max(highest, other.highest);
    if (other.highest > best) surer += 1;
  }
  return { highest, surer };
}

/** Surest of the dimensions of a promise. */
function surestOf({ dimensions }: PromiseTables, odds: Float64Array): number {
  let most = NONE;
  for (const dimension of dimensions) most = Math.max(most, odds[dimension] as number);
  return most;
}

const NO_CONCEPTS: readonly number[] = [];

function sharedConcepts(text: Prepared, { hasConcept }: PromiseTables, at: number) {
  const concepts = clauseConcepts(text, at);
  for (const concept of concepts)
    if (hasConcept[concept] === 1) return concepts.filter((one) => hasConcept[one] === 1);
  return NO_CONCEPTS;
}

function clauseRow(
  text: Prepared,
  own: PromiseView,
  views: readonly PromiseView[],
  shared: readonly number[],
  tables: PromiseTables,
  view: DimensionView,
  rarity: Rarity,
  at: number,
): ClauseRow {
  const { from, to, isQuestion } = text.reading.clauses[at] as Clause;
  const { signed, turned, named, numbers, stems, keywords } = own.all[at] as Evidence;
  const odds = own.odds[at] as number;
  let rival = NONE;
  for (const other of views) if (other !== own) rival = Math.max(rival, other.odds[at] as number);
  let words = 0;
  let rarest = 0;
  for (const stem of sharedStems(text, own.promise, at)) {
    const rare = rarityOfStem(rarity, stem);
    words += rare;
    rarest = Math.max(rarest, rare);
  }
  return {
    odds,
    lead: odds - rival,
    concepts: weigh(rarity, shared),
    words,
    rarest,
    dimension: surestOf(tables, view.clause(at)),
    signed: signed.length,
    turned: turned.length,
    named: named.length,
    numbers: numbers.length,
    stems,
    keywords,
    length: to - from,
    isQuestion: isQuestion ? 1 : 0,
    lean: Math.abs(text.leanings.clauses[at] ?? 0),
  };
}

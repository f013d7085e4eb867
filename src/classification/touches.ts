import { DIMENSIONS } from '../brands/brand.ts';
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
import { type Rarity, rarityOfConcept, rarityOfStem } from './rarity.ts';
import { touchInput } from './touch-input.ts';

/** A promise beside a text: what each clause holds about it, and how surely the clause is about it. */
export interface PromiseView {
  readonly promise: CompiledPromise;
  readonly all: readonly Evidence[];
  /** Log-odds per clause. */
  readonly odds: readonly number[];
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
    const excluded = new Set(phraseClauses(text, promise.antiKeywords));
    const odds = all.map((evidence, at) =>
      excluded.has(at) || isAboutOthers(text, evidence)
        ? NONE
        : oddsOf(text, promise, all, evidence, touch, view),
    );
    return { promise, all, odds };
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
  return all
    .map((evidence, at) => ({ evidence, odds: odds[at] as number }))
    .filter((touch) => touch.odds > EXCLUDED)
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
  const others = views.filter((other) => other !== own);
  const covered = new Set<number>();
  const clauses = own.all.map((_, at) => {
    for (const concept of sharedConcepts(text, promise, at)) covered.add(concept);
    return clauseRow(text, own, others, view, rarity, at);
  });
  const ranked = [...clauses].sort((a, b) => b.odds - a.odds);
  const best = ranked[0] ?? NO_CLAUSE;
  const most = (part: keyof ClauseRow) =>
    clauses.reduce((top, clause) => Math.max(top, clause[part]), NONE);
  const weigh = (concepts: Iterable<number>) => {
    let sum = 0;
    for (const concept of concepts) sum += rarityOfConcept(rarity, concept);
    return sum;
  };
  const whole = weigh(promise.concepts) || 1;
  const rivals = others.map(({ odds }) => Math.max(NONE, ...odds));
  return Float32Array.of(
    best.odds,
    ranked[1]?.odds ?? NONE,
    best.lead,
    most('lead'),
    best.concepts,
    most('concepts'),
    best.concepts / whole,
    best.words,
    most('words'),
    most('rarest'),
    best.dimension,
    most('dimension'),
    mostOf(promise, view.text),
    best.signed,
    best.turned,
    best.named,
    best.numbers,
    best.stems,
    most('signed'),
    most('turned'),
    most('named'),
    most('numbers'),
    most('stems'),
    most('keywords'),
    best.length,
    best.isQuestion,
    best.lean,
    weigh(covered) / whole,
    weigh(covered),
    promise.topics.size,
    promise.concepts.length,
    promise.limit === null ? 0 : 1,
    promise.isPlain ? 1 : 0,
    promise.words.size,
    Math.max(NONE, ...rivals),
    rivals.filter((odds) => odds > best.odds).length,
  );
}

/** Surest of the dimensions of a promise. */
function mostOf({ dimensions }: CompiledPromise, odds: Float64Array): number {
  let most = NONE;
  for (const dimension of dimensions)
    most = Math.max(most, odds[DIMENSIONS.indexOf(dimension)] as number);
  return most;
}

function sharedConcepts(text: Prepared, { concepts }: CompiledPromise, at: number): number[] {
  return clauseConcepts(text, at).filter((concept) => concepts.includes(concept));
}

function clauseRow(
  text: Prepared,
  { promise, all, odds }: PromiseView,
  others: readonly PromiseView[],
  view: DimensionView,
  rarity: Rarity,
  at: number,
): ClauseRow {
  const { from, to, isQuestion } = text.reading.clauses[at] as Clause;
  const { signed, turned, named, numbers, stems, keywords } = all[at] as Evidence;
  const own = odds[at] as number;
  let rival = NONE;
  for (const other of others) rival = Math.max(rival, other.odds[at] as number);
  let concepts = 0;
  for (const concept of sharedConcepts(text, promise, at))
    concepts += rarityOfConcept(rarity, concept);
  const seen = new Set<string>();
  let words = 0;
  let rarest = 0;
  for (let token = from; token < to; token += 1) {
    const stem = text.stems[token] as string;
    if (!promise.words.has(stem) || seen.has(stem)) continue;
    seen.add(stem);
    const rare = rarityOfStem(rarity, stem);
    words += rare;
    rarest = Math.max(rarest, rare);
  }
  return {
    odds: own,
    lead: own - rival,
    concepts,
    words,
    rarest,
    dimension: mostOf(promise, view.clause(at)),
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

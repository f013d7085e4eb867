import { Outcome, type Verdict } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type CompiledPromise, holdsOn } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import {
  clauseWords,
  type Evidence,
  gatherEvidence,
  isHinted,
  type Prepared,
  phraseClauses,
  touchInput,
} from './evidence.ts';
import type { Finding } from './findings.ts';
import { hashOf } from './hash.ts';
import { type HeadInput, type Heads, oddsOfHead, scoreHead } from './heads.ts';

/** Order of the classes of the outcome head. */
export const OUTCOMES = Outcome.options;

/** Circumstances of a mention beside its words. */
export interface Circumstances {
  /** 1–5, null where there is none. */
  readonly rating: number | null;
  readonly isNews: boolean;
}

/** Log-odds from which a clause counts as being about a promise: best F1 on unseen registers. */
const TOUCHES = -1.2;

/** A clause that is about a promise, and how surely. */
interface Touch {
  readonly evidence: Evidence;
  readonly odds: number;
}

/** Verdicts on all promises that hold on the day and that the text touches. */
export function judge(
  text: Prepared,
  promises: readonly CompiledPromise[],
  heads: Heads,
  view: DimensionView,
  circumstances: Circumstances,
  day: string,
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const promise of promises) {
    if (!holdsOn(promise, day) || !isHinted(text, promise)) continue;
    const touches = touchesOf(text, promise, heads, view);
    if (touches.length > 0) verdicts.push(conclude(text, promise, touches, heads, circumstances));
  }
  return verdicts;
}

/** Clauses that are about a promise, surest first. */
function touchesOf(
  text: Prepared,
  promise: CompiledPromise,
  heads: Heads,
  view: DimensionView,
): Touch[] {
  const all = gatherEvidence(text, promise);
  const excluded = new Set(phraseClauses(text, promise.antiKeywords));
  return all
    .filter((evidence) => hasHint(evidence) && !excluded.has(evidence.clause))
    .map((evidence) => ({ evidence, odds: oddsOf(text, promise, all, evidence, heads, view) }))
    .filter(({ odds, evidence }) => odds > TOUCHES || speaksAlone(promise, evidence))
    .sort((a, b) => b.odds - a.odds);
}

/** A keyword always touches its promise, and the name of a part the promise that the part is good. */
function speaksAlone({ isPlain }: CompiledPromise, evidence: Evidence): boolean {
  const { signed, turned, named, keywords } = evidence;
  return keywords > 0 || (isPlain && signed.length + turned.length + named.length > 0);
}

/** Words alone touch nothing: on registers that no head has seen they only mislead. */
function hasHint({ signed, turned, named, stems, keywords, numbers }: Evidence): boolean {
  return signed.length + turned.length + named.length + stems + keywords + numbers.length > 0;
}

const NO_WORDS = new Int32Array(0);
const OUTCOME_TOPIC = [hashOf('outcome')];

/** Words around an explicit cue can speak for the promise, not against it. */
function oddsOf(
  text: Prepared,
  promise: CompiledPromise,
  all: readonly Evidence[],
  { clause, signed }: Evidence,
  { touch }: Heads,
  view: DimensionView,
): number {
  const input = touchInput(text, promise, all, clause, view);
  const odds = oddsOfHead(touch, input);
  if (signed.length === 0) return odds;
  return Math.max(odds, oddsOfHead(touch, { ...input, words: NO_WORDS }));
}

function weightOf(finding: Finding): number {
  if (finding.polarity === 0) return 0;
  return finding.polarity < 0 ? -1 : finding.polarity;
}

/** What the outcome head sees of the clauses that are about one promise. */
export function outcomeInput(
  text: Prepared,
  touched: readonly Evidence[],
  { rating, isNews }: Circumstances,
): HeadInput {
  const { reading, leanings } = text;
  const signed = touched.flatMap((evidence) => evidence.signed);
  const turned = touched.flatMap((evidence) => evidence.turned);
  const numbers = touched.flatMap((evidence) => evidence.numbers);
  const weights = signed.map(weightOf);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const best = touched[0] as Evidence;
  const clause = reading.clauses[best.clause] as Clause;
  const clauseLean = clamp(leanings.clauses[best.clause] ?? 0, 3) / 3;
  const meanLean =
    touched.reduce((total, { clause: at }) => total + clamp(leanings.clauses[at] ?? 0, 3), 0) /
    touched.length /
    3;
  const isUndecided = signed.length === 0 && numbers.length === 0;
  const has = (result: number) => (numbers.some((number) => number.result === result) ? 1 : 0);
  const was = (why: Finding['turned']) =>
    turned.some((finding) => finding.turned === why) ? 1 : 0;
  const dense = [
    1,
    weights.some((weight) => weight < 0) ? 1 : 0,
    weights.some((weight) => weight > 0) ? 1 : 0,
    weights.some((weight) => weight > 1) ? 1 : 0,
    clamp(sum, 3) / 3,
    has(-1),
    has(1),
    has(2),
    clauseLean,
    meanLean,
    isUndecided ? clauseLean : 0,
    isUndecided ? meanLean : 0,
    was('asked'),
    was('supposed'),
    was('claimed'),
    isUndecided ? 1 : 0,
    clause.isQuestion ? 1 : 0,
    rating === null ? 0 : (rating - 3) / 2,
    rating === null ? 0 : 1,
    isNews ? 1 : 0,
    clause.to - clause.from < 5 ? 1 : 0,
    signed.some(({ turned: why }) => why === 'negated') ? 1 : 0,
    Math.abs(clauseLean),
  ];
  return {
    words: clauseWords(text, best.clause),
    topics: OUTCOME_TOPIC,
    dense: dense.map(Math.fround),
  };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

function conclude(
  text: Prepared,
  promise: CompiledPromise,
  touches: readonly Touch[],
  heads: Heads,
  circumstances: Circumstances,
): Verdict {
  const touched = touches.map(({ evidence }) => evidence);
  const scores = scoreHead(heads.outcome, outcomeInput(text, touched, circumstances));
  const top = Math.max(...scores);
  const outcome = settle(OUTCOMES[scores.indexOf(top)] as Outcome, touched);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  const best = quoted(touched, outcome);
  const clause = text.reading.clauses[best.clause] as Clause;
  return {
    promise: promise.id,
    promiseVersion: promise.version,
    outcome,
    confidence: Math.round(1000 / total) / 1000,
    quote: text.reading.tokens.text.slice(clause.start, clause.end),
    start: clause.start,
    end: clause.end,
    reasons: reasonsOf(promise, touched),
  };
}

/**
 * More than was promised is concluded from explicit cues only: strength of praise does not tell.
 *
 * A cue such as "earlier than promised" also decides against words that sound negative.
 */
function settle(outcome: Outcome, touched: readonly Evidence[]): Outcome {
  const signs = touched.flatMap(({ signed }) => signed.map(({ polarity }) => polarity));
  const results = touched.flatMap(({ numbers }) => numbers.map(({ result }) => result));
  // Only asked, supposed or repeated from an advert: nothing was experienced.
  const isOnlyTalk = touched.every(({ turned }) => turned.length > 0);
  if (signs.length + results.length === 0 && isOnlyTalk) return 'unclear';
  const fails = signs.some((sign) => sign < 0) || results.some((result) => result < 0);
  const isTooLong = results.length > 0 && results.every((result) => result < 0);
  if (isTooLong && !signs.some((sign) => sign > 0)) return 'broken';
  const isFarBetter = results.length > 0 && results.every((result) => result === 2);
  if (!fails && (isFarBetter || signs.some((sign) => sign === 2))) return 'exceeded';
  if (outcome !== 'exceeded') return outcome;
  const isExplicit = signs.some((sign) => sign === 2) || results.some((result) => result === 2);
  return isExplicit ? outcome : 'kept';
}

/** The surest clause whose cues agree with the outcome, else the surest. */
function quoted(touched: readonly Evidence[], outcome: Outcome): Evidence {
  const sign = outcome === 'broken' ? -1 : outcome === 'unclear' ? 0 : 1;
  const agrees = ({ signed, numbers }: Evidence) =>
    signed.some((finding) => Math.sign(finding.polarity) === sign) ||
    numbers.some(({ result }) => Math.sign(result) === sign);
  const first = touched[0] as Evidence;
  return agrees(first) ? first : (touched.find(agrees) ?? first);
}

function reasonsOf(promise: CompiledPromise, touched: readonly Evidence[]): string[] {
  const reasons = touched.flatMap(({ signed, turned, numbers, keywords, named, stems }) => [
    ...numbers.map((number) => `numeric: "${number.text}" against ${promise.limit} s`),
    ...signed.map(nameOf),
    ...turned.map(nameOf),
    ...(keywords > 0 ? ['keyword'] : []),
    ...named.map(nameOf),
    ...(stems > 0 ? ['words of the promise'] : []),
  ]);
  const found = [...new Set(reasons)].slice(0, 6);
  return found.length > 0 ? found : ['words like those of earlier mentions'];
}

function nameOf({ match, turned }: Finding): string {
  const name = match.cue.id.slice(0, 80);
  return turned === null ? name : `${name} (${turned})`;
}

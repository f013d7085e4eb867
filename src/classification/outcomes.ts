import { Outcome } from './classification.ts';
import type { Clause } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import { clauseConcepts, clauseWords, type Evidence, type Prepared } from './evidence.ts';
import { type Finding, isOpenQuestion } from './findings.ts';
import { hashOf } from './hash.ts';
import { type Head, type HeadInput, type Heads, scoreHead } from './heads.ts';
import { isNamedOnly, type Touch } from './touches.ts';
import { scoreTrees } from './trees.ts';

/** Order of the classes of the outcome head. */
export const OUTCOMES = Outcome.options;

/** Circumstances of a mention beside its words. */
export interface Circumstances {
  /** 1–5, null where there is none. */
  readonly rating: number | null;
  readonly isNews: boolean;
}

const OUTCOME_TOPIC = [hashOf('outcome')];

function weightOf(finding: Finding): number {
  if (finding.polarity === 0) return 0;
  return finding.polarity < 0 ? -1 : finding.polarity;
}

/** Concepts of the surest clause, each beside the topics of the promise. */
function outcomePairs(
  text: Prepared,
  promise: CompiledPromise,
  touched: readonly Evidence[],
): Int32Array {
  const best = touched[0] as Evidence;
  const concepts = clauseConcepts(text, best.clause);
  const { hashes } = text.conceptSet;
  return Int32Array.from(
    concepts.flatMap((concept) => [
      hashes[concept] as number,
      ...[...promise.dimensions].map(
        (dimension) => (hashes[concept] as number) ^ hashOf(dimension),
      ),
    ]),
  );
}

/** What the outcome head sees of the clauses that are about one promise. */
export function outcomeInput(
  text: Prepared,
  promise: CompiledPromise,
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
    clamp(leanings.whole, 4) / 4,
    isUndecided ? clamp(leanings.whole, 4) / 4 : 0,
    clamp(sentenceLean(text, best.clause), 4) / 4,
    Math.sign(text.reading.annotation.contrasts.length),
  ];
  return {
    words: clauseWords(text, best.clause),
    topics: OUTCOME_TOPIC,
    pairs: outcomePairs(text, promise, touched),
    dense: dense.map(Math.fround),
  };
}

/** How positive the sentence of a clause is: the sum of its clauses. */
function sentenceLean({ reading, leanings }: Prepared, at: number): number {
  const { sentence } = reading.clauses[at] as Clause;
  let sum = 0;
  for (const [index, clause] of reading.clauses.entries())
    if (clause.sentence === sentence) sum += leanings.clauses[index] ?? 0;
  return sum;
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

/** Length of the rows that the trees see. */
export const OUTCOME_WIDTH = 52;

/** Promises that something will not happen: "no hidden fees". */
const DENIES = /\b(?:no|not|never|without|zero|none|free|nothing)\b/i;

/**
 * What the trees see of how one promise fared. Only the clauses that are about it count, so that one about
 * something else does not change the verdict.
 *
 * @param scores of the outcome head for `input`
 * @param settled what cues, numbers and that head conclude
 */
function outcomeRow(
  text: Prepared,
  promise: CompiledPromise,
  touches: readonly Touch[],
  { dense }: HeadInput,
  scores: Float32Array,
  settled: Outcome,
): Float32Array {
  const { reading, leanings, findings } = text;
  const best = touches[0] as Touch;
  const { clause: at, signed, turned, named, stems } = best.evidence;
  const { from, to } = reading.clauses[at] as Clause;
  const leans = touches.map(({ evidence }) => leanings.clauses[evidence.clause] ?? 0);
  const elsewhere = findings.filter(
    ({ clause, match }) => clause === at && !promise.topics.has(match.cue.topic),
  );
  const has = (type: string) =>
    reading.quantities.filter((one) => one.type === type && one.from >= from && one.from < to)
      .length;
  const row = new Float32Array(OUTCOME_WIDTH);
  row.set(dense);
  row.set(
    [
      ...scores,
      OUTCOMES.indexOf(settled),
      touches.length,
      best.odds,
      touches[1]?.odds ?? NO_ODDS,
      Math.max(...leans),
      Math.min(...leans),
      leans[0] ?? 0,
      ...wordsOf(text, from, to),
      elsewhere.reduce((sum, { polarity }) => sum + Math.sign(polarity), 0),
      to - from,
      Number(DENIES.test(promise.text)),
      promise.topics.size,
      signed.length,
      turned.length,
      named.length,
      stems,
      has('duration'),
      has('money'),
    ],
    dense.length,
  );
  return row;
}

/** Stands for a second clause where there is none. */
const NO_ODDS = -8;

/** Valences above and below 0, and opinion words for and against, in tokens `from` to `to` (exclusive). */
function wordsOf({ reading }: Prepared, from: number, to: number): number[] {
  const { valences, opinions, negated } = reading.annotation;
  const sums = [0, 0, 0, 0] as [number, number, number, number];
  for (let at = from; at < to; at += 1) {
    const valence = valences[at] as number;
    if (valence > 0) sums[0] += valence;
    else sums[1] -= valence;
    const opinion = opinions[at] as number;
    if (opinion === 0) continue;
    if (opinion > 0 === (negated[at] !== 1)) sums[2] += 1;
    else sums[3] += 1;
  }
  return sums;
}

/** What the trees see, and what was concluded without them. */
export function outcomeEvidence(
  text: Prepared,
  promise: CompiledPromise,
  touches: readonly Touch[],
  head: Head,
  circumstances: Circumstances,
): { readonly row: Float32Array; readonly settled: Settled } {
  const touched = touches.map(({ evidence }) => evidence);
  const input = outcomeInput(text, promise, touched, circumstances);
  const scores = scoreHead(head, input);
  const settled = settle(text, likeliest(scores), touched);
  return { row: outcomeRow(text, promise, touches, input, scores, settled.outcome), settled };
}

/** Of the outcomes that numbers and explicit words decide about so many are right on the training mentions. */
const SURE = 0.8;

/** How a promise fared, and how surely that is known, 0–1. */
export function decideOutcome(
  text: Prepared,
  promise: CompiledPromise,
  touches: readonly Touch[],
  heads: Pick<Heads, 'outcome' | 'decided' | 'decidedParts'>,
  circumstances: Circumstances,
): { readonly outcome: Outcome; readonly confidence: number } {
  const { row, settled } = outcomeEvidence(text, promise, touches, heads.outcome, circumstances);
  const decided = isNamedOnly(promise) ? heads.decidedParts : heads.decided;
  const odds = decided.map((trees) => scoreTrees(trees, row));
  const touched = touches.map(({ evidence }) => evidence);
  const outcome = settled.isSure
    ? settled.outcome
    : experienced(explicit(likeliest(odds), touched), touched);
  const shares = odds.map((one) => 1 / (1 + Math.exp(-one)));
  const sum = shares.reduce((total, share) => total + share, 0);
  const own = (shares[OUTCOMES.indexOf(outcome)] as number) / sum;
  const confidence = settled.isSure ? Math.max(own, SURE) : own;
  return { outcome, confidence: Math.round(1000 * confidence) / 1000 };
}

function likeliest(scores: ArrayLike<number>): Outcome {
  let best = 0;
  for (let at = 1; at < scores.length; at += 1)
    if ((scores[at] as number) > (scores[best] as number)) best = at;
  return OUTCOMES[best] as Outcome;
}

/** What was concluded without the trees, and whether they may say otherwise. */
interface Settled {
  readonly outcome: Outcome;
  readonly isSure: boolean;
}

/**
 * What cues and numbers say; where they are silent, the head and the sentiment.
 *
 * A number beside the limit, or a cue such as "earlier than promised", decides against words that sound
 * otherwise; so does the sentiment of an operator's own words, which no head has met.
 */
function settle(text: Prepared, outcome: Outcome, touched: readonly Evidence[]): Settled {
  const { signs, results } = signsOf(touched);
  if (signs.length + results.length === 0) return bySilence(text, outcome, touched);
  const fails = signs.some((sign) => sign < 0) || results.some((result) => result < 0);
  const isTooLong = results.length > 0 && results.every((result) => result < 0);
  if (isTooLong && !signs.some((sign) => sign > 0)) return { outcome: 'broken', isSure: true };
  const isFarBetter = results.length > 0 && results.every((result) => result === 2);
  if (!fails && (isFarBetter || signs.some((sign) => sign === 2)))
    return { outcome: 'exceeded', isSure: true };
  const said = outrightOutcome(text, touched);
  return { outcome: said ?? explicit(outcome, touched), isSure: said !== undefined };
}

function signsOf(touched: readonly Evidence[]) {
  return {
    signs: touched.flatMap(({ signed }) => signed.map(({ polarity }) => polarity)),
    results: touched.flatMap(({ numbers }) => numbers.map(({ result }) => result)),
  };
}

/** More than was promised is concluded from explicit cues only: strength of praise does not tell. */
function explicit(outcome: Outcome, touched: readonly Evidence[]): Outcome {
  if (outcome !== 'exceeded') return outcome;
  const { signs, results } = signsOf(touched);
  return signs.includes(2) || results.includes(2) ? outcome : 'kept';
}

/** What is only supposed was not kept: "I hope there are no hidden fees". It may be a complaint. */
function experienced(outcome: Outcome, touched: readonly Evidence[]): Outcome {
  if (outcome !== 'kept') return outcome;
  const { signs, results } = signsOf(touched);
  const isOnlySupposed = touched.every(({ turned }) =>
    turned.some((finding) => finding.turned === 'supposed'),
  );
  return signs.length + results.length === 0 && isOnlySupposed ? 'unclear' : outcome;
}

/** Topic of phrases such as "just as promised" and "a lie". */
const OUTRIGHT = 'outright';

/** Most words of a clause that says it of the one before: ", and so it was". */
const SHORT_REMARK = 7;

/** Where the clauses about a promise, or a short remark after one, say outright how it went. */
export function saidOutright(
  { reading, findings }: Prepared,
  touched: readonly Evidence[],
): Finding[] {
  const { clauses } = reading;
  const own = new Set(touched.map(({ clause }) => clause));
  const isRemark = (at: number) => {
    const { from, to, sentence } = clauses[at] as Clause;
    return own.has(at - 1) && to - from <= SHORT_REMARK && clauses[at - 1]?.sentence === sentence;
  };
  return findings.filter(
    ({ match, polarity, clause }) =>
      polarity !== 0 && match.cue.topic === OUTRIGHT && (own.has(clause) || isRemark(clause)),
  );
}

/** The outcome that is said outright; none where both are. */
function outrightOutcome(text: Prepared, touched: readonly Evidence[]): Outcome | undefined {
  const signs = saidOutright(text, touched).map(({ polarity }) => polarity);
  const isGood = signs.some((sign) => sign > 0);
  if (signs.length === 0 || (isGood && signs.some((sign) => sign < 0))) return undefined;
  if (signs.includes(2)) return 'exceeded';
  return isGood ? 'kept' : 'broken';
}

function bySilence(text: Prepared, outcome: Outcome, touched: readonly Evidence[]): Settled {
  const said = outrightOutcome(text, touched);
  if (said !== undefined) return { outcome: said, isSure: true };
  // Only asked, supposed or repeated from an advert: nothing was experienced.
  const isOnlyTalk = touched.every(({ turned }) => turned.length > 0);
  const isClaim = isOnlyTalk && touched.every(({ turned }) => turned.every(isClaimed));
  if (isOnlyTalk || onlyAsks(text, touched)) return { outcome: 'unclear', isSure: isClaim };
  const isOwnWord = (touched[0] as Evidence).keywords > 0;
  return { outcome: byLeaning(text, outcome, touched), isSure: isOwnWord };
}

function isClaimed({ turned }: Finding): boolean {
  return turned === 'claimed';
}

function onlyAsks({ reading }: Prepared, touched: readonly Evidence[]): boolean {
  return touched.every(({ clause }) => isOpenQuestion(reading, reading.clauses[clause] as Clause));
}

/** Log-odds from which the sentiment of the surest clause is clear. */
const CLEAR_LEANING = 3;
/** The same in a clause with a keyword. */
const OWN_LEANING = 0.5;

/** Where neither cue nor number decides, a clear sentiment of the surest clause is not contradicted. */
function byLeaning(
  { leanings }: Prepared,
  outcome: Outcome,
  touched: readonly Evidence[],
): Outcome {
  const best = touched[0] as Evidence;
  const lean = leanings.clauses[best.clause] ?? 0;
  // An operator's own words say nothing of how it went, and no head has met them.
  const clear = best.keywords > 0 ? OWN_LEANING : CLEAR_LEANING;
  if (outcome === 'broken' && lean > clear) return 'kept';
  if (outcome === 'kept' && lean < -clear) return 'broken';
  return outcome === 'exceeded' ? 'kept' : outcome;
}

import { Outcome, type Verdict } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type CompiledPromise, holdsOn } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import { clauseConcepts, clauseWords, type Evidence, type Prepared } from './evidence.ts';
import { type Finding, isOpenQuestion } from './findings.ts';
import { hashOf } from './hash.ts';
import { type HeadInput, type Heads, scoreHead } from './heads.ts';
import { EXCLUDED, type PromiseView, touchRow, viewPromises } from './touches.ts';
import { scoreTrees } from './trees.ts';

/** Order of the classes of the outcome head. */
export const OUTCOMES = Outcome.options;

/** Circumstances of a mention beside its words. */
export interface Circumstances {
  /** 1–5, null where there is none. */
  readonly rating: number | null;
  readonly isNews: boolean;
}

/** Log-odds from which a text counts as touching a promise: best F1 on unseen registers. */
const TOUCHED = -0.5;
/** The same where a cue of two words or more says how it went. */
const TOUCHED_BY_CUE = -1;
/** Log-odds from which a clause beside the surest counts as being about the promise, too. */
const ALSO = -0.5;

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
  const held = promises.filter((promise) => holdsOn(promise, day));
  const views = viewPromises(text, held, heads.touch, view);
  return views.flatMap((own) => {
    const touches = touchesOf(text, views, own, heads, view);
    return touches.length === 0 ? [] : [conclude(text, own.promise, touches, heads, circumstances)];
  });
}

/** Clauses that are about a promise, surest first; none where the text does not touch it. */
function touchesOf(
  text: Prepared,
  views: readonly PromiseView[],
  own: PromiseView,
  heads: Heads,
  view: DimensionView,
): Touch[] {
  const { promise, all, odds } = own;
  const ranked = all
    .map((evidence, at) => ({ evidence, odds: odds[at] as number }))
    .filter((touch) => touch.odds > EXCLUDED)
    .sort((a, b) => b.odds - a.odds);
  const alone = ranked.filter(({ evidence }) => speaksAlone(promise, evidence));
  if (promise.isPlain && promise.keywords.length === 0) return alone;
  const needed = ranked.some(({ evidence }) => isExplicit(evidence)) ? TOUCHED_BY_CUE : TOUCHED;
  const isTouched =
    ranked.length > 0 &&
    scoreTrees(heads.touched, touchRow(text, views, own, view, heads.rarity)) > needed;
  if (!isTouched) return alone;
  return ranked.filter((touch, rank) => rank === 0 || touch.odds > ALSO || alone.includes(touch));
}

function isExplicit({ signed }: Evidence): boolean {
  return signed.some(({ match }) => match.to - match.from > 1);
}

/** A keyword always touches its promise, and the name of a part the promise that the part is good. */
function speaksAlone({ isPlain }: CompiledPromise, evidence: Evidence): boolean {
  const { signed, turned, named, keywords } = evidence;
  return keywords > 0 || (isPlain && signed.length + turned.length + named.length > 0);
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

function conclude(
  text: Prepared,
  promise: CompiledPromise,
  touches: readonly Touch[],
  heads: Heads,
  circumstances: Circumstances,
): Verdict {
  const touched = touches.map(({ evidence }) => evidence);
  const scores = scoreHead(heads.outcome, outcomeInput(text, promise, touched, circumstances));
  const top = Math.max(...scores);
  const outcome = settle(text, OUTCOMES[scores.indexOf(top)] as Outcome, touched);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  const best = quoted(touched, outcome);
  const clause = shownAround(text, best.clause);
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
function settle(text: Prepared, outcome: Outcome, touched: readonly Evidence[]): Outcome {
  const signs = touched.flatMap(({ signed }) => signed.map(({ polarity }) => polarity));
  const results = touched.flatMap(({ numbers }) => numbers.map(({ result }) => result));
  // Only asked, supposed or repeated from an advert: nothing was experienced.
  const isOnlyTalk = touched.every(({ turned }) => turned.length > 0);
  if (signs.length + results.length === 0)
    return isOnlyTalk || onlyAsks(text, touched) ? 'unclear' : byLeaning(text, outcome, touched);
  const fails = signs.some((sign) => sign < 0) || results.some((result) => result < 0);
  const isTooLong = results.length > 0 && results.every((result) => result < 0);
  if (isTooLong && !signs.some((sign) => sign > 0)) return 'broken';
  const isFarBetter = results.length > 0 && results.every((result) => result === 2);
  if (!fails && (isFarBetter || signs.some((sign) => sign === 2))) return 'exceeded';
  if (outcome !== 'exceeded') return outcome;
  const isExplicit = signs.some((sign) => sign === 2) || results.some((result) => result === 2);
  return isExplicit ? outcome : 'kept';
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

/** The surest clause whose cues agree with the outcome, else the surest. */
function quoted(touched: readonly Evidence[], outcome: Outcome): Evidence {
  const sign = outcome === 'broken' ? -1 : outcome === 'unclear' ? 0 : 1;
  const agrees = ({ signed, numbers }: Evidence) =>
    signed.some((finding) => Math.sign(finding.polarity) === sign) ||
    numbers.some(({ result }) => Math.sign(result) === sign);
  const first = touched[0] as Evidence;
  return agrees(first) ? first : (touched.find(agrees) ?? first);
}

/** A clause of fewer words than this says nothing to a reader without its sentence. */
const FEW_WORDS = 6;
/** A longer sentence is not shown whole. */
const LONG_SENTENCE = 40;

/** The part of the text that shows a verdict. */
function shownAround({ reading }: Prepared, at: number): { start: number; end: number } {
  const clause = reading.clauses[at] as Clause;
  if (clause.to - clause.from >= FEW_WORDS) return clause;
  const inSentence = reading.clauses.filter(({ sentence }) => sentence === clause.sentence);
  const first = inSentence[0] as Clause;
  const last = inSentence.at(-1) as Clause;
  return last.to - first.from > LONG_SENTENCE ? clause : { start: first.start, end: last.end };
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

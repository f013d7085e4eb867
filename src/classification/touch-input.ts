import { DIMENSIONS } from '../brands/brand.ts';
import type { Clause } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import { ANY_WAIT, clauseConcepts, clauseWords, type Evidence, type Prepared } from './evidence.ts';
import type { Finding, Reading } from './findings.ts';
import { hashOf } from './hash.ts';
import type { HeadInput } from './heads.ts';

function squash(value: number): number {
  return value / (1 + value);
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}

/** What the clause itself holds about the promise. */
function ownFeatures(evidence: Evidence, promise: CompiledPromise): number[] {
  const { signed, turned, named, stems, keywords, numbers } = evidence;
  const longest = [...signed, ...turned].reduce(
    (most, { match }) => Math.max(most, match.to - match.from),
    0,
  );
  const cueCount = signed.length + turned.length + named.length;
  return [
    flag(signed.length > 0),
    squash(signed.length),
    flag(turned.length > 0),
    flag(named.length > 0),
    flag(named.length > 0 && stems > 0),
    flag(stems === 1),
    flag(stems > 1),
    flag(keywords > 0),
    flag(numbers.length > 0),
    flag(numbers.length > 0 && cueCount > 0),
    flag(longest >= 2),
    flag(longest >= 3),
    flag(promise.topics.size === 1 && signed.length > 0),
  ];
}

/** What the other clauses hold about the promise. */
function neighbourFeatures(
  evidence: Evidence,
  all: readonly Evidence[],
  { clauses }: Reading,
): number[] {
  const sentenceOf = ({ clause }: Evidence) => (clauses[clause] as Clause).sentence;
  const others = all.filter((other) => other !== evidence);
  const inSentence = others.filter((other) => sentenceOf(other) === sentenceOf(evidence));
  return [
    flag(inSentence.some(({ signed }) => signed.length > 0)),
    flag(others.some(({ signed }) => signed.length > 0)),
    flag(all.some(({ named, stems }) => named.length > 0 || stems > 0)),
  ];
}

/** What the clause holds about other things. */
function otherFeatures(
  { findings }: Prepared,
  promise: CompiledPromise,
  { clause, signed }: Evidence,
): number[] {
  const here = findings.filter((finding) => finding.clause === clause);
  const others = here.filter(
    ({ polarity, match }) =>
      polarity !== 0 && match.cue.about.dimension !== null && !promise.topics.has(match.cue.topic),
  );
  const isNear = ({ match }: Finding) => {
    const { dimension } = match.cue.about;
    return dimension !== null && promise.dimensions.includes(dimension);
  };
  return [
    flag(promise.limit !== null && here.some(({ match }) => match.cue.topic === ANY_WAIT)),
    squash(others.length),
    flag(signed.length === 0 && others.some(isNear)),
  ];
}

const headTopicsByPromise = new WeakMap<CompiledPromise, readonly number[]>();

function headTopics(promise: CompiledPromise): readonly number[] {
  const known = headTopicsByPromise.get(promise);
  if (known !== undefined) return known;
  const topics = [...promise.topics, ...promise.dimensions].map((topic) => hashOf(topic));
  headTopicsByPromise.set(promise, topics);
  return topics;
}

/**
 * How much this clause and the surest one are about the dimensions of the promise, and this one about others.
 * Never the text as a whole: a clause about something else must not change the verdict.
 */
function dimensionScores(
  { dimensions }: CompiledPromise,
  view: DimensionView,
  at: number,
): number[] {
  if (dimensions.length === 0) return [0, 0, 0, 0];
  const own = new Set(dimensions.map((dimension) => DIMENSIONS.indexOf(dimension)));
  let here = LEAST_ODDS;
  let surest = LEAST_ODDS;
  let other = LEAST_ODDS;
  for (const [index, odds] of view.clause(at).entries()) {
    if (!own.has(index)) other = Math.max(other, odds);
    else {
      here = Math.max(here, odds);
      surest = Math.max(surest, view.clause(view.surest(index))[index] as number);
    }
  }
  return [bound(here), bound(surest), bound(here - other), flag(here > 0)];
}

const LEAST_ODDS = -6;

/** Log-odds as a feature of −1 to 1. */
function bound(odds: number): number {
  return Math.max(-1, Math.min(1, odds / 4));
}

const pairTopicsByPromise = new WeakMap<CompiledPromise, readonly number[]>();

/** What the concepts of a clause stand beside. */
function pairTopics(text: Prepared, promise: CompiledPromise): readonly number[] {
  const known = pairTopicsByPromise.get(promise);
  if (known !== undefined) return known;
  const made = [
    ...promise.concepts.map((concept) => text.conceptSet.hashes[concept] as number),
    ...[...promise.topics, ...promise.dimensions].map((topic) => hashOf(topic)),
  ];
  pairTopicsByPromise.set(promise, made);
  return made;
}

const SHARED = hashOf('<shared>');

const pairsByPromise = new WeakMap<CompiledPromise, (readonly number[] | undefined)[]>();

/** One concept beside what the promise is about, and as shared if the promise has it, too. */
function pairsOf(text: Prepared, promise: CompiledPromise, concept: number): readonly number[] {
  const known = pairsByPromise.get(promise) ?? [];
  pairsByPromise.set(promise, known);
  const hash = text.conceptSet.hashes[concept] as number;
  known[concept] ??= [
    ...(promise.concepts.includes(concept) ? [hash ^ SHARED] : []),
    ...pairTopics(text, promise).map((other) => Math.imul(hash, 31) ^ other),
  ];
  return known[concept];
}

function touchPairs(text: Prepared, promise: CompiledPromise, at: number): Int32Array {
  const concepts = clauseConcepts(text, at);
  let count = 0;
  for (const concept of concepts) count += pairsOf(text, promise, concept).length;
  const pairs = new Int32Array(count);
  let to = 0;
  for (const concept of concepts) {
    const own = pairsOf(text, promise, concept);
    pairs.set(own, to);
    to += own.length;
  }
  return pairs;
}

/** How much of the promise the clause speaks of, by concepts and by words. */
function conceptFeatures(text: Prepared, promise: CompiledPromise, at: number): number[] {
  const count = (clause: number) =>
    clauseConcepts(text, clause).filter((concept) => promise.concepts.includes(concept)).length;
  const shared = count(at);
  const { from, to } = text.reading.clauses[at] as Clause;
  const words = new Set(text.stems.slice(from, to).filter((stem) => promise.words.has(stem))).size;
  const all = Math.max(promise.concepts.length, 1);
  const near = Math.max(
    at > 0 ? count(at - 1) : 0,
    at + 1 < text.reading.clauses.length ? count(at + 1) : 0,
  );
  return [
    flag(shared > 0),
    squash(shared),
    shared / all,
    squash(words),
    words / Math.max(promise.words.size, 1),
    flag(shared === 0 && near > 0),
    squash(near),
  ];
}

/** What the touch head sees of one clause and one promise. */
export function touchInput(
  text: Prepared,
  promise: CompiledPromise,
  all: readonly Evidence[],
  at: number,
  view: DimensionView,
): HeadInput {
  const evidence = all[at] as Evidence;
  const { reading } = text;
  const clause = reading.clauses[at] as Clause;
  const dense = [
    1,
    ...ownFeatures(evidence, promise),
    ...neighbourFeatures(evidence, all, reading),
    ...otherFeatures(text, promise, evidence),
    squash(Math.abs(text.leanings.clauses[at] ?? 0)),
    flag(clause.to - clause.from < 5),
    flag(clause.isQuestion),
    flag(promise.topics.size === 0),
    ...dimensionScores(promise, view, at),
    ...conceptFeatures(text, promise, at),
  ];
  return {
    words: clauseWords(text, at),
    topics: headTopics(promise),
    pairs: touchPairs(text, promise, at),
    dense: dense.map(Math.fround),
  };
}

import type { Dimension, OwnWords } from '../brands/brand.ts';
import { stemOf as conceptStem, conceptsIn, stemsOfTokens } from './concepts.ts';
import { type CueMatch, cueForm, matchMention, matchPromise } from './cue-matches.ts';
import type { CueSet } from './cues.ts';
import { compileWords, type DimensionWords } from './own-words.ts';
import { conflicts, judgeability, severalLimits } from './promise-findings.ts';
import { limitOf } from './promise-limits.ts';
import type { PromiseText } from './promises.ts';
import { findQuantities } from './quantities.ts';
import { tokenize, WORD } from './tokens.ts';

/** A promise in the form in which mentions are judged by it. */
export interface CompiledPromise {
  readonly id: string;
  readonly version: number;
  readonly text: string;
  readonly from: string | null;
  readonly until: string | null;
  /** Topics of the cue files that it is about. */
  readonly topics: ReadonlySet<string>;
  readonly dimensions: readonly Dimension[];
  /** Beginnings of the words that no other promise of the brand has. */
  readonly stems: readonly string[];
  /** What its words stand for, see `ConceptSet`. */
  readonly concepts: readonly number[];
  /** Stems of its words that say something, as texts are compared with them. */
  readonly words: ReadonlySet<string>;
  /** Promises no more than that a part of the experience is good: naming the part touches it. */
  readonly isPlain: boolean;
  /** Longest time it allows, in seconds. */
  readonly limit: number | null;
  readonly keywords: readonly (readonly string[])[];
  readonly antiKeywords: readonly (readonly string[])[];
}

/** Why a promise cannot be judged, or not alone, and what to write instead. */
export interface PromiseFinding {
  readonly promise: string;
  readonly kind: 'unjudgeable' | 'conflict';
  readonly problem: string;
  readonly suggestion: string;
}

/** The promises of one brand as mentions are judged by them, without the unjudgeable ones. */
export interface JudgeablePromises {
  readonly promises: readonly CompiledPromise[];
  readonly findings: readonly PromiseFinding[];
  /** The brand's own words by dimension. */
  readonly words: readonly DimensionWords[];
}

const FILLERS = new Set(
  'a about above across after again all also always am an and any are as at back be because been before being below between both but by can day did do does done each ever every everyone everything for from get give go good great had has have he help her here hers him his how i if in into is it its just keep let like made make many may me more most much must my never new no nor not of off on once one only open or other our ours out over own people per promise promised put right same say says see she should so some such take than that the their them then there these they thing things this those through time to too under until up upon us very want was way we well were what when where which while who whom why will with within without would you your yours guarantee guaranteed best better service customer customers experience quality world class excellence excellent first choice number leading passion passionate care about commitment committed satisfaction happy delight trusted innovative unique ultimate total'.split(
    ' ',
  ),
);

const SUFFIXES = /(?:ations?|ingly|ments?|ness|ings?|edly|ied|ies|ers?|ed|es|ly|s|e|y)$/;

function stemOf(word: string): string {
  const stem = word.replace(SUFFIXES, '');
  return stem.length >= 4 ? stem : word;
}

function tokensOf(text: string) {
  return tokenize(text, new Set());
}

function formsOf(text: string): string[] {
  const tokens = tokensOf(text);
  return tokens.words.map(cueForm).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

function stemsOf(text: string): string[] {
  const tokens = tokensOf(text);
  const stems = tokens.words
    .map(cueForm)
    .filter((word, at) => tokens.types[at] === WORD && word.length > 3 && !FILLERS.has(word))
    .map(stemOf);
  return [...new Set(stems)];
}

/** Topics whose cues name a part of the experience and say nothing about it. */
const NAMING = 'aspect-';

/** Praise that any part of the experience can have: it narrows a promise to nothing. */
const PRAISE = new Set(
  'affordable amazing attentive attractive beautiful charming comfortable convenient cosy courteous cozy decent delicious delightful enjoyable excellent fair fantastic fine fresh freshly friendly gorgeous helpful homemade inviting kind lovely low lowest memorable nice perfect pleasant polite professional quick reasonable reasonably relaxed relaxing sensible stylish superb tasty tasteful terrific warm welcoming wonderful yummy level money overall always truly cooked served'.split(
    ' ',
  ),
);

/** Whether a promise holds only names of parts, praise and fillers: "Friendly staff", "Fair prices". */
function isPlainPromise(text: string, matches: readonly CueMatch[]): boolean {
  const names = matches.filter(({ cue }) => cue.topic.startsWith(NAMING));
  if (names.length === 0) return false;
  const tokens = tokensOf(text);
  return tokens.words
    .map(cueForm)
    .every(
      (word, at) =>
        !/[\p{L}\p{N}]/u.test(word) ||
        FILLERS.has(word) ||
        PRAISE.has(word) ||
        names.some(({ from, to }) => at >= from && at < to),
    );
}

/** What is said about a part of the experience, beside its names. */
const TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  'aspect-food': ['food'],
  'aspect-service': ['kind', 'knowledge'],
  'aspect-ambience': ['sleep'],
  'aspect-room': ['room', 'sleep'],
  'aspect-price': ['value', 'fees'],
};

function plainTopics(matches: readonly CueMatch[]): Set<string> {
  const names = matches.map(({ cue }) => cue.topic).filter((topic) => topic.startsWith(NAMING));
  return new Set(names.flatMap((topic) => [topic, ...(TOLD_BY[topic] ?? [])]));
}

/** Topics of the phrases for promises; where there are none, of the phrases for mentions. */
function ordinaryTopics(
  promised: readonly CueMatch[],
  mentioned: readonly CueMatch[],
  cues: CueSet,
): Set<string> {
  const isOrdinary = ({ cue }: CueMatch) => !cue.topic.startsWith(NAMING);
  const named = topicsOf(promised.filter(isOrdinary), cues);
  return named.size > 0 ? named : topicsOf(mentioned.filter(isOrdinary), cues);
}

/** Topics of the matches; a phrase inside a longer one of another topic does not count. */
function topicsOf(matches: readonly CueMatch[], cues: CueSet): Set<string> {
  const ours = matches.filter((match) => cues.topics.get(match.cue.topic)?.dimension != null);
  const isInside = (one: CueMatch, other: CueMatch) =>
    one.from >= other.from && one.to <= other.to && one.to - one.from < other.to - other.from;
  const outer = ours.filter((match) => !ours.some((other) => isInside(match, other)));
  return new Set(outer.map((match) => match.cue.topic));
}

/**
 * Leaves a topic to the promise that is about nothing else: "delivered the next day" keeps the
 * delivery, "a delivery window of one hour" keeps the window.
 */
function shareTopics(promises: readonly CompiledPromise[]): CompiledPromise[] {
  const single = promises.filter(({ topics, isPlain }) => topics.size === 1 && !isPlain);
  return promises.map((promise) => {
    // Another version of the same promise takes nothing from it.
    const owned = new Set(
      single.filter(({ id }) => id !== promise.id).flatMap(({ topics }) => [...topics]),
    );
    const left = [...promise.topics].filter((topic) => !owned.has(topic));
    return promise.isPlain || promise.topics.size < 2 || left.length === 0
      ? promise
      : { ...promise, topics: new Set(left) };
  });
}

/** Leaves out stems that several promises of the register have in common. */
function ownStems(promises: readonly CompiledPromise[]): CompiledPromise[] {
  return promises.map((promise) => {
    const others = promises.filter(({ id }) => id !== promise.id);
    const isShared = (stem: string) => others.some(({ stems }) => stems.includes(stem));
    return { ...promise, stems: promise.stems.filter((stem) => !isShared(stem)) };
  });
}

/** Topics that fit almost any promise; they count where a promise has no other. */
const GENERAL_TOPICS = new Set(['product', 'wait', 'value']);

function withoutGeneral(topics: ReadonlySet<string>): ReadonlySet<string> {
  const special = [...topics].filter((topic) => !GENERAL_TOPICS.has(topic));
  return special.length > 0 ? new Set(special) : topics;
}

/** All topics of the dimensions that the operator confirmed. */
function confirmedTopics(
  found: ReadonlySet<string>,
  dimensions: readonly Dimension[] | undefined,
  cues: CueSet,
): ReadonlySet<string> {
  if (dimensions === undefined || dimensions.length === 0) return found;
  const inside = [...found].filter((id) => {
    const dimension = cues.topics.get(id)?.dimension;
    return dimension != null && dimensions.includes(dimension);
  });
  if (inside.length > 0) return new Set(inside);
  const all = [...cues.topics.values()].filter(
    ({ id, dimension }) =>
      dimension !== null && dimensions.includes(dimension) && !id.startsWith(NAMING),
  );
  return new Set(all.map((topic) => topic.id));
}

function compilePromise(promise: PromiseText, cues: CueSet): CompiledPromise {
  const tokens = tokensOf(promise.text);
  const quantities = findQuantities(tokens);
  const matches = matchPromise(cues, tokens, quantities);
  const isPlain = isPlainPromise(promise.text, matches);
  const found = isPlain
    ? plainTopics(matches)
    : ordinaryTopics(matches, matchMention(cues, tokens, quantities), cues);
  const topics = confirmedTopics(isPlain ? found : withoutGeneral(found), promise.dimensions, cues);
  const dimensions = [...topics].flatMap((id) => cues.topics.get(id)?.dimension ?? []);
  return {
    id: promise.id,
    version: promise.version ?? 1,
    text: promise.text,
    from: promise.from ?? null,
    until: promise.until ?? null,
    topics,
    isPlain,
    dimensions: [...new Set([...(promise.dimensions ?? []), ...dimensions])],
    stems: stemsOf(promise.text),
    concepts: conceptsIn(
      cues.concepts,
      stemsOfTokens(cues.concepts, tokens),
      0,
      tokens.words.length,
    ),
    words: new Set(
      tokens.words
        .filter((word, at) => tokens.types[at] === WORD && word.length > 2 && !FILLERS.has(word))
        .map(conceptStem),
    ),
    limit: limitOf(promise.text, tokens, quantities),
    keywords: (promise.keywords ?? []).map(formsOf),
    antiKeywords: (promise.antiKeywords ?? []).map(formsOf),
  };
}

/**
 * Reads topics, limits and stems from the words of each promise.
 *
 * Problems come back as findings, never as an error: an unjudgeable promise simply gets no verdict.
 */
export function compilePromises(
  promises: readonly PromiseText[],
  cues: CueSet,
  words: OwnWords = {},
): JudgeablePromises {
  const ownWords = compileWords(words, formsOf);
  const compiled = promises.map((promise) => compilePromise(promise, cues));
  const unjudgeable = compiled.flatMap((promise) => judgeability(promise) ?? []);
  const silent = new Set(unjudgeable.map((finding) => finding.promise));
  const judgeable = compiled.filter((promise) => !silent.has(promise.id));
  return {
    promises: ownStems(shareTopics(judgeable)).map((promise) => withWords(promise, ownWords)),
    findings: [...unjudgeable, ...promises.flatMap(severalLimits), ...conflicts(compiled, cues)],
    words: ownWords,
  };
}

/** A promise is also about the brand's own words for its dimensions. */
function withWords(promise: CompiledPromise, words: readonly DimensionWords[]): CompiledPromise {
  const own = words.filter(({ dimension }) => promise.dimensions.includes(dimension));
  return own.length === 0
    ? promise
    : {
        ...promise,
        keywords: [...promise.keywords, ...own.flatMap(({ keywords }) => keywords)],
        antiKeywords: [...promise.antiKeywords, ...own.flatMap(({ antiKeywords }) => antiKeywords)],
      };
}

/** Whether a promise holds on a day, `YYYY-MM-DD`. */
export function holdsOn(promise: Pick<CompiledPromise, 'from' | 'until'>, day: string): boolean {
  return (
    (promise.from === null || promise.from <= day) &&
    (promise.until === null || promise.until >= day)
  );
}

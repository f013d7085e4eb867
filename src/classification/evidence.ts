import { DIMENSIONS } from '../brands/brand.ts';
import type { Clause } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import type { Finding, Reading } from './findings.ts';
import { hashOf } from './hash.ts';
import { type HeadInput, wordFeatures } from './heads.ts';
import type { Quantity } from './quantities.ts';
import { MARK } from './tokens.ts';

/** How positive each clause is: log-odds of positive against negative. */
export interface Leanings {
  readonly clauses: readonly number[];
}

/** What a text has been read to contain, prepared for all promises at once. */
export interface Prepared {
  readonly reading: Reading;
  readonly findings: readonly Finding[];
  readonly leanings: Leanings;
  /** See `hashTokens`. */
  readonly hashes: Int32Array;
  /** See `initialsOfForms`. */
  readonly initials: Uint16Array;
  /** See `clauseWords`. */
  readonly words: (Int32Array | undefined)[];
}

/** Word features of a clause; several promises and dimensions ask for the same. */
export function clauseWords({ words, hashes, reading }: Prepared, at: number): Int32Array {
  const { from, to } = reading.clauses[at] as Clause;
  words[at] ??= wordFeatures(hashes, from, to);
  return words[at];
}

/** Clause of a token that speaks about this brand, else −1. */
function clauseAt({ reading }: Prepared, at: number): number {
  const clause = reading.clauseOf[at] as number;
  const from = clause < 0 ? -1 : (reading.moods.compare[clause] as number);
  return from >= 0 && at >= from ? -1 : clause;
}

/** Everything in one clause that speaks about one promise. */
export interface Evidence {
  readonly clause: number;
  /** Cues that say how it went; negated ones count as turned. */
  readonly signed: readonly Finding[];
  /** Cues that are only asked, supposed or claimed. */
  readonly turned: readonly Finding[];
  /** Cues that only name the topic. */
  readonly named: readonly Finding[];
  /** Distinct words of the promise. */
  readonly stems: number;
  readonly keywords: number;
  /** Times that can be compared with the limit of the promise: 1 kept, −1 broken, 2 far better. */
  readonly numbers: readonly Comparison[];
}

export interface Comparison {
  readonly result: -1 | 1 | 2;
  readonly text: string;
}

/** Topics whose cues speak about some wait without saying which. */
const ANY_WAIT = 'wait';

/** Whether anything in the text can speak about the promise; most promises are not touched at all. */
export function isHinted(text: Prepared, promise: CompiledPromise): boolean {
  if (text.findings.some(({ match }) => promise.topics.has(match.cue.topic))) return true;
  if (promise.limit !== null && text.reading.quantities.length > 0) return true;
  const initials = initialsOf(promise);
  if (text.initials.some((initial) => initials[initial] === 1)) return true;
  return promise.keywords.some((phrase) => text.reading.forms.includes(phrase[0] as string));
}

/** Pairs of letters that words begin with, as numbers; 0 for all pairs that are not of a–z. */
const INITIALS = 27 * 27;

function initialOf(word: string): number {
  const first = word.charCodeAt(0) - 96;
  const second = word.charCodeAt(1) - 96;
  const isPlain = first > 0 && first < 27 && second > 0 && second < 27;
  return isPlain ? first * 27 + second : 0;
}

const initialsByPromise = new WeakMap<CompiledPromise, Uint8Array>();

/** 1 for the pairs of letters that the stems of a promise begin with. */
function initialsOf(promise: CompiledPromise): Uint8Array {
  const known = initialsByPromise.get(promise);
  if (known !== undefined) return known;
  const initials = new Uint8Array(INITIALS);
  for (const stem of promise.stems) initials[initialOf(stem)] = 1;
  initialsByPromise.set(promise, initials);
  return initials;
}

/** Evidence per clause, one entry for each clause of the text. */
export function gatherEvidence(text: Prepared, promise: CompiledPromise): Evidence[] {
  const { reading } = text;
  const drafts = reading.clauses.map((_, clause) => ({
    clause,
    signed: [] as Finding[],
    turned: [] as Finding[],
    named: [] as Finding[],
    stems: 0,
    keywords: 0,
    numbers: [] as Comparison[],
  }));
  sortFindings(text, promise, drafts);
  countStems(text, promise, drafts);
  for (const clause of phraseClauses(text, promise.keywords)) {
    const draft = drafts[clause];
    if (draft !== undefined) draft.keywords += 1;
  }
  for (const quantity of reading.quantities) {
    const comparison = compareWithLimit(text, quantity, promise);
    const clause = clauseAt(text, quantity.from);
    if (comparison === undefined || clause < 0) continue;
    if (isAboutPromise(text, promise, drafts, clause)) drafts[clause]?.numbers.push(comparison);
  }
  return drafts;
}

interface Draft {
  readonly signed: Finding[];
  readonly turned: Finding[];
  readonly named: Finding[];
}

function sortFindings(text: Prepared, promise: CompiledPromise, drafts: readonly Draft[]): void {
  for (const finding of text.findings) {
    if (!promise.topics.has(finding.match.cue.topic)) continue;
    const draft = drafts[finding.clause] as Draft;
    if (finding.polarity !== 0) draft.signed.push(patient(text, finding, promise));
    else if (finding.turned !== null) draft.turned.push(finding);
    else draft.named.push(finding);
  }
}

/** A time belongs to the cue beside it: "check-in took 45 minutes" says nothing about the phone. */
function isAboutPromise(
  { reading, findings }: Prepared,
  promise: CompiledPromise,
  drafts: readonly Evidence[],
  clause: number,
): boolean {
  const { sentence } = reading.clauses[clause] as Clause;
  const isHere = (at: number) => (reading.clauses[at] as Clause).sentence === sentence;
  const own = drafts.some(
    (draft) =>
      isHere(draft.clause) &&
      draft.signed.length + draft.turned.length + draft.named.length + draft.keywords > 0,
  );
  if (own) return true;
  return !findings.some(
    ({ match, clause: at }) =>
      isHere(at) &&
      match.cue.topic !== ANY_WAIT &&
      match.cue.about.dimension !== null &&
      !promise.topics.has(match.cue.topic),
  );
}

/** Words between a cue and the time that belongs to it: "answered my call after about …". */
const AFTER_CUE = 2;

/** "answered in 3 weeks" is no praise, though "answered in" is. */
function patient(text: Prepared, finding: Finding, promise: CompiledPromise): Finding {
  if (finding.polarity !== 1) return finding;
  const patience = promise.limit ?? finding.match.cue.about.patience;
  if (patience === null) return finding;
  const isSlow = text.reading.quantities.some(
    (quantity) =>
      quantity.type === 'duration' &&
      quantity.from >= finding.match.from &&
      quantity.from <= finding.match.to + AFTER_CUE &&
      quantity.amount > patience,
  );
  return isSlow ? { ...finding, polarity: -1 } : finding;
}

function countStems(text: Prepared, promise: CompiledPromise, drafts: { stems: number }[]): void {
  const { reading, initials } = text;
  const { forms } = reading;
  const wanted = initialsOf(promise);
  const seen = new Set<string>();
  for (let at = 0; at < forms.length; at += 1) {
    const form = forms[at] as string;
    if (
      wanted[initials[at] as number] === 0 ||
      form.length < 4 ||
      reading.tokens.types[at] === MARK
    )
      continue;
    const stem = promise.stems.find((candidate) => form.startsWith(candidate));
    const clause = clauseAt(text, at);
    if (stem === undefined || clause < 0 || seen.has(`${clause} ${stem}`)) continue;
    seen.add(`${clause} ${stem}`);
    (drafts[clause] as { stems: number }).stems += 1;
  }
}

/** Clauses in which one of the phrases stands. */
export function phraseClauses(text: Prepared, phrases: readonly (readonly string[])[]): number[] {
  return phrases
    .filter((phrase) => phrase.length > 0)
    .flatMap((phrase) => startsOf(text.reading.forms, phrase))
    .map((at) => clauseAt(text, at))
    .filter((clause) => clause >= 0);
}

function startsOf(forms: readonly string[], phrase: readonly string[]): number[] {
  const starts: number[] = [];
  let at = forms.indexOf(phrase[0] as string);
  while (at >= 0 && at + phrase.length <= forms.length) {
    const start = at;
    if (phrase.every((word, index) => forms[start + index] === word)) starts.push(start);
    at = forms.indexOf(phrase[0] as string, start + 1);
  }
  return starts;
}

/** A duration beside these words is no waiting time. */
const AFTER_NO_WAIT = new Set(['ago', 'old', 'stay', 'contract', 'warranty', 'trial', 'away']);
const BEFORE_NO_WAIT = new Set(['every', 'last', 'past', 'next', 'per', 'open', 'first', 'each']);
const LATE = new Set(['late', 'later', 'overdue', 'behind', 'delay', 'delayed', 'over']);
const EARLY = new Set(['early', 'earlier', 'ahead', 'sooner']);
/** At or under this share of the limit a time is far better than promised. */
const FAR_BETTER = 0.45;

function compareWithLimit(
  { reading }: Prepared,
  quantity: Quantity,
  { limit }: CompiledPromise,
): Comparison | undefined {
  if (quantity.type !== 'duration' || limit === null) return undefined;
  const { words, starts, ends, text } = reading.tokens;
  const after = words[quantity.to] ?? '';
  if (AFTER_NO_WAIT.has(after) || BEFORE_NO_WAIT.has(words[quantity.from - 1] ?? ''))
    return undefined;
  // Being a customer for years is no wait for a reply.
  if (quantity.amount >= Math.max(limit * 5000, 8_640_000)) return undefined;
  const said = text.slice(starts[quantity.from], ends[quantity.to - 1]).slice(0, 40);
  if (LATE.has(after)) return { result: -1, text: `${said} ${after}` };
  if (EARLY.has(after)) return { result: 2, text: `${said} ${after}` };
  if (quantity.amount > limit) return { result: -1, text: said };
  return { result: quantity.amount <= limit * FAR_BETTER ? 2 : 1, text: said };
}

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
  ];
  return {
    words: clauseWords(text, at),
    topics: headTopics(promise),
    dense: dense.map(Math.fround),
  };
}

/** The first two letters of each form as a number. */
export function initialsOfForms(forms: readonly string[]): Uint16Array {
  const initials = new Uint16Array(forms.length);
  for (let at = 0; at < initials.length; at += 1) initials[at] = initialOf(forms[at] as string);
  return initials;
}

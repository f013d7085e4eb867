import { type Clause, SENTENCE_ENDS } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import { type ConceptSet, conceptsIn } from './concepts.ts';
import type { Finding, Reading } from './findings.ts';
import { wordFeatures } from './heads.ts';
import type { Quantity } from './quantities.ts';
import { MARK } from './tokens.ts';

/** How positive each clause is: log-odds of positive against negative. */
export interface Leanings {
  readonly clauses: readonly number[];
  /** Of the text as a whole. */
  readonly whole: number;
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
  /** Stems of the words. */
  readonly stems: readonly string[];
  readonly conceptSet: ConceptSet;
  /** See `clauseConcepts`. */
  readonly concepts: (readonly number[] | undefined)[];
  /** See `clauseWords`. */
  readonly words: (Int32Array | undefined)[];
}

/** Word features of a clause; several promises and dimensions ask for the same. */
export function clauseWords({ words, hashes, reading }: Prepared, at: number): Int32Array {
  const { from, to } = reading.clauses[at] as Clause;
  words[at] ??= wordFeatures(hashes, from, to);
  return words[at];
}

/** Concepts of a clause. */
export function clauseConcepts(text: Prepared, at: number): readonly number[] {
  const { from, to } = text.reading.clauses[at] as Clause;
  text.concepts[at] ??= conceptsIn(text.conceptSet, text.stems, from, to);
  return text.concepts[at];
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
export const ANY_WAIT = 'wait';

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
  if (own || holdsOwnWord(reading, promise, clause)) return true;
  return !findings.some(
    ({ match, clause: at }) =>
      isHere(at) &&
      match.cue.topic !== ANY_WAIT &&
      match.cue.about.dimension !== null &&
      !promise.topics.has(match.cue.topic),
  );
}

/** Words of times say nothing about what took the time. */
const OF_TIME = /^(?:second|minut|hour|day|week|month|year|work|even|morning|night)/;

/** "19 days to fill one pothole": a word that only this promise has stands beside the time. */
function holdsOwnWord(
  { forms, clauses }: Reading,
  { stems }: CompiledPromise,
  clause: number,
): boolean {
  const { from, to } = clauses[clause] as Clause;
  const own = stems.filter((stem) => !OF_TIME.test(stem));
  for (let at = from; at < to; at += 1)
    if (own.some((stem) => (forms[at] as string).startsWith(stem))) return true;
  return false;
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
    if (wanted[initials[at] as number] === 0) continue;
    const form = forms[at] as string;
    if (form.length < 4 || reading.tokens.types[at] === MARK) continue;
    const stem = promise.stems.find((candidate) => form.startsWith(candidate));
    const clause = clauseAt(text, at);
    if (stem === undefined || clause < 0 || seen.has(`${clause} ${stem}`)) continue;
    seen.add(`${clause} ${stem}`);
    (drafts[clause] as { stems: number }).stems += 1;
  }
}

/** Clauses in which one of the phrases stands. */
export function phraseClauses(text: Prepared, phrases: readonly (readonly string[])[]): number[] {
  if (phrases.length === 0) return [];
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
const LATE = new Set(['late', 'overdue', 'behind', 'delay', 'delayed', 'over']);
const EARLY = new Set(['early', 'earlier', 'ahead', 'sooner']);
/** The second as many write the first. */
const THAN = new Set(['than', 'then']);
/** Before "two days later": the day from which it is counted is not the one on which the wait began. */
const DUE = new Set(['due', 'promised', 'expected', 'supposed', 'meant', 'scheduled']);
/** Words before it in which that is looked for: a text of many such times stays linear. */
const DUE_REACH = 12;
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
  if (after === 'later') {
    if (THAN.has(words[quantity.to + 1] ?? '')) return { result: -1, text: `${said} later` };
    // Alone it says how long it took, unless it tells when something happened or counts from another day.
    if (quantity.amount <= limit && countsFromElsewhere(reading.tokens, quantity.from))
      return undefined;
  }
  return compareAlone(quantity.amount, limit, said, after);
}

function compareAlone(amount: number, limit: number, said: string, after: string): Comparison {
  if (LATE.has(after)) return { result: -1, text: `${said} ${after}` };
  if (EARLY.has(after)) return { result: 2, text: `${said} ${after}` };
  if (amount > limit) return { result: -1, text: said };
  return { result: amount <= limit * FAR_BETTER ? 2 : 1, text: said };
}

/** Whether a time that ends with "later" opens its sentence, or stands after a day that something was due. */
function countsFromElsewhere({ words }: Prepared['reading']['tokens'], from: number): boolean {
  const isEnd = (at: number) => at < 0 || SENTENCE_ENDS.has(words[at] as string);
  for (let at = from - 1; at >= from - DUE_REACH && !isEnd(at); at -= 1)
    if (DUE.has(words[at] as string)) return true;
  return isEnd(from - 1);
}

/** The first two letters of each form as a number. */
export function initialsOfForms(forms: readonly string[]): Uint16Array {
  const initials = new Uint16Array(forms.length);
  for (let at = 0; at < initials.length; at += 1) initials[at] = initialOf(forms[at] as string);
  return initials;
}

import { integers } from './blocks.ts';
import type { Clause } from './clauses.ts';
import type { CompiledPromise } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import { ANY_WAIT, clauseConcepts, clauseWords, type Evidence, type Prepared } from './evidence.ts';
import type { Finding, Reading } from './findings.ts';
import type { HeadInput } from './heads.ts';
import { type PromiseTables, pairsOf, tablesOf } from './promise-tables.ts';

function squash(value: number): number {
  return value / (1 + value);
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}

function longestOf(findings: readonly Finding[], least: number): number {
  let longest = least;
  for (const { match } of findings) longest = Math.max(longest, match.to - match.from);
  return longest;
}

/** What the clause itself holds about the promise. */
function addOwn(dense: number[], evidence: Evidence, promise: CompiledPromise): void {
  const { signed, turned, named, stems, keywords, numbers } = evidence;
  const longest = longestOf(turned, longestOf(signed, 0));
  const cueCount = signed.length + turned.length + named.length;
  dense.push(
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
  );
}

/** What the other clauses hold about the promise. */
function addNeighbours(
  dense: number[],
  evidence: Evidence,
  all: readonly Evidence[],
  { clauses }: Reading,
): void {
  const { sentence } = clauses[evidence.clause] as Clause;
  let inSentence = 0;
  let elsewhere = 0;
  let named = 0;
  for (const other of all) {
    if (other.named.length > 0 || other.stems > 0) named = 1;
    if (other === evidence || other.signed.length === 0) continue;
    elsewhere = 1;
    if ((clauses[other.clause] as Clause).sentence === sentence) inSentence = 1;
  }
  dense.push(inSentence, elsewhere, named);
}

/** What the clause holds about other things. */
function addOthers(
  dense: number[],
  { findings }: Prepared,
  promise: CompiledPromise,
  { clause, signed }: Evidence,
): void {
  let waits = 0;
  let others = 0;
  let near = 0;
  for (const finding of findings) {
    if (finding.clause !== clause) continue;
    const { topic, about } = finding.match.cue;
    if (topic === ANY_WAIT) waits += 1;
    if (finding.polarity === 0 || about.dimension === null || promise.topics.has(topic)) continue;
    others += 1;
    if (promise.dimensions.includes(about.dimension)) near += 1;
  }
  dense.push(
    flag(promise.limit !== null && waits > 0),
    squash(others),
    flag(signed.length === 0 && near > 0),
  );
}

/**
 * How much this clause and the surest one are about the dimensions of the promise, and this one about others.
 * Never the text as a whole: a clause about something else must not change the verdict.
 */
function addDimensions(
  dense: number[],
  { dimensions, hasDimension }: PromiseTables,
  view: DimensionView,
  at: number,
): void {
  if (dimensions.length === 0) {
    dense.push(0, 0, 0, 0);
    return;
  }
  let here = LEAST_ODDS;
  let surest = LEAST_ODDS;
  let other = LEAST_ODDS;
  const odds = view.clause(at);
  for (let index = 0; index < odds.length; index += 1) {
    const one = odds[index] as number;
    if (hasDimension[index] === 0) other = Math.max(other, one);
    else {
      here = Math.max(here, one);
      surest = Math.max(surest, view.clause(view.surest(index))[index] as number);
    }
  }
  dense.push(bound(here), bound(surest), bound(here - other), flag(here > 0));
}

const LEAST_ODDS = -6;

/** Log-odds as a feature of −1 to 1. */
function bound(odds: number): number {
  return Math.max(-1, Math.min(1, odds / 4));
}

function touchPairs(
  text: Prepared,
  promise: CompiledPromise,
  tables: PromiseTables,
  at: number,
): Int32Array {
  const concepts = clauseConcepts(text, at);
  let count = 0;
  for (const concept of concepts)
    count += pairsOf(promise, tables, text.conceptSet, concept).length;
  const pairs = integers(count);
  let to = 0;
  for (const concept of concepts) {
    const own = pairsOf(promise, tables, text.conceptSet, concept);
    for (let index = 0; index < own.length; index += 1) pairs[to++] = own[index] as number;
  }
  return pairs;
}

/** How many concepts a clause and the promise have in common; none where there is no such clause. */
function countShared(text: Prepared, { hasConcept }: PromiseTables, at: number): number {
  if (at < 0 || at >= text.reading.clauses.length) return 0;
  let count = 0;
  for (const concept of clauseConcepts(text, at)) count += hasConcept[concept] as number;
  return count;
}

/** Stems of a clause that the promise has, too, each once. */
export function sharedStems(text: Prepared, { words }: CompiledPromise, at: number): string[] {
  const { from, to } = text.reading.clauses[at] as Clause;
  const shared: string[] = [];
  for (let token = from; token < to; token += 1) {
    const stem = text.stems[token] as string;
    if (words.has(stem) && !shared.includes(stem)) shared.push(stem);
  }
  return shared;
}

/** How much of the promise the clause speaks of, by concepts and by words. */
function addConcepts(
  dense: number[],
  text: Prepared,
  promise: CompiledPromise,
  tables: PromiseTables,
  at: number,
): void {
  const shared = countShared(text, tables, at);
  const words = sharedStems(text, promise, at).length;
  const near = Math.max(countShared(text, tables, at - 1), countShared(text, tables, at + 1));
  dense.push(
    flag(shared > 0),
    squash(shared),
    shared / Math.max(promise.concepts.length, 1),
    squash(words),
    words / Math.max(promise.words.size, 1),
    flag(shared === 0 && near > 0),
    squash(near),
  );
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
  const tables = tablesOf(promise, text.conceptSet);
  const dense = [1];
  addOwn(dense, evidence, promise);
  addNeighbours(dense, evidence, all, reading);
  addOthers(dense, text, promise, evidence);
  dense.push(
    squash(Math.abs(text.leanings.clauses[at] ?? 0)),
    flag(clause.to - clause.from < 5),
    flag(clause.isQuestion),
    flag(promise.topics.size === 0),
  );
  addDimensions(dense, tables, view, at);
  addConcepts(dense, text, promise, tables, at);
  for (let index = 0; index < dense.length; index += 1)
    dense[index] = Math.fround(dense[index] as number);
  return {
    words: clauseWords(text, at),
    topics: tables.topics,
    pairs: touchPairs(text, promise, tables, at),
    dense,
  };
}

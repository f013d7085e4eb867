import { hashOf } from './hash.ts';
import { MARK, type Tokens } from './tokens.ts';

/**
 * What words stand for: "suitcase" and "bag" are luggage, "on hold" is waiting on the phone. Promises and
 * mentions meet in concepts where they share no word.
 */
export interface ConceptSet {
  /** Hash of each concept, in the order of the file. */
  readonly hashes: readonly number[];
  /** Concepts of a word or of two words, by stem; those of the word itself stand first. */
  readonly byStem: ReadonlyMap<string, readonly number[]>;
  /** Stems with which an entry of two words begins. */
  readonly firsts: ReadonlySet<string>;
  /** Stems of words met in texts; the same ones come again and again. */
  readonly met: Map<string, string>;
}

/** At most so many met words are kept: about 2 MB. */
const MOST_MET = 20_000;

const VOWEL = /[aeiouy]/;

/** Beginning of a word that its other forms share: "arrive", "arrived" and "arriving" give "arriv". */
export function stemOf(word: string): string {
  let stem = withoutVerbEnding(singular(word.endsWith("'s") ? word.slice(0, -2) : word));
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}

function singular(word: string): string {
  let stem = word;
  if (stem.length > 4 && (stem.endsWith('ies') || stem.endsWith('ied')))
    stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 3 && stem.endsWith('s') && !KEEPS_S.includes(stem.at(-2) as string))
    stem = stem.slice(0, -1);
  return stem.length > 5 && stem.endsWith('ly') ? stem.slice(0, -2) : stem;
}

/** An s after one of these belongs to the word. */
const KEEPS_S = 'suia';

function withoutVerbEnding(word: string): string {
  for (const ending of ['ing', 'ed']) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length < 3 || !VOWEL.test(rest)) continue;
    // "stopped" gives "stop", "called" gives "call".
    return /([^aeioulsz])\1$/.test(rest) ? rest.slice(0, -1) : rest;
  }
  return word;
}

function metStem(met: Map<string, string>, word: string): string {
  const known = met.get(word);
  if (known !== undefined) return known;
  const stem = stemOf(word);
  if (met.size < MOST_MET) met.set(word, stem);
  return stem;
}

/**
 * Reads the concept file: `name > wider wider : word two_words …` per line, `#` for remarks.
 *
 * @throws {Error} naming the line that cannot be read
 */
export function readConcepts(content: string): ConceptSet {
  const ids = new Map<string, number>();
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size;
    ids.set(name, id);
    return id;
  };
  const byStem = new Map<string, readonly number[]>();
  const firsts = new Set<string>();
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [head = '', words] = line.split(' : ');
    const names = head.split(/[\s>]+/).filter((name) => name !== '');
    if (words === undefined || names.length === 0)
      throw new Error(`concepts, line ${index + 1}: neither a concept nor a remark`);
    const concepts = [...new Set(names.map(idOf))];
    for (const entry of words.trim().split(/\s+/)) {
      const stems = entry.split('_').map(stemOf);
      if (stems.length > 2)
        throw new Error(`concepts, line ${index + 1}: ${entry} is more than two words`);
      note(stems, concepts, byStem);
      if (stems.length === 2) firsts.add(stems[0] as string);
    }
  }
  const hashes = [...ids.keys()].map((name) => hashOf(`concept ${name}`));
  return { hashes, byStem, firsts, met: new Map() };
}

function note(
  stems: readonly string[],
  concepts: readonly number[],
  byStem: Map<string, readonly number[]>,
): void {
  const key = stems.join(' ');
  const known = byStem.get(key);
  byStem.set(key, known === undefined ? concepts : [...new Set([...known, ...concepts])]);
}

/** Stems of the words of a text, marks as they are. */
export function stemsOfTokens(set: ConceptSet, tokens: Tokens): string[] {
  return tokens.words.map((word, at) =>
    tokens.types[at] === MARK ? word : metStem(set.met, word),
  );
}

/** Concepts of tokens `from` to `to` (exclusive), each once, in the order in which they are met. */
export function conceptsIn(
  set: ConceptSet,
  stems: readonly string[],
  from: number,
  to: number,
): number[] {
  const found: number[] = [];
  for (let at = from; at < to; at += 1) {
    const stem = stems[at] as string;
    addNew(found, set.byStem.get(stem));
    if (at + 1 < to && set.firsts.has(stem))
      addNew(found, set.byStem.get(`${stem} ${stems[at + 1]}`));
  }
  return found;
}

function addNew(found: number[], concepts: readonly number[] | undefined): void {
  if (concepts === undefined) return;
  for (const concept of concepts) if (!found.includes(concept)) found.push(concept);
}

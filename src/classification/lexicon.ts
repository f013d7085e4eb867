import { bytes, floats, integers } from './blocks.ts';
import { hashOf } from './hash.ts';
import { readTable } from './sorted-table.ts';
import { EMOJI, HASHTAG, MARK, NUMBER, type Tokens, WORD } from './tokens.ts';

/** One word of the lexica. */
export interface LexiconEntry {
  /** Mean rating −4…4 of the VADER lexicon, 0 where it has none. */
  readonly valence: number;
  /** 1, −1 or 0: in the positive or negative opinion words of Hu and Liu. */
  readonly opinion: number;
  /** VADER's booster: ±0.293, 0 for other words. */
  readonly boost: number;
  readonly negates: boolean;
  readonly contrasts: boolean;
}

export interface Lexicon {
  readonly words: { get(word: string): LexiconEntry | undefined };
  readonly emoticons: ReadonlySet<string>;
  negates(word: string): boolean;
  /** Words met in texts; the same ones come again and again. */
  readonly met: Map<string, MetWord>;
}

/** A word as it was read when it was met first. */
interface MetWord {
  readonly entry: LexiconEntry | undefined;
  readonly form: string;
  readonly hash: number;
  readonly isElongated: boolean;
}

/** At most so many met words are kept: about 3 MB. */
const MOST_MET = 20_000;

const BOOST = 0.293;
const UP =
  'absolutely amazingly awfully completely considerably decidedly deeply effing enormously entirely especially exceptionally extremely fabulously flipping frackin freaking fricking frickin frigging fully fuckin fucking genuinely greatly hella highly hugely incredibly insanely intensely majorly more most particularly purely quite really remarkably seriously so substantially super terribly thoroughly totally tremendously truly uber unbelievably unusually utterly very well way';
const DOWN =
  'almost barely hardly kinda kindof less little marginally occasionally partly scarcely slightly somewhat sorta sortof';
const NEGATORS =
  "not no never none nobody nothing neither nor nowhere without cannot cant can't dont don't doesnt doesn't didnt didn't isnt isn't arent aren't wasnt wasn't werent weren't wont won't wouldnt wouldn't couldnt couldn't shouldnt shouldn't hasnt hasn't havent haven't hadnt hadn't aint ain't mustnt mustn't neednt needn't zero hardly barely rarely seldom lacks lacking";
const CONTRASTS = 'but however although though yet except unfortunately nevertheless nonetheless';

/** "not only", "no doubt" do not turn what follows. */
const NOT_NEGATING: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['not', new Set(['only', 'just', 'merely'])],
  ['no', new Set(['doubt', 'wonder', 'matter', 'question'])],
]);

interface Grammar {
  readonly boost: number;
  readonly negates: boolean;
  readonly contrasts: boolean;
}

const NO_GRAMMAR: Grammar = { boost: 0, negates: false, contrasts: false };

/** Words that change others. */
const GRAMMAR: ReadonlyMap<string, Grammar> = readGrammar();

function readGrammar(): Map<string, Grammar> {
  const words = new Map<string, Grammar>();
  const set = (list: string, part: Partial<Grammar>) => {
    for (const word of list.split(' ')) {
      words.set(word, { ...NO_GRAMMAR, ...words.get(word), ...part });
    }
  };
  set(UP, { boost: BOOST });
  set(DOWN, { boost: -BOOST });
  set(NEGATORS, { negates: true });
  set(CONTRASTS, { contrasts: true });
  return words;
}

/**
 * Opens the two lexica and the emoji list.
 *
 * @param valences lines of `word<TAB>valence`, words, emoticons and emoji (VADER, Hutto and Gilbert 2014)
 * @param opinions lines of `word<TAB>1|-1` (Hu and Liu 2004); both as `sortedLines` writes them
 */
export function readLexicon(valences: string, opinions: string): Lexicon {
  const valenceTable = readTable(valences);
  const opinionTable = readTable(opinions);
  const get = (word: string): LexiconEntry | undefined => {
    const valence = valenceTable.find(word);
    const opinion = opinionTable.find(word);
    const grammar = GRAMMAR.get(word);
    if (valence === 0 && opinion === 0 && grammar === undefined) return undefined;
    return { valence, opinion, ...(grammar ?? NO_GRAMMAR) };
  };
  const negates = (word: string) => GRAMMAR.get(word)?.negates === true;
  return { words: { get }, negates, emoticons: emoticonsOf(valences), met: new Map() };
}

/** Words that begin with a mark or a digit and hold no two letters or digits in a row. */
function emoticonsOf(valences: string): ReadonlySet<string> {
  const emoticons = new Set<string>();
  for (const [, word = ''] of valences.matchAll(/^([:;=<>8(^)|/\\][^\t\n]*)\t/gm)) {
    if (!/[a-z0-9]{2}/i.test(word)) emoticons.add(word);
  }
  return emoticons;
}

/** What the lexica say about each token of a text; arrays have one entry per token. */
export interface Annotation {
  /** Valence after boosters, capitals and negation (VADER's rules). */
  readonly valences: Float32Array;
  /** Opinion of Hu and Liu, −1, 0, 1, before negation. */
  readonly opinions: Int32Array;
  /** 1 inside the scope of a negation. */
  readonly negated: Uint8Array;
  /** Tokens of contrast words ("but"). */
  readonly contrasts: readonly number[];
  /** Tokens that negate. */
  readonly negators: readonly number[];
  /** Of the words with elongations collapsed ("soooo" → "soo"), as the features see them. */
  readonly hashes: Int32Array;
  /** Tokens with a letter three or more times in a row. */
  readonly elongated: readonly number[];
}

/** Letters three or more times in a row. */
const ELONGATED = /(\p{L})\1{2,}/gu;
const NEGATION_REACH = 5;
const BOOST_REACH = [1, 0.95, 0.9] as const;
const CAPITALS = 0.733;
const NEGATION = -0.74;

function isElongated(word: string): boolean {
  for (let index = 2; index < word.length; index += 1) {
    const code = word.charCodeAt(index);
    if (code > 96 && code === word.charCodeAt(index - 1) && code === word.charCodeAt(index - 2)) {
      return true;
    }
  }
  return false;
}

function lookUp(lexicon: Lexicon, form: string, word: string): LexiconEntry | undefined {
  const entry = lexicon.words.get(form);
  if (entry !== undefined || form === word) return entry;
  return lexicon.words.get(word.replace(ELONGATED, '$1'));
}

/** All numbers are one word. */
const ANY_NUMBER = 0x2f0b4a11;

function readWord(lexicon: Lexicon, word: string): MetWord {
  const met = lexicon.met.get(word);
  if (met !== undefined) return met;
  const long = isElongated(word);
  const form = long ? word.replace(ELONGATED, '$1$1') : word;
  const read = {
    entry: lookUp(lexicon, form, word),
    form,
    hash: hashOf(form),
    isElongated: long,
  };
  if (lexicon.met.size < MOST_MET) lexicon.met.set(word, read);
  return read;
}

/** Looks every token up once and applies negation scopes, boosters and capitals. */
export function annotate(tokens: Tokens, lexicon: Lexicon): Annotation {
  const count = tokens.words.length;
  const entries: (LexiconEntry | undefined)[] = [];
  const hashes = integers(count);
  const elongated: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const word = tokens.words[index] as string;
    const type = tokens.types[index] as number;
    if (type === WORD) {
      const read = readWord(lexicon, word);
      entries.push(read.entry);
      hashes[index] = read.hash;
      if (read.isElongated) elongated.push(index);
    } else {
      entries.push(type === HASHTAG || type === EMOJI ? lexicon.words.get(word) : undefined);
      hashes[index] = type === NUMBER ? ANY_NUMBER : hashOf(word);
    }
  }
  return weighAll(tokens, entries, hashes, elongated);
}

function weighAll(
  tokens: Tokens,
  entries: readonly (LexiconEntry | undefined)[],
  hashes: Int32Array,
  elongated: readonly number[],
): Annotation {
  const count = entries.length;
  const negated = bytes(count);
  const negators = scopeNegations(tokens, entries, negated);
  const valences = floats(count);
  const opinions = integers(count);
  const shouting = tokens.capitals.includes(1) ? markShouting(tokens) : null;
  const contrasts: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = entries[index];
    if (entry === undefined) continue;
    opinions[index] = entry.opinion;
    if (entry.contrasts) contrasts.push(index);
    if (entry.valence === 0) continue;
    const isShouted = shouting?.[index] === 1;
    valences[index] = weigh(tokens, entries, negated, index, entry.valence, isShouted);
  }
  return { valences, opinions, negated, contrasts, negators, hashes, elongated };
}

const SENTENCE_ENDS = new Set(['.', '!', '?', '…', '\n']);

/** Capitals say something only in a sentence that is not all in capitals: 1 per token of those. */
function markShouting(tokens: Tokens): Uint8Array {
  const shouting = bytes(tokens.words.length);
  let from = 0;
  let shouted = 0;
  let words = 0;
  for (let at = 0; at <= tokens.words.length; at += 1) {
    const isEnd = at === tokens.words.length || SENTENCE_ENDS.has(tokens.words[at] as string);
    if (!isEnd) {
      if (tokens.types[at] !== WORD) continue;
      words += 1;
      shouted += tokens.capitals[at] as number;
      continue;
    }
    if (shouted > 0 && shouted < words) shouting.fill(1, from, at);
    from = at + 1;
    shouted = 0;
    words = 0;
  }
  return shouting;
}

function weigh(
  tokens: Tokens,
  entries: readonly (LexiconEntry | undefined)[],
  negated: Uint8Array,
  index: number,
  base: number,
  shouting: boolean,
): number {
  const sign = base > 0 ? 1 : -1;
  let valence = base;
  if (shouting && tokens.capitals[index] === 1) valence += sign * CAPITALS;
  for (let distance = 1; distance <= BOOST_REACH.length; distance += 1) {
    const before = index - distance;
    if (before < 0 || tokens.types[before] === MARK) break;
    const boost = entries[before]?.boost ?? 0;
    if (boost !== 0) valence += sign * boost * (BOOST_REACH[distance - 1] as number);
  }
  return negated[index] === 1 ? valence * NEGATION : valence;
}

function scopeNegations(
  tokens: Tokens,
  entries: readonly (LexiconEntry | undefined)[],
  negated: Uint8Array,
): number[] {
  let left = 0;
  const negators: number[] = [];
  for (let index = 0; index < tokens.words.length; index += 1) {
    const entry = entries[index];
    const type = tokens.types[index] as number;
    if (type === MARK || type === EMOJI || entry?.contrasts === true) left = 0;
    if (left > 0) {
      negated[index] = 1;
      left -= 1;
    }
    if (entry?.negates === true && !isHarmless(tokens, index)) {
      left = NEGATION_REACH;
      negators.push(index);
    }
  }
  return negators;
}

function isHarmless(tokens: Tokens, index: number): boolean {
  const harmless = NOT_NEGATING.get(tokens.words[index] as string);
  return harmless?.has(tokens.words[index + 1] ?? '') ?? false;
}

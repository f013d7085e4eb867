import { bytes, integers } from './blocks.ts';
import type { Clause } from './clauses.ts';
import type { CueMatch } from './cue-matches.ts';
import type { Annotation, Lexicon } from './lexicon.ts';
import type { Quantity } from './quantities.ts';
import { MARK, type Tokens } from './tokens.ts';

/** Everything that was read from a text before it is judged. */
export interface Reading {
  readonly tokens: Tokens;
  /** The words as cue files write them, see `formsOf`. */
  readonly forms: readonly string[];
  readonly annotation: Annotation;
  readonly quantities: readonly Quantity[];
  readonly matches: readonly CueMatch[];
  readonly clauses: readonly Clause[];
  /** Clause of each token; the clause before it for tokens between clauses. */
  readonly clauseOf: Int32Array;
  /** Where each clause turns from what was experienced, see `moodsByClause`. */
  readonly moods: Moods;
  readonly lexicon: Lexicon;
}

/** A cue where it stands, and what it says there. */
export interface Finding {
  readonly match: CueMatch;
  readonly clause: number;
  /** After negation; 0 where it decides nothing. */
  readonly polarity: -1 | 0 | 1 | 2;
  /** Why it decides nothing or the opposite of its words. */
  readonly turned: 'negated' | 'supposed' | 'asked' | 'claimed' | null;
}

const NEGATION_REACH = 4;
/** A negation does not reach beyond these: "I don't know why they kept me on hold". */
const NEGATION_STOPS = new Set([
  'why',
  'when',
  'how',
  'because',
  'that',
  'until',
  'but',
  'and',
  'or',
  'who',
  'which',
  'if',
  'so',
  'then',
  'just',
  'only',
  'to',
]);
/** "to" stops a negation except in "have to wait", "need to call". */
const BEFORE_TO = new Set([
  'have',
  'had',
  'having',
  'need',
  'needed',
  'able',
  'want',
  'bother',
  'bothered',
  'managed',
  'unable',
  'failed',
  'refused',
]);

function isNegated(reading: Reading, match: CueMatch): boolean {
  const { tokens, lexicon } = reading;
  for (let distance = 1; distance <= NEGATION_REACH; distance += 1) {
    const at = match.from - distance;
    if (at < 0 || tokens.types[at] === MARK) return false;
    const word = tokens.words[at] as string;
    if (lexicon.negates(word)) {
      return !isHarmless(word, tokens.words[at + 1] ?? '');
    }
    if (FAILING.has(word)) return true;
    if (!NEGATION_STOPS.has(word)) continue;
    if (word !== 'to' || !BEFORE_TO.has(tokens.words[at - 1] ?? '')) return false;
  }
  return false;
}

/** Verbs that undo what follows. */
const FAILING = new Set([
  'failed',
  'fails',
  'fail',
  'refused',
  'refuses',
  'refuse',
  'unable',
  'stopped',
  'without',
  'avoid',
  'avoided',
  'instead',
  'hardly',
  'barely',
  'anything',
]);

function isHarmless(word: string, next: string): boolean {
  return word === 'not' && (next === 'only' || next === 'just');
}

const REAL_QUESTIONS = new Set([
  'do',
  'does',
  'did',
  'is',
  'are',
  'can',
  'could',
  'has',
  'have',
  'anyone',
  'any',
  'what',
  'which',
  'should',
  'will',
  'who',
  'would',
  'am',
  'may',
  'thinking',
  'has',
]);

/** Whether a clause only asks: "why does it take three weeks?" tells something, "is it true?" does not. */
export function isOpenQuestion(reading: Pick<Reading, 'tokens'>, clause: Clause): boolean {
  if (!clause.isQuestion) return false;
  const { words } = reading.tokens;
  for (let at = clause.from; at < Math.min(clause.to, clause.from + 4); at += 1) {
    const word = words[at] as string;
    if (word === 'why' || word === 'how' || word === 'else') return false;
    if (REAL_QUESTIONS.has(word))
      return words[at + 1] !== 'i' || word === 'can' || word === 'should';
  }
  return false;
}

export const QUOTES = new Set(['"', '“', '”', '«', '»', '„']);

/** 1 for tokens inside quotation marks of at most 20 words. */
function markQuoted(tokens: Tokens): Uint8Array {
  const quoted = bytes(tokens.words.length);
  let open = -1;
  for (let at = 0; at < tokens.words.length; at += 1) {
    if (!QUOTES.has(tokens.words[at] as string)) continue;
    if (open >= 0 && at - open <= 21) {
      quoted.fill(1, open + 1, at);
      open = -1;
    } else open = at;
  }
  return quoted;
}

/** First token of each mood mark per clause, or −1. */
export interface Moods {
  readonly suppose: Int32Array;
  readonly claim: Int32Array;
  /** From here the clause is about another company. */
  readonly compare: Int32Array;
}

/** Finds the words that suppose, repeat a claim or compare. */
export function moodsByClause(
  tokens: Tokens,
  matches: readonly CueMatch[],
  clauseOf: Int32Array,
  count: number,
): Moods {
  const moods = {
    suppose: integers(count).fill(-1),
    claim: integers(count).fill(-1),
    compare: integers(count).fill(-1),
  };
  for (const match of matches) {
    const does = match.cue.about.rule?.effect.does;
    if (does !== 'suppose' && does !== 'claim' && does !== 'compare') continue;
    if (does === 'suppose' && isRelief(tokens, match)) continue;
    const clause = clauseOf[match.from] as number;
    const marks = moods[does];
    if (clause >= 0 && (marks[clause] as number) < 0) marks[clause] = match.from;
  }
  return moods;
}

/** "as if", "even if", "hope they sort it" after a fact: only the bare word supposes. */
function isRelief(tokens: Tokens, match: CueMatch): boolean {
  return tokens.words[match.from - 1] === 'as';
}

/**
 * What each cue says where it stands: turned by a negation, and deciding nothing where it is only
 * supposed, asked or repeated from an advert. Cues about another company are left out.
 */
export function readFindings(reading: Reading): Finding[] {
  const { moods } = reading;
  const quoted = markQuoted(reading.tokens);
  const open = reading.clauses.map((clause) => isOpenQuestion(reading, clause));
  const findings: Finding[] = [];
  for (const match of reading.matches) {
    const clause = reading.clauseOf[match.from] as number;
    if (clause < 0) continue;
    const comparedAt = moods.compare[clause] as number;
    if (comparedAt >= 0 && comparedAt <= match.from && match.from - comparedAt < 12) continue;
    findings.push(readFinding(reading, match, clause, moods, quoted, open[clause] === true));
  }
  return findings;
}

function readFinding(
  reading: Reading,
  match: CueMatch,
  clause: number,
  moods: Moods,
  quoted: Uint8Array,
  isOpen: boolean,
): Finding {
  const { polarity, fixed } = match.cue;
  if (polarity === 0)
    return { match, clause, polarity, turned: moodOf(match, clause, moods, isOpen) };
  const negated = !fixed && isNegated(reading, match);
  const said = negated ? (polarity > 0 ? -1 : 1) : polarity;
  const mood = moodOf(match, clause, moods, isOpen);
  if (mood === 'claimed' && said < 0) return { match, clause, polarity: said, turned: null };
  if (mood !== null) return { match, clause, polarity: 0, turned: mood };
  if (quoted[match.from] === 1 && said > 0)
    return { match, clause, polarity: 0, turned: 'claimed' };
  return { match, clause, polarity: said, turned: negated ? 'negated' : null };
}

function moodOf(
  match: CueMatch,
  clause: number,
  moods: Moods,
  isOpen: boolean,
): 'supposed' | 'asked' | 'claimed' | null {
  const isAfter = (marks: Int32Array) => {
    const at = marks[clause] as number;
    return at >= 0 && at < match.from;
  };
  if (isOpen) return 'asked';
  if (isAfter(moods.suppose)) return 'supposed';
  return isAfter(moods.claim) ? 'claimed' : null;
}

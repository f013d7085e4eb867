import type { SourceKind } from '../brands/source-settings.ts';
import type { Mention } from '../mentions/mention.ts';
import type { ClassifierAssets } from './assets.ts';
import { bytes, integers } from './blocks.ts';
import { type Clause, markOpinions, splitClauses } from './clauses.ts';
import { type ConceptSet, stemsOfTokens } from './concepts.ts';
import { formsOf, matchMention } from './cue-matches.ts';
import { initialsOfForms, type Leanings, type Prepared } from './evidence.ts';
import { kindIndex } from './features.ts';
import { type Finding, moodsByClause, type Reading, readFindings } from './findings.ts';
import { hashTokens } from './heads.ts';
import { annotate } from './lexicon.ts';
import { findQuantities } from './quantities.ts';
import { judgeSentiment, leaningsOf } from './sentiment.ts';
import { type Tokens, tokenize } from './tokens.ts';

/** All assets but the heads, which are trained on what these read. */
export type ReadingAssets = Pick<ClassifierAssets, 'lexicon' | 'weights' | 'cues'>;

/** What is judged. `day` decides which promises hold. */
export interface ClassifierInput extends Pick<Mention, 'title' | 'text' | 'rating' | 'lang'> {
  readonly kind: SourceKind;
  /** `YYYY-MM-DD`, the mention's `bucketDay`. */
  readonly day: string;
}

/** Tokens, cues and clauses of a text. */
export function read(tokens: Tokens, { lexicon, cues }: ReadingAssets): Reading {
  const annotation = annotate(tokens, lexicon);
  const quantities = findQuantities(tokens);
  const forms = formsOf(tokens);
  const matches = matchMention(cues, tokens, quantities, forms);
  const loaded = bytes(tokens.words.length);
  markOpinions(annotation, loaded);
  for (const match of matches) {
    if (match.cue.polarity !== 0) loaded.fill(1, match.from, match.to);
  }
  const clauses = splitClauses(tokens, loaded);
  const clauseOf = integers(tokens.words.length).fill(-1);
  for (let index = 0; index < clauses.length; index += 1) {
    const { from, to } = clauses[index] as Clause;
    clauseOf.fill(index, from, to);
  }
  const moods = moodsByClause(tokens, matches, clauseOf, clauses.length);
  return { tokens, forms, annotation, quantities, matches, clauses, clauseOf, moods, lexicon };
}

/** Puts together what promises and dimensions are judged by. */
export function prepare(
  reading: Reading,
  findings: readonly Finding[],
  leanings: Leanings,
  conceptSet: ConceptSet,
): Prepared {
  return {
    reading,
    findings,
    leanings,
    hashes: hashTokens(reading),
    initials: initialsOfForms(reading.forms),
    stems: stemsOfTokens(conceptSet, reading.tokens),
    conceptSet,
    concepts: [],
    words: [],
  };
}

/** Reads a text as far as promises and dimensions need it; what the heads are trained on. */
export function prepareText(input: ClassifierInput, assets: ReadingAssets): Prepared {
  const reading = read(tokenize(input.text, assets.lexicon.emoticons), assets);
  const findings = readFindings(reading);
  const kind = kindIndex(input.kind);
  const leanings = leaningsOf(reading, findings, assets.weights, kind);
  const named = { index: kind, name: input.kind };
  const { scores } = judgeSentiment(null, reading, findings, assets.weights, named);
  const whole = scores[2] - scores[0];
  return prepare(reading, findings, { ...leanings, whole }, assets.cues.concepts);
}

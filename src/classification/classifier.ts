import { createHash } from 'node:crypto';
import type { ClassifierAssets } from './assets.ts';
import type { Classification, SignalFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { compilePromises, type JudgeablePromises } from './compile.ts';
import { findDimensions, viewDimensions } from './dimensions.ts';
import { kindIndex } from './features.ts';
import { type Finding, type Reading, readFindings } from './findings.ts';
import { isSupported, type LanguageDetector, languageOf } from './language.ts';
import { isMixed } from './mixed.ts';
import { withOwnWords } from './own-words.ts';
import { type CompiledRegister, versionOf } from './promises.ts';
import { type ClassifierInput, prepare, read } from './read-text.ts';
import { bestClass, judgeSentiment, leaningsOf, tellsOf, withVerdicts } from './sentiment.ts';
import { EMOJI, type Tokens, tokenize, WORD } from './tokens.ts';
import { judge } from './verdicts.ts';
import type { Scores } from './weights.ts';

export interface Classifier {
  /** Code and assets; the part of the version that all brands share. */
  readonly base: string;
  /** At most 40 characters; changes with code, weights, cues and register. */
  version(register: CompiledRegister): string;
  /** What each promise is judged by, and which cannot be judged. */
  inspect(register: CompiledRegister): JudgeablePromises;
  /** Pure and synchronous; a text that cannot be handled comes back as `unclassified`. */
  classify(input: ClassifierInput, register: CompiledRegister): Classification;
}

/** Raised whenever the code changes what is concluded. */
const CODE_VERSION = '3';

/**
 * Builds the classifier from its assets.
 *
 * @param detect names the language of mentions whose source states none; without it they count as
 *   English
 */
export function createClassifier(
  assets: ClassifierAssets,
  detect: LanguageDetector | null = null,
): Classifier {
  const hash = createHash('sha256').update(`${CODE_VERSION}\n${assets.hash}`).digest('hex');
  const base = `e${CODE_VERSION}-${hash.slice(0, 12)}`;
  const version = (register: CompiledRegister) => versionOf(base, register);
  const judgeable = new WeakMap<CompiledRegister, JudgeablePromises>();
  const inspect = (register: CompiledRegister): JudgeablePromises => {
    const known =
      judgeable.get(register) ?? compilePromises(register.promises, assets.cues, register.words);
    judgeable.set(register, known);
    return known;
  };
  return {
    base,
    version,
    inspect,
    classify(input, register) {
      const cv = version(register);
      try {
        const weighs = !register.isDefault;
        return classifyText(input, inspect(register), assets, detect, cv, weighs);
      } catch (error) {
        return withoutSentiment(cv, input.lang, 'unclassified', reasonOf(error), []);
      }
    },
  };
}

/** A mention has at most 8 KB; of anything longer the beginning is read. */
const LONGEST_TEXT = 8192;

function reasonOf(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown failure').slice(
    0,
    200,
  );
}

function withoutSentiment(
  cv: string,
  lang: string | null,
  label: 'unclassified' | 'unsupported',
  reason: string,
  evidence: readonly string[],
  flags: readonly string[] = [],
): Classification {
  return {
    cv,
    sentiment: { label, reason, reasons: [...evidence] },
    lang,
    verdicts: [],
    dimensions: [],
    signals: [],
    flags: [...flags],
  };
}

function classifyText(
  input: ClassifierInput,
  { promises, words }: JudgeablePromises,
  assets: ClassifierAssets,
  detect: LanguageDetector | null,
  cv: string,
  weighsVerdicts: boolean,
): Classification {
  const tokens = tokenize(input.text.slice(0, LONGEST_TEXT), assets.lexicon.emoticons);
  const isWordless = !tokens.types.some((type) => type === WORD || type === EMOJI);
  if (isWordless && input.rating !== null) return byRating(input, input.rating.value, cv);
  const lang = languageOf(input.lang, input.text, tokens.words, detect);
  if (lang !== null && !isSupported(lang)) return unsupported(input, tokens, assets, cv, lang);
  if (isWordless) return withoutSentiment(cv, lang, 'unclassified', 'no words', []);
  const reading = read(tokens, assets);
  const findings = readFindings(reading);
  const kind = kindIndex(input.kind);
  const titled =
    input.title === null ? null : `${input.title}\n${input.text.slice(0, LONGEST_TEXT)}`;
  const named = { index: kind, name: input.kind };
  const sentiment = judgeSentiment(titled, reading, findings, assets.weights, named);
  const leanings = leaningsOf(reading, findings, assets.weights, kind);
  const whole = sentiment.scores[2] - sentiment.scores[0];
  const prepared = prepare(reading, findings, { ...leanings, whole }, assets.cues.concepts);
  const view = viewDimensions(prepared, assets.heads.dimension);
  const circumstances = {
    rating: input.rating?.value ?? null,
    isNews: input.kind === 'news',
  };
  const verdicts = judge(prepared, promises, assets.heads, view, circumstances, input.day);
  // The wide promises of the default register say too little of how the writer feels.
  const weighed = weighsVerdicts ? verdicts : [];
  const told = tellsOf(weighed);
  const isBoth =
    (told.kept && told.broken) || isMixed(sentiment, leanings.clauses, findings, reading);
  const { probabilities, reasons } = withVerdicts(sentiment, weighed);
  const [negative, neutral, positive] = probabilities;
  return {
    cv,
    sentiment: {
      label: isBoth ? 'mixed' : bestClass(probabilities),
      probabilities: { negative, neutral, positive },
      reasons,
    },
    lang,
    verdicts,
    dimensions: withOwnWords(findDimensions(prepared, view, assets.heads.present), prepared, words),
    signals: signalsOf(reading, findings),
    flags: flagsOf(input, probabilities),
  };
}

function spanOf(reading: Reading, at: number) {
  const { start, end } = reading.clauses[at] as Clause;
  return { quote: reading.tokens.text.slice(start, end), start, end };
}

function signalsOf(reading: Reading, findings: readonly Finding[]): SignalFinding[] {
  const found = new Map<string, SignalFinding>();
  for (const finding of findings) {
    const { about, polarity } = finding.match.cue;
    const { signal } = about;
    if (signal === null || about.rule !== null || found.has(signal)) continue;
    // Turned by a negation or only supposed: "I was not lied to", "if I cancel".
    if (finding.turned !== null || finding.polarity !== polarity) continue;
    found.set(signal, { signal, ...spanOf(reading, finding.clause) });
  }
  return [...found.values()];
}

/** Stars without a word are all that was said: they decide, in every language. */
function byRating(input: ClassifierInput, stars: number, cv: string): Classification {
  const label = stars >= 4 ? 'positive' : stars <= 2 ? 'negative' : 'neutral';
  return {
    cv,
    sentiment: { label, reasons: ratingEvidence(input) },
    lang: input.lang,
    verdicts: [],
    dimensions: [],
    signals: [],
    flags: ['rating-only'],
  };
}

function ratingEvidence({ rating }: ClassifierInput): string[] {
  return rating === null ? [] : [`rating ${rating.raw} of ${rating.scale}`.slice(0, 60)];
}

function flagsOf({ rating }: ClassifierInput, probabilities: Scores): string[] {
  if (rating === null) return [];
  const [negative, , positive] = probabilities;
  const disagrees = (rating.value >= 4 && negative > 0.6) || (rating.value <= 2 && positive > 0.6);
  return disagrees ? ['rating-disagrees'] : [];
}

/** Stars and emoji are kept as evidence where no model reads the language. */
function unsupported(
  input: ClassifierInput,
  tokens: Tokens,
  { lexicon }: ClassifierAssets,
  cv: string,
  lang: string,
): Classification {
  const evidence = ratingEvidence(input);
  let emoji = 0;
  for (const [index, word] of tokens.words.entries()) {
    if (tokens.types[index] === EMOJI) emoji += lexicon.words.get(word)?.valence ?? 0;
  }
  if (emoji !== 0) evidence.push(`emoji ${emoji > 0 ? 'positive' : 'negative'}`);
  const flags = input.rating === null ? [] : ['rating-only'];
  return withoutSentiment(cv, lang, 'unsupported', `no model for ${lang}`, evidence, flags);
}

import { createHash } from 'node:crypto';
import type { SourceKind } from '../brands/source-settings.ts';
import type { Mention } from '../mentions/mention.ts';
import type { ClassifierAssets } from './assets.ts';
import type { Classification, SignalFinding } from './classification.ts';
import { type Clause, markOpinions, splitClauses } from './clauses.ts';
import { compilePromises, type JudgeablePromises } from './compile.ts';
import { formsOf, matchMention } from './cue-matches.ts';
import { findDimensions } from './dimensions.ts';
import { initialsOfForms, type Leanings, type Prepared } from './evidence.ts';
import { featuresOf, kindIndex } from './features.ts';
import { comparedFrom, type Finding, type Reading, readFindings } from './findings.ts';
import { hashTokens } from './heads.ts';
import { isSupported, type LanguageDetector, languageOf } from './language.ts';
import { annotate } from './lexicon.ts';
import { withOwnWords } from './own-words.ts';
import { type CompiledRegister, versionOf } from './promises.ts';
import { findQuantities } from './quantities.ts';
import { ruleOfTopic } from './rules.ts';
import { EMOJI, type Tokens, tokenize, WORD } from './tokens.ts';
import { judge } from './verdicts.ts';
import { type CLASSES, calibrate, type Scores, scoreFeatures, softmax } from './weights.ts';

/** All assets but the heads, which are trained on what these read. */
export type ReadingAssets = Pick<ClassifierAssets, 'lexicon' | 'weights' | 'cues'>;

/** What is judged. `day` decides which promises hold. */
export interface ClassifierInput extends Pick<Mention, 'title' | 'text' | 'rating' | 'lang'> {
  readonly kind: SourceKind;
  /** `YYYY-MM-DD`, the mention's `bucketDay`. */
  readonly day: string;
}

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
const CODE_VERSION = '1';

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
        return classifyText(input, inspect(register), assets, detect, cv);
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
  const sentiment = judgeSentiment(input, reading, findings, assets, kind);
  const leanings = leaningsOf(reading, findings, assets, kind);
  const lean = sentiment.scores[2] - sentiment.scores[0];
  const label = isMixed(lean, leanings.clauses) ? 'mixed' : bestClass(sentiment.probabilities);
  const [negative, neutral, positive] = sentiment.probabilities;
  const prepared = prepare(reading, findings, leanings);
  const circumstances = {
    rating: input.rating?.value ?? null,
    isNews: input.kind === 'news',
  };
  return {
    cv,
    sentiment: {
      label,
      probabilities: { negative, neutral, positive },
      reasons: sentiment.reasons,
    },
    lang,
    verdicts: judge(prepared, promises, assets.heads, circumstances, input.day),
    dimensions: withOwnWords(findDimensions(prepared, assets.heads), prepared, words),
    signals: signalsOf(reading, findings),
    flags: flagsOf(input, sentiment.probabilities),
  };
}

/** Tokens, cues and clauses of a text. */
export function read(tokens: Tokens, { lexicon, cues }: ReadingAssets): Reading {
  const annotation = annotate(tokens, lexicon);
  const quantities = findQuantities(tokens);
  const forms = formsOf(tokens);
  const matches = matchMention(cues, tokens, quantities, forms);
  const loaded = new Uint8Array(tokens.words.length);
  markOpinions(annotation, loaded);
  for (const match of matches) {
    if (match.cue.polarity !== 0) loaded.fill(1, match.from, match.to);
  }
  const clauses = splitClauses(tokens, loaded);
  const clauseOf = new Int32Array(tokens.words.length).fill(-1);
  for (const [index, clause] of clauses.entries()) clauseOf.fill(index, clause.from, clause.to);
  return { tokens, forms, annotation, quantities, matches, clauses, clauseOf, lexicon };
}

/** Puts together what promises and dimensions are judged by. */
export function prepare(
  reading: Reading,
  findings: readonly Finding[],
  leanings: Leanings,
): Prepared {
  return {
    reading,
    findings,
    leanings,
    hashes: hashTokens(reading),
    initials: initialsOfForms(reading.forms),
    compared: comparedFrom(reading),
    words: [],
  };
}

/** Reads a text as far as promises and dimensions need it; what the heads are trained on. */
export function prepareText(input: ClassifierInput, assets: ReadingAssets): Prepared {
  const reading = read(tokenize(input.text, assets.lexicon.emoticons), assets);
  const findings = readFindings(reading);
  const kind = kindIndex(input.kind);
  const leanings = leaningsOf(reading, findings, assets, kind);
  return prepare(reading, findings, leanings);
}

interface Sentiment {
  readonly scores: Scores;
  readonly probabilities: Scores;
  readonly reasons: string[];
}

/** Most that all rules together may add to the log-odds. */
const RULE_LIMIT = 3;

function judgeSentiment(
  input: ClassifierInput,
  reading: Reading,
  findings: readonly Finding[],
  assets: ReadingAssets,
  kind: number,
): Sentiment {
  const titled =
    input.title === null ? null : `${input.title}\n${input.text.slice(0, LONGEST_TEXT)}`;
  const tokens = titled === null ? reading.tokens : tokenize(titled, assets.lexicon.emoticons);
  const annotation = titled === null ? reading.annotation : annotate(tokens, assets.lexicon);
  const features = featuresOf(tokens, annotation, kind);
  const scores = calibrate(assets.weights, scoreFeatures(assets.weights, features, kind), kind);
  const shift = shiftOf(findings, 0, reading.clauses.length);
  applyShift(scores, shift.by);
  const reasons = [...shift.reasons, `words of the ${input.kind} model`].slice(0, 8);
  return { scores, probabilities: softmax(scores), reasons };
}

/** What a signed cue of a topic adds to the log-odds, once per topic and sign. */
const CUE_SHIFT = 0.5;
/** Most that all cues together may add. */
const CUE_LIMIT = 1.5;

interface Shift {
  /** Below 0 for worse. */
  readonly by: number;
  readonly reasons: readonly string[];
}

/** What rules and cues of clauses `from` to `to` (exclusive) add to the log-odds. */
function shiftOf(findings: readonly Finding[], from: number, to: number): Shift {
  const rules = new Map<string, number>();
  const topics = new Map<string, number>();
  for (const { clause, polarity, match } of findings) {
    if (clause < from || clause >= to || polarity === 0) continue;
    const sign = Math.sign(polarity);
    const rule = ruleOfTopic(match.cue.topic);
    if (rule?.effect.does === 'worsen' || rule?.effect.does === 'improve') {
      // "I was never on hold" says the opposite of "on hold".
      rules.set(`rule ${rule.id}`, sign * rule.effect.by);
    } else if (match.cue.about.dimension !== null) {
      topics.set(`cue ${match.cue.topic}${sign > 0 ? '' : ' failed'}`, sign * CUE_SHIFT);
    }
  }
  return {
    by: bounded(rules, RULE_LIMIT) + bounded(topics, CUE_LIMIT),
    reasons: [...rules, ...topics].map(([name, by]) => `${name} ${by > 0 ? '+' : ''}${by}`),
  };
}

function bounded(parts: ReadonlyMap<string, number>, limit: number): number {
  let sum = 0;
  for (const part of parts.values()) sum += part;
  return Math.max(-limit, Math.min(limit, sum));
}

/** Moves the side that it speaks for fully and the other by half. */
function applyShift(scores: Scores, by: number): void {
  if (by < 0) {
    scores[0] -= by;
    scores[2] += by / 2;
  } else {
    scores[0] -= by / 2;
    scores[2] += by;
  }
}

function leaningsOf(
  reading: Reading,
  findings: readonly Finding[],
  { weights }: ReadingAssets,
  kind: number,
): Leanings {
  const lean = (scores: Scores) => scores[2] - scores[0];
  const clauses = reading.clauses.map((clause, index) => {
    const features = featuresOf(reading.tokens, reading.annotation, kind, clause.from, clause.to);
    const scores = calibrate(weights, scoreFeatures(weights, features, kind), kind);
    applyShift(scores, shiftOf(findings, index, index + 1).by);
    return lean(scores);
  });
  return { clauses };
}

/**
 * When a text is mixed: a clause leans clearly each way, the weaker side holds a fair share of all
 * leanings, and the text as a whole is not one-sided. Long texts would else always be mixed.
 */
const MIXED = { positive: 1.5, negative: 1.2, share: 0.2, oneSided: 3 } as const;
/** Leanings nearer to 0 than the first count as none, larger than the second as the second. */
const LEANING = { least: 0.5, most: 4 } as const;

function isMixed(document: number, clauses: readonly number[]): boolean {
  if (Math.max(...clauses) <= MIXED.positive || Math.min(...clauses) >= -MIXED.negative)
    return false;
  const side = (sign: number) =>
    clauses.reduce((sum, lean) => {
      const size = lean * sign;
      return size > LEANING.least ? sum + Math.min(size, LEANING.most) : sum;
    }, 0);
  const [praise, blame] = [side(1), side(-1)];
  const share = Math.min(praise, blame) / (praise + blame);
  return share >= MIXED.share && Math.abs(document) < MIXED.oneSided;
}

/** The most probable of negative, neutral, positive. */
export function bestClass(probabilities: Scores): (typeof CLASSES)[number] {
  const [negative, neutral, positive] = probabilities;
  if (negative >= neutral && negative >= positive) return 'negative';
  return positive >= neutral ? 'positive' : 'neutral';
}

function spanOf(reading: Reading, at: number) {
  const { start, end } = reading.clauses[at] as Clause;
  return { quote: reading.tokens.text.slice(start, end), start, end };
}

function signalsOf(reading: Reading, findings: readonly Finding[]): SignalFinding[] {
  const found = new Map<string, SignalFinding>();
  for (const finding of findings) {
    const { topic, about, polarity } = finding.match.cue;
    const { signal } = about;
    if (signal === null || ruleOfTopic(topic) !== undefined || found.has(signal)) continue;
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

import type { Outcome } from './classification.ts';
import type { Topic } from './cues.ts';
import type { Leanings } from './evidence.ts';
import { featureRoom, featuresOf } from './features.ts';
import type { Finding, Reading } from './findings.ts';
import { type Annotation, annotate, type Lexicon } from './lexicon.ts';
import type { Rule } from './rules.ts';
import { HASHTAG, type Tokens, tokenize, WORD } from './tokens.ts';
import {
  type CLASSES,
  calibrate,
  type Scores,
  scoreFeatures,
  softmax,
  type Weights,
} from './weights.ts';

/** How positive a text is as a whole. */
export interface Sentiment {
  readonly scores: Scores;
  readonly probabilities: Scores;
  readonly reasons: string[];
}

/** Features are scored at once and not kept, so that one place serves all texts. */
const ROOM = featureRoom();

/** Calibrated log-odds of tokens `from` to `to` (exclusive). */
function scoreTokens(
  weights: Weights,
  tokens: Tokens,
  annotation: Annotation,
  kind: number,
  from = 0,
  to = tokens.words.length,
): Scores {
  const features = featuresOf(tokens, annotation, kind, from, to, ROOM);
  return calibrate(weights, scoreFeatures(weights, features, kind), kind);
}

/** Probabilities of negative, neutral and positive by the words of a text alone, without rules and cues. */
export function sentimentOfWords(
  text: string,
  kind: number,
  { weights, lexicon }: { readonly weights: Weights; readonly lexicon: Lexicon },
): Scores {
  const tokens = tokenize(text, lexicon.emoticons);
  return softmax(scoreTokens(weights, tokens, annotate(tokens, lexicon), kind));
}

/**
 * The sentiment of a whole text: its words, then rules and cues.
 *
 * @param titled title and text together, null where there is no title
 * @param kind index into `KINDS`, its name for the reasons
 */
export function judgeSentiment(
  titled: string | null,
  reading: Reading,
  findings: readonly Finding[],
  weights: Weights,
  kind: { readonly index: number; readonly name: string },
): Sentiment {
  const { lexicon } = reading;
  const tokens = titled === null ? reading.tokens : tokenize(titled, lexicon.emoticons);
  const annotation = titled === null ? reading.annotation : annotate(tokens, lexicon);
  const scores = scoreTokens(weights, tokens, annotation, kind.index);
  const shift = addUp(findings);
  const feeling = feelingOf(tokens, annotation);
  applyShift(scores, byOf(shift) + feeling);
  const emoji = feeling === 0 ? [] : [`emoji ${feeling > 0 ? 'positive' : 'negative'}`];
  const reasons = [...emoji, ...reasonsOf(shift), `words of the ${kind.name} model`].slice(0, 8);
  return { scores, probabilities: softmax(scores), reasons };
}

/** Most that emoji may add to the log-odds. */
const EMOJI_LIMIT = 3;

/** What emoji add where there are no words beside them; else the lexicon features hold them. */
function feelingOf(tokens: Tokens, annotation: Annotation): number {
  if (tokens.types.some((type) => type === WORD || type === HASHTAG)) return 0;
  const sum = annotation.valences.reduce((total, valence) => total + valence, 0);
  return limited(sum, EMOJI_LIMIT);
}

/** Most that all rules together may add to the log-odds. */
const RULE_LIMIT = 3;
/** What a signed cue of a topic adds to the log-odds, once per topic and sign. */
const CUE_SHIFT = 0.5;
/** Most that all cues together may add. */
const CUE_LIMIT = 1.5;

/** What rules and cues add to the log-odds, each once; below 0 for worse. */
interface Shift {
  readonly rules: Map<Rule, number>;
  readonly praised: Set<string>;
  readonly failed: Set<string>;
  /** Topics in the order in which they were found. */
  readonly topics: { readonly topic: string; readonly sign: number }[];
}

function addUp(findings: readonly Finding[]): Shift {
  const shift: Shift = { rules: new Map(), praised: new Set(), failed: new Set(), topics: [] };
  for (const { polarity, match } of findings) {
    if (polarity !== 0) note(shift, match.cue.about, Math.sign(polarity));
  }
  return shift;
}

function note({ rules, praised, failed, topics }: Shift, about: Topic, sign: number): void {
  const effect = about.rule?.effect;
  if (effect?.does === 'worsen' || effect?.does === 'improve') {
    // "I was never on hold" says the opposite of "on hold".
    rules.set(about.rule as Rule, sign * effect.by);
    return;
  }
  const known = sign > 0 ? praised : failed;
  if (about.dimension === null || known.has(about.id)) return;
  known.add(about.id);
  topics.push({ topic: about.id, sign });
}

function byOf({ rules, praised, failed }: Shift): number {
  let byRules = 0;
  for (const by of rules.values()) byRules += by;
  const byCues = (praised.size - failed.size) * CUE_SHIFT;
  return limited(byRules, RULE_LIMIT) + limited(byCues, CUE_LIMIT);
}

function limited(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function reasonsOf({ rules, topics }: Shift): string[] {
  return [
    ...[...rules].map(([rule, by]) => `rule ${rule.id} ${signed(by)}`),
    ...topics.map(
      ({ topic, sign }) => `cue ${topic}${sign > 0 ? '' : ' failed'} ${signed(sign * CUE_SHIFT)}`,
    ),
  ];
}

function signed(by: number): string {
  return `${by > 0 ? '+' : ''}${by}`;
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

/** How positive each clause is, by its own words, rules and cues. */
export function leaningsOf(
  { clauses, tokens, annotation }: Reading,
  findings: readonly Finding[],
  weights: Weights,
  kind: number,
): Pick<Leanings, 'clauses'> {
  const byClause = clauses.map((): Finding[] => []);
  for (const finding of findings) byClause[finding.clause]?.push(finding);
  const leanings = clauses.map(({ from, to }, index) => {
    const scores = scoreTokens(weights, tokens, annotation, kind, from, to);
    const own = byClause[index] as Finding[];
    if (own.length > 0) applyShift(scores, byOf(addUp(own)));
    return scores[2] - scores[0];
  });
  return { clauses: leanings };
}

/** What promises kept, and promises broken, add to the log-odds of a text that tells of no other outcome. */
const VERDICT_SHIFT = { kept: 1, broken: -0.5 } as const;

/** A sentiment in the light of the verdicts: "picked up on the second ring" praises without a word of praise. */
export function withVerdicts(
  sentiment: Sentiment,
  verdicts: readonly { readonly outcome: Outcome }[],
): Sentiment {
  const told = tellsOf(verdicts);
  if (told.kept === told.broken) return sentiment;
  const by = told.kept ? VERDICT_SHIFT.kept : VERDICT_SHIFT.broken;
  const scores: Scores = [...sentiment.scores];
  applyShift(scores, by);
  const reason = `promises ${told.kept ? 'kept' : 'broken'} ${signed(by)}`;
  return {
    scores,
    probabilities: softmax(scores),
    reasons: [reason, ...sentiment.reasons].slice(0, 8),
  };
}

/** Whether promises were kept, and whether promises were broken. */
export function tellsOf(verdicts: readonly { readonly outcome: Outcome }[]): {
  readonly kept: boolean;
  readonly broken: boolean;
} {
  return {
    kept: verdicts.some(({ outcome }) => outcome === 'kept' || outcome === 'exceeded'),
    broken: verdicts.some(({ outcome }) => outcome === 'broken'),
  };
}

/** The most probable of negative, neutral, positive. */
export function bestClass(probabilities: Scores): (typeof CLASSES)[number] {
  const [negative, neutral, positive] = probabilities;
  if (negative >= neutral && negative >= positive) return 'negative';
  return positive >= neutral ? 'positive' : 'neutral';
}

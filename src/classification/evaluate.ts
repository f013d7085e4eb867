import type { Classification, Outcome } from './classification.ts';
import { bestClass } from './sentiment.ts';
import { CLASSES } from './weights.ts';

/** A promise as a row of an evaluation set labels it. */
export interface PromiseLabel {
  readonly promise: string;
  readonly outcome: Outcome;
  readonly quote?: string | undefined;
}

/** A labelled row beside what was concluded about its text. */
export interface Judged {
  readonly label?: string | undefined;
  readonly labels?: readonly PromiseLabel[] | undefined;
  readonly dimensions?: readonly string[] | undefined;
  readonly classification: Classification;
}

export interface ClassScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly n: number;
}

export interface SentimentScore {
  readonly n: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly macroRecall: number;
  readonly classes: Readonly<Record<string, ClassScore>>;
  /** Positive against negative alone, on the rows labelled so; 0 where there is none. */
  readonly binaryAccuracy: number;
  /** Recall of negative where the probability cut-off gives at least this precision. */
  readonly negativeRecallAt85: number;
  readonly negativeRecallAt90: number;
  readonly unclassified: number;
}

export interface Ratio {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface PromiseScore {
  /** Which promises a text touches, micro. */
  readonly promises: Ratio;
  /** Promise and outcome both right, micro. */
  readonly pairs: Ratio;
  /** Share of right outcomes among the promises found rightly. */
  readonly outcomeAccuracy: number;
  /** Share of our quotes that contain the labelled quote, lie inside it, or share half its words. */
  readonly quoteHits: number;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function ratio(right: number, found: number, labelled: number): Ratio {
  const precision = share(right, found);
  const recall = share(right, labelled);
  return { precision, recall, f1: share(2 * precision * recall, precision + recall) };
}

/**
 * The label that counts against a set: where the set knows no `mixed`, the most probable class
 * stands for it.
 */
function predictedLabel({ sentiment }: Classification, knowsMixed: boolean): string {
  if (sentiment.label !== 'mixed' || knowsMixed) return sentiment.label;
  const { probabilities } = sentiment;
  if (probabilities === undefined) return sentiment.label;
  return bestClass([probabilities.negative, probabilities.neutral, probabilities.positive]);
}

/** Scores the labels of a set; macro figures are over the classes that the set has. */
export function scoreSentiment(rows: readonly Judged[]): SentimentScore {
  const labelled = rows.filter((row) => row.label !== undefined);
  const labels = labelled.map((row) => row.label as string);
  const known = [...CLASSES, 'mixed'].filter((label) => labels.includes(label));
  const predicted = labelled.map((row) =>
    predictedLabel(row.classification, known.includes('mixed')),
  );
  const classes = Object.fromEntries(
    known.map((label) => [label, scoreClass(label, labels, predicted)]),
  );
  const scores = Object.values(classes);
  const mean = (pick: (score: ClassScore) => number) =>
    share(
      scores.reduce((sum, score) => sum + pick(score), 0),
      scores.length,
    );
  return {
    n: labelled.length,
    accuracy: share(labels.filter((label, at) => label === predicted[at]).length, labels.length),
    macroF1: mean((score) => score.f1),
    macroRecall: mean((score) => score.recall),
    classes,
    binaryAccuracy: binaryAccuracy(labelled),
    negativeRecallAt85: negativeRecall(labelled, 0.85),
    negativeRecallAt90: negativeRecall(labelled, 0.9),
    unclassified: predicted.filter((label) => label.startsWith('un')).length,
  };
}

function scoreClass(
  label: string,
  labels: readonly string[],
  predicted: readonly string[],
): ClassScore {
  const right = labels.filter((gold, at) => gold === label && predicted[at] === label).length;
  const n = labels.filter((gold) => gold === label).length;
  const found = predicted.filter((guess) => guess === label).length;
  return { ...ratio(right, found, n), n };
}

function binaryAccuracy(rows: readonly Judged[]): number {
  const opinions = rows.filter(({ label }) => label === 'positive' || label === 'negative');
  const right = opinions.filter(({ label, classification }) => {
    const { probabilities } = classification.sentiment;
    if (probabilities === undefined) return false;
    return probabilities.positive > probabilities.negative === (label === 'positive');
  });
  return share(right.length, opinions.length);
}

function negativeRecall(rows: readonly Judged[], precision: number): number {
  const ranked = rows
    .map(({ label, classification }) => ({
      isNegative: label === 'negative',
      probability: classification.sentiment.probabilities?.negative ?? 0,
    }))
    .sort((a, b) => b.probability - a.probability);
  const total = ranked.filter((row) => row.isNegative).length;
  let right = 0;
  let best = 0;
  for (const [index, { isNegative }] of ranked.entries()) {
    if (isNegative) right += 1;
    if (right / (index + 1) >= precision) best = right;
  }
  return share(best, total);
}

/** Scores verdicts against the labels of rows that carry them. */
export function scorePromises(rows: readonly Judged[]): PromiseScore {
  const judged = rows.filter((row) => row.labels !== undefined);
  const labelled = judged.reduce((sum, { labels }) => sum + (labels?.length ?? 0), 0);
  const found = judged.reduce((sum, row) => sum + row.classification.verdicts.length, 0);
  const matched = judged.flatMap(({ labels, classification }) =>
    classification.verdicts.flatMap((verdict) => {
      const label = labels?.find(({ promise }) => promise === verdict.promise);
      return label === undefined ? [] : [{ verdict, label }];
    }),
  );
  const right = matched.filter(({ verdict, label }) => verdict.outcome === label.outcome).length;
  const quoted = matched.filter(({ label }) => label.quote !== undefined);
  const hits = quoted.filter(({ verdict, label }) =>
    isQuoteHit(verdict.quote, label.quote as string),
  );
  return {
    promises: ratio(matched.length, found, labelled),
    pairs: ratio(right, found, labelled),
    outcomeAccuracy: share(right, matched.length),
    quoteHits: share(hits.length, quoted.length),
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function isQuoteHit(quote: string, gold: string): boolean {
  const ours = wordsOf(quote);
  const theirs = wordsOf(gold);
  if (ours.length === 0 || theirs.length === 0) return false;
  const [one, other] = [ours.join(' '), theirs.join(' ')];
  if (one.includes(other) || other.includes(one)) return true;
  const shared = theirs.filter((word) => ours.includes(word)).length;
  return shared / theirs.length >= 0.5;
}

/** Micro precision, recall and F1 of the dimensions of rows that carry them. */
export function scoreDimensions(rows: readonly Judged[]): Ratio {
  let labelled = 0;
  let found = 0;
  let right = 0;
  for (const { dimensions, classification } of rows) {
    if (dimensions === undefined) continue;
    labelled += dimensions.length;
    found += classification.dimensions.length;
    right += classification.dimensions.filter(({ dimension }) =>
      dimensions.includes(dimension),
    ).length;
  }
  return ratio(right, found, labelled);
}

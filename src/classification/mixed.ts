import type { Finding, Reading } from './findings.ts';
import type { Sentiment } from './sentiment.ts';

/**
 * Weights of a logistic regression for "mixed", fitted on the project's training mentions (sentiments from models that had
 * not seen them) and the MAMS training sentences (Jiang et al. 2019) together, so that one setting serves reviews, posts
 * and restaurants.
 */
const WEIGHTS = {
  bias: -2.42,
  /** Leaning of the most positive clause; of the most negative; of the weaker of the two. */
  praise: 0.95,
  blame: 0.35,
  weaker: 1.68,
  /** Share of the weaker side in all leanings: long texts have a clause for everything. */
  share: 1.19,
  /** How far the text as a whole leans to one side. */
  oneSided: -1.2,
  contrast: 1.64,
  /** Cues of things kept and of things broken. */
  bothCues: 0.78,
  clauses: -0.24,
  neutral: -1.12,
  bothClear: -0.65,
} as const;
/** Log-odds from which a text is called mixed; best for all training sets together. */
const MIXED = -0.8;

/** Leanings nearer to 0 than the first count as none, larger than the second as the second. */
const LEANING = { least: 0.5, most: 4 } as const;
const CLEAR = 3;
const CLEARLY_ONE_SIDED = 4;
const MANY_CLAUSES = 8;

/**
 * Whether a text praises and blames.
 *
 * @param leanings log-odds of positive against negative per clause
 */
export function isMixed(
  { scores, probabilities }: Sentiment,
  leanings: readonly number[],
  findings: readonly Finding[],
  { annotation }: Reading,
): boolean {
  const praise = Math.max(0, ...leanings);
  const blame = -Math.min(0, ...leanings);
  const clear = (value: number) => Math.min(value, CLEAR) / CLEAR;
  const lean = Math.abs(scores[2] - scores[0]);
  const odds =
    WEIGHTS.bias +
    WEIGHTS.praise * clear(praise) +
    WEIGHTS.blame * clear(blame) +
    WEIGHTS.weaker * clear(Math.min(praise, blame)) +
    WEIGHTS.share * weakerShare(leanings) +
    WEIGHTS.oneSided * (Math.min(lean, CLEARLY_ONE_SIDED) / CLEARLY_ONE_SIDED) +
    WEIGHTS.contrast * Number(annotation.contrasts.length > 0) +
    WEIGHTS.bothCues * Number(hasBothCues(findings)) +
    WEIGHTS.clauses * (Math.min(leanings.length, MANY_CLAUSES) / MANY_CLAUSES) +
    WEIGHTS.neutral * probabilities[1] +
    WEIGHTS.bothClear * Number(praise > 1 && blame > 1);
  return odds > MIXED;
}

/** Part of the weaker side in all leanings that count, 0–0.5. */
function weakerShare(leanings: readonly number[]): number {
  let praise = 0;
  let blame = 0;
  for (const lean of leanings) {
    const size = Math.min(Math.abs(lean), LEANING.most);
    if (size <= LEANING.least) continue;
    if (lean > 0) praise += size;
    else blame += size;
  }
  return praise + blame === 0 ? 0 : Math.min(praise, blame) / (praise + blame);
}

function hasBothCues(findings: readonly Finding[]): boolean {
  return (
    findings.some(({ polarity }) => polarity > 0) && findings.some(({ polarity }) => polarity < 0)
  );
}

/** A brand's daily totals as they are visible at one check, oldest first, the checked day last. */
export type Totals = { mentions: Float64Array; negative: Float64Array };

/** A detector to compare with: a score of the last day, which alarms when it is over a threshold. */
export type Rival = { name: string; score: (totals: Totals) => number };

/** Scores over these thresholds are what the detectors' documentation gives; the evaluation matches them instead. */
export const RIVALS: readonly Rival[] = [
  { name: 'mean + k·sd of 7 days', score: (t) => deviations(t.negative, 7, 0) },
  { name: 'Huginn PeakDetector rule', score: (t) => deviations(t.negative, 14, 0) },
  { name: 'EARS C2', score: (t) => deviations(t.negative, 7, 2) },
  { name: 'Farrington, rate', score: farringtonRate },
];

/** Standard deviations of the last day over the mean of `days` days that end `gap` days before it. */
function deviations(counts: Float64Array, days: number, gap: number): number {
  const end = counts.length - 1 - gap;
  const begin = end - days;
  if (begin < 0) return 0;
  let sum = 0;
  let squares = 0;
  for (let i = begin; i < end; i++) {
    sum += counts[i] as number;
    squares += (counts[i] as number) ** 2;
  }
  const mean = sum / days;
  const variance = Math.max(0, (squares - days * mean * mean) / (days - 1));
  // A week without any spread would make every next mention infinitely surprising.
  return ((counts.at(-1) as number) - mean) / Math.max(0.5, Math.sqrt(variance));
}

/**
 * The rate form of Farrington et al. (1996) with the mentions as offset, over the 56 days that end a week ago:
 * quasi-Poisson dispersion, two-thirds power transform, score in standard deviations.
 */
function farringtonRate({ mentions, negative }: Totals): number {
  const end = negative.length - 7;
  const begin = end - 56;
  if (begin < 0) return 0;
  let x = 0;
  let n = 0;
  for (let i = begin; i < end; i++) {
    x += negative[i] as number;
    n += mentions[i] as number;
  }
  const today = mentions.at(-1) as number;
  if (x === 0 || today === 0) return 0;
  const rate = x / n;
  let chi = 0;
  for (let i = begin; i < end; i++) {
    const mean = (mentions[i] as number) * rate;
    if (mean > 0) chi += ((negative[i] as number) - mean) ** 2 / mean;
  }
  const dispersion = Math.max(1, chi / 55);
  const mean = today * rate;
  const variance = dispersion + (dispersion * mean) / x;
  return (
    (((negative.at(-1) as number) / mean) ** (2 / 3) - 1) / ((2 / 3) * Math.sqrt(variance / mean))
  );
}

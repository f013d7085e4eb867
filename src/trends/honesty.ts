import { type CheckInput, seenBy } from './check.ts';
import { windowSums } from './scan.ts';
import { LONGEST_WINDOW } from './settings.ts';

/** What can be noticed at a brand's volume, in a sentence. Figures: docs/evaluation/trends.md. */
export function detectable(mentionsPerDay: number): string {
  if (mentionsPerDay < 10) {
    return 'Under 10 mentions a day every negative mention is listed; only three times the usual share or more for a week is noticed.';
  }
  if (mentionsPerDay < 100) {
    return 'At this volume two to three times the usual share is noticed within a week.';
  }
  return 'At this volume twice the usual share is noticed within 2 to 3 days.';
}

/** Points of share by which the mix must move the average before it is worth a warning. */
const MIX_POINTS = 0.03;

/**
 * A warning when the brand's average negative share of 7 days moved because louder and quieter sources changed
 * places, while the sources themselves stayed near their norms. Undefined when there is nothing to say.
 */
export function mixWarning(input: CheckInput): string | undefined {
  const panel = seenBy(input);
  const columns = { series: 'brand', group: 'brand', measure: 0, sources: panel.summed } as const;
  const { observed, expected, mentions } = windowSums(panel, columns, LONGEST_WINDOW);
  let usualMentions = 0;
  let usualHits = 0;
  for (const s of panel.summed) {
    usualMentions += panel.cells[0]?.[s]?.mentions ?? 0;
    usualHits += panel.cells[0]?.[s]?.hits ?? 0;
  }
  if (mentions === 0 || usualMentions === 0) return undefined;
  const usual = usualHits / usualMentions;
  const byMix = expected / mentions - usual;
  const byMood = (observed - expected) / mentions;
  if (Math.abs(byMix) < MIX_POINTS || Math.abs(byMood) > Math.abs(byMix)) return undefined;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `The average negative share is ${percent(observed / mentions)} where ${percent(usual)} is usual, mainly because the mix of sources moved: with this mix ${percent(expected / mentions)} would be usual.`;
}

import { praiseFell } from './chart.ts';
import { type CheckInput, newest, seenBy } from './check.ts';
import { dayNumber } from './day.ts';
import type { CheckResult, WindowTest } from './incident.ts';
import { windowSums } from './scan.ts';
import { LONGEST_WINDOW } from './settings.ts';

/**
 * What can be noticed at best at a brand's volume, in two sentences. The figures (docs/evaluation/trends.md) are of
 * simulated mentions whose sentiment is known: wrong judgements of the classifier thin a turn out.
 */
export function detectable(mentionsPerDay: number): string {
  const caveat = 'Where mentions are judged wrongly it takes longer, or a larger turn.';
  if (mentionsPerDay < 10) {
    return `Under 10 mentions a day every negative mention is listed; at best, with every mention judged right, three times the usual share or more for a week can be noticed. ${caveat}`;
  }
  if (mentionsPerDay < 100) {
    return `At this volume, at best, with every mention judged right, two to three times the usual share can be noticed within a week. ${caveat}`;
  }
  return `At this volume, at best, with every mention judged right, twice the usual share can be noticed within 2 to 3 days. ${caveat}`;
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

/** How many mentions of the last 7 days were not counted, because nobody can say what they mean. */
export function leftUnread(input: CheckInput): string {
  const last = dayNumber(input.day);
  let counted = 0;
  let unclassified = 0;
  let unsupported = 0;
  for (const rollup of newest(input)) {
    const age = last - dayNumber(rollup.day);
    if (age < 0 || age >= LONGEST_WINDOW) continue;
    for (const counts of Object.values(rollup.sources)) {
      counted += counts.mentions;
      unclassified += counts.unclassified;
      unsupported += counts.unsupported;
    }
  }
  const all = counted + unclassified + unsupported;
  const percent = (part: number) => `${all === 0 ? 0 : Math.round((100 * part) / all)} %`;
  return `Of ${all} mentions in 7 days ${unclassified} (${percent(unclassified)}) could not be judged and ${unsupported} (${percent(unsupported)}) are in a language that is not known; they are not counted.`;
}

/**
 * What a reader of a check's numbers must know besides them: what it could not test, what is left out, what the
 * brand's volume lets it notice, and what the numbers look like but are not.
 *
 * @param tests those that are shown
 */
export function caveats(
  input: CheckInput,
  check: Pick<CheckResult, 'skipped' | 'mentionsPerDay' | 'learning'>,
  tests: readonly WindowTest[],
): string[] {
  const { skipped, mentionsPerDay, learning } = check;
  const warning = mixWarning(input);
  return [
    ...(tests.some((test) => test.fires && praiseFell(test))
      ? [
          'The share rose mainly because praise fell: there are hardly more negative mentions than usual.',
        ]
      : []),
    ...(warning === undefined ? [] : [warning]),
    ...(learning === null
      ? []
      : [`Learning, day ${learning.day} of ${learning.of}: the odds are stricter until then.`]),
    ...skipped,
    leftUnread(input),
    `About ${mentionsPerDay.toFixed(mentionsPerDay < 10 ? 1 : 0)} mentions a day. ${detectable(mentionsPerDay)}`,
  ];
}

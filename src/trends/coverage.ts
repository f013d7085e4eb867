import { weekday } from './day.ts';
import type { SourceCoverage } from './incident.ts';
import type { Panel } from './panel.ts';
import { LEARNING_DAYS, LONGEST_WINDOW } from './settings.ts';

/** How much of each source the check could use, in the order of their ids. */
export function coverageOf(panel: Panel): SourceCoverage[] {
  const { history, at, from } = panel;
  return history.sources.map((source, s) => {
    const { usual, trailing } = panel.silence[s] as Panel['silence'][number];
    let expected = 0;
    let seen = 0;
    for (let i = Math.max(from, at - LONGEST_WINDOW + 1); i <= at; i++) {
      expected += usual[weekday(history.first + i)] as number;
      seen += history.mentions[s]?.[i] as number;
    }
    const daysWithData = panel.sourceDays[s] as number;
    const masked = panel.masked[s]?.[at - from] === 1;
    let state: SourceCoverage['state'] = daysWithData < LEARNING_DAYS ? 'learning' : 'read';
    if (!panel.sources.includes(s)) state = 'no-data';
    else if (trailing > 0) state = 'silent';
    else if (masked) state = 'outage';
    return { source, state, daysWithData, expected, seen };
  });
}

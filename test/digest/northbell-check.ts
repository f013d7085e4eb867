import { lastDays } from '../../src/digest/dates.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import type { Rollup, SourceCounts } from '../../src/rollups/rollup.ts';
import type { CheckResult, Incident, WindowTest } from '../../src/trends/incident.ts';
import { DAY, northbell } from './northbell-brand.ts';

const BROKEN_21 = [2, 3, 4, 3, 2, 5, 3, 1, 2, 4, 3, 6, 2, 4, 2, 1, 3, 4, 8, 11, 12];

export const counts = (part: Partial<SourceCounts> = {}): SourceCounts => ({
  ...noCounts(),
  ...part,
});

/** 63 days; about 44 mentions a day over three sources; the last three days are bad. */
export function rollups(broken: (day: string, index: number) => number = usualBroken): Rollup[] {
  return lastDays(DAY, 63).map((day, index) => ({
    brand: 'northbell',
    day,
    cv: 'c1',
    seen: 1,
    employees: {},
    sources: sourcesOf(broken(day, index), index),
  }));
}

export function sourcesOf(total: number, index: number): Rollup['sources'] {
  const most = Math.ceil(total * 0.45);
  const some = Math.floor(total * 0.3);
  const every = (days: number, at: number) => ((index + at) % days === 0 ? 1 : 0);
  const row = (at: number, mentions: number, bad: number) => {
    const negative = Math.min(mentions, bad + ((index + at) % 3));
    return counts({
      mentions,
      negative,
      neutral: Math.floor((mentions - negative) / 2),
      positive: Math.ceil((mentions - negative) / 2),
      unclassified: every(5, at),
      unsupported: every(9, at),
      copies: at === 0 ? every(4, 0) : 0,
      promises: {
        'answer-60s': verdicts(at === 0 ? (index % 3) + 1 : 0, bad),
        'first-contact': verdicts(1, every(4, at)),
        callback: verdicts(0, at === 1 ? every(3, 0) : 0),
      },
    });
  };
  return {
    reviews: row(0, 20, most),
    forum: row(1, 14, some),
    stars: row(2, 10, total - most - some),
  };
}

const verdicts = (kept: number, broken: number) => ({ exceeded: 0, kept, broken, unclear: 0 });

export function usualBroken(_day: string, index: number): number {
  return index >= 42 ? (BROKEN_21[index - 42] ?? 0) : (index % 5) + 1;
}

export function aTest(part: Partial<WindowTest> = {}): WindowTest {
  return {
    series: 'promise:answer-60s',
    window: 3,
    from: addDays(DAY, -2),
    to: DAY,
    observed: 31,
    expected: 9.2,
    mentions: 132,
    wobble: 1.4,
    chance: 0.0000021,
    odds: 0.00005,
    usualCount: 9.4,
    countLimit: 17.2,
    keys: { chance: true, minimum: true, ratio: true, count: true },
    fires: true,
    ...part,
  };
}

export function anIncident(part: Partial<Incident> = {}): Incident {
  const opening = aTest(part.series ? { series: part.series } : {});
  return {
    brand: 'northbell',
    number: 142,
    state: 'open',
    series: 'promise:answer-60s',
    alsoFired: [],
    openedOn: DAY,
    since: opening.from,
    opening,
    lastMailed: opening,
    baseline: {
      days: lastDays(addDays(DAY, -7), 56),
      sources: {
        reviews: { mentions: 1120, negative: 78, share: 0.0697 },
        forum: { mentions: 784, negative: 55, share: 0.0697 },
        stars: { mentions: 560, negative: 39, share: 0.0697 },
      },
    },
    worseOn: [],
    goodChecks: 0,
    recoveredOn: null,
    reopenedOn: [],
    closedOn: null,
    closedBecause: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    serious: true,
    cv: 'c1',
    checkedDay: DAY,
    history: [{ day: DAY, observed: 31, expected: 9.2, mentions: 132, chance: 0.0000021 }],
    ...part,
  };
}

export function aCheck(
  incident: Incident = anIncident(),
  part: Partial<CheckResult> = {},
): CheckResult {
  return {
    brand: 'northbell',
    day: DAY,
    cv: 'c1',
    tests: [
      aTest({ series: incident.series }),
      aTest({
        series: incident.series,
        window: 1,
        from: DAY,
        observed: 12,
        expected: 3.1,
        mentions: 44,
        chance: 0.0001,
        fires: false,
      }),
      aTest({
        window: 7,
        from: addDays(DAY, -6),
        observed: 41,
        expected: 21.4,
        mentions: 308,
        chance: 0.002,
        fires: false,
      }),
      aTest({
        series: 'promise:first-contact',
        window: 7,
        observed: 5,
        expected: 4.6,
        fires: false,
      }),
      aTest({ series: 'promise:callback', window: 7, observed: 2, expected: 2.3, fires: false }),
    ],
    events: [{ kind: 'opened', number: incident.number, day: DAY }],
    incidents: [incident],
    coverage: northbell.sources.map(({ id }) => ({
      source: id,
      state: 'read' as const,
      daysWithData: 63,
      expected: 90,
      seen: 92,
    })),
    learning: null,
    skipped: [],
    mentionsPerDay: 44,
    ...part,
  };
}

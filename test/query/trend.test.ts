import { describe, expect, it } from 'vitest';
import { decisionWords, overOf } from '../../src/query/trend.ts';
import type { Incident, WindowTest } from '../../src/trends/incident.ts';
import { limitInWords } from '../../src/trends/series.ts';

const test = (window: number, from: string, fires = true): WindowTest => ({
  ...{ series: 'promise:fast', window, from, to: '2026-10-22', observed: 18, expected: 4.8 },
  ...{ mentions: 83, wobble: 1.2, chance: 1e-6, odds: 4e-5, usualCount: 5, countLimit: 12, fires },
  keys: { chance: fires, minimum: fires, ratio: fires, count: fires },
});
const recovered: Incident = {
  ...{ brand: 'acme', number: 1, series: 'promise:fast', alsoFired: [], since: '2026-10-13' },
  ...{ openedOn: '2026-10-15', opening: test(3, '2026-10-13'), lastMailed: test(3, '2026-10-13') },
  ...{ baseline: { days: [], sources: {} }, worseOn: [], goodChecks: 3, reopenedOn: [] },
  ...{ state: 'recovered', recoveredOn: '2026-10-22', closedOn: null, closedBecause: null },
  ...{ acknowledgedBy: null, snoozedUntil: null, serious: true, cv: 'cv1', history: [] },
  checkedDay: '2026-10-22',
};
const words = (tests: readonly WindowTest[], incidents: readonly Incident[]) =>
  decisionWords({ tests, checkMade: true, day: '2026-10-22', over: overOf(incidents) }, 'AC');
const week = test(7, '2026-10-16');

describe('what a check makes of its windows', () => {
  it('is a turn where all keys hold and no incident is over', () => {
    const still = { ...recovered, state: 'open' as const, recoveredOn: null };
    expect(words([week], [])).toBe('The check of 2026-10-22 finds a turn over 7 days.');
    expect(words([test(1, '2026-10-22'), week], [still])).toContain('a turn over 1, 7 days.');
    expect(words([test(7, '2026-10-16', false)], [recovered])).toContain('finds no turn: ');
  });

  it('is no new turn where the window reaches back into an incident that is over', () => {
    expect(words([week], [recovered])).toBe(
      'The check of 2026-10-22 finds no new turn: over 7 days all four keys hold, but those days reach back into AC-0001, which recovered on 2026-10-22.',
    );
    const closed: Incident = {
      ...{ ...recovered, number: 2, state: 'closed', recoveredOn: null },
      ...{ closedBecause: 'operator', closedOn: '2026-10-20' },
    };
    expect(words([week], [closed])).toContain('AC-0002, which was closed on 2026-10-20.');
    expect(words([test(1, '2026-10-22'), week], [closed])).toContain('finds a turn over 1 day.');
  });

  it('is held against odds that are printed exactly', () => {
    expect([4e-5, 0.002].map(limitInWords)).toEqual(['1 in 25,000', '1 in 500']);
  });
});

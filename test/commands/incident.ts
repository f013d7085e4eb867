import type { Incident } from '../../src/trends/incident.ts';

const TEST = {
  series: 'promise:fast',
  window: 3,
  from: '2026-11-18',
  to: '2026-11-20',
  observed: 9,
  expected: 2.4,
  mentions: 60,
  wobble: 1.1,
  chance: 0.0001,
  odds: 0.0005,
  usualCount: 2,
  countLimit: 5,
  keys: { chance: true, minimum: true, ratio: true, count: true },
  fires: true,
};

/** Of acme's first promise: found on 20 November 2026, and open. */
export function anIncident(only: Partial<Incident> = {}): Incident {
  return {
    brand: 'acme',
    number: 1,
    state: 'open',
    series: 'promise:fast',
    alsoFired: [],
    openedOn: '2026-11-20',
    since: '2026-11-18',
    opening: TEST,
    lastMailed: TEST,
    baseline: { days: ['2026-10-01'], sources: {} },
    worseOn: [],
    goodChecks: 0,
    recoveredOn: null,
    reopenedOn: [],
    closedOn: null,
    closedBecause: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    serious: true,
    cv: 'cv1',
    checkedDay: '2026-11-21',
    history: [],
    ...only,
  };
}

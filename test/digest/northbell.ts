import type { DigestInput } from '../../src/digest/compose.ts';
import { addDays } from '../../src/mentions/day.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { aCheck, anIncident, aTest, rollups } from './northbell-check.ts';
import { mentions } from './northbell-mentions.ts';

/** The opened mail of the bad week; change what the test is about. */
export function anInput(part: Partial<DigestInput> = {}): DigestInput {
  const incident = part.incident === undefined ? anIncident() : part.incident;
  return {
    brand: northbell,
    kind: 'opened',
    incident,
    check: aCheck(incident ?? anIncident()),
    rollups: rollups(),
    mentions,
    coverage: northbell.sources.map(({ id, name }) => ({
      source: id,
      name,
      lastReadAt: '2026-11-21T05:40:00Z',
      items: 50,
      failingSince: null,
      reason: null,
    })),
    timeZone: 'Europe/London',
    now: new Date('2026-11-21T06:00:00Z'),
    ...part,
  };
}

/** The same brand eight days after its bad week began: three good checks in a row. */
export function recoveredInput(): DigestInput {
  // The bad days end with the fourth; since then the counts are usual again.
  const late = [2, 3, 4, 3, 2, 5, 3, 1, 2, 4, 8, 11, 12, 9, 4, 3, 3, 2, 3, 2, 3];
  const since = addDays(DAY, -10);
  const opening = aTest({ from: since, to: addDays(since, 2) });
  const incident = anIncident({
    state: 'recovered',
    since,
    openedOn: addDays(since, 2),
    opening,
    lastMailed: opening,
    goodChecks: 3,
    recoveredOn: DAY,
  });
  return anInput({
    kind: 'recovered',
    incident,
    rollups: rollups((_, index) => (index >= 42 ? (late[index - 42] ?? 0) : (index % 5) + 1)),
    check: aCheck(incident, {
      events: [{ kind: 'recovered', number: 142, day: DAY }],
      tests: [
        aTest({ observed: 8, expected: 9.2, chance: 0.7, fires: false }),
        aTest({
          window: 1,
          from: DAY,
          observed: 3,
          expected: 3.1,
          mentions: 44,
          chance: 0.6,
          fires: false,
        }),
        aTest({
          window: 7,
          from: addDays(DAY, -6),
          observed: 20,
          expected: 21.4,
          chance: 0.6,
          fires: false,
        }),
      ],
    }),
  });
}

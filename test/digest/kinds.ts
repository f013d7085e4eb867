import type { DigestInput } from '../../src/digest/compose.ts';
import { addDays } from '../../src/mentions/day.ts';
import { anInput, recoveredInput } from './northbell.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { aCheck, anIncident, aTest, counts, rollups } from './northbell-check.ts';
import { aMention, mentions } from './northbell-mentions.ts';

const atSource = (number: number, series: string) =>
  anIncident({
    number,
    series,
    since: addDays(DAY, -4),
    openedOn: addDays(DAY, -2),
    serious: false,
    opening: aTest({ series, observed: 14, expected: 5.4, chance: 0.0002, mentions: 61 }),
    lastMailed: aTest({ series, observed: 22, expected: 5.1, chance: 0.00003, mentions: 58 }),
  });

/** Employees say something too, one source fails, one is silent, one is new. */
function everythingAtOnce(): DigestInput {
  const incident = anIncident({ alsoFired: ['brand', 'pair:answer-60s@forum', 'source:forum'] });
  const brand = {
    ...northbell,
    sources: [
      ...northbell.sources,
      { ...aSource('work', 'Workplace Voices'), population: 'employee' as const },
      aSource('silent', 'Quiet Corner'),
      aSource('new', 'Newcomer'),
      aSource('broken', 'Out of Reach'),
    ],
  };
  const check = aCheck(incident);
  const read = { lastReadAt: '2026-11-21T05:40:00Z', items: 12, failingSince: null, reason: null };
  return anInput({
    brand,
    incident,
    check: {
      ...check,
      tests: [
        ...check.tests,
        aTest({ series: 'brand', observed: 44, expected: 21.5 }),
        aTest({ series: 'source:forum', observed: 12, expected: 4.2, mentions: 41 }),
        aTest({ series: 'pair:answer-60s@forum', observed: 8, expected: 2.1, mentions: 41 }),
      ],
      coverage: [
        ...check.coverage,
        { source: 'silent', state: 'silent', daysWithData: 60, expected: 12.4, seen: 0 },
        { source: 'new', state: 'learning', daysWithData: 9, expected: 0, seen: 4 },
      ],
      skipped: [
        'Windows that start before 2026-11-01 belong to an incident that is over and were not used.',
      ],
    },
    rollups: rollups().map((rollup) => ({
      ...rollup,
      employees: { work: counts({ mentions: 2, negative: 1, neutral: 1 }) },
    })),
    mentions: [
      ...mentions,
      aMention({
        id: 'e'.repeat(32),
        source: 'work',
        population: 'employee',
        text: 'They halved the evening shift and now we apologise to callers all day long.',
      }),
    ],
    uncounted: new Map([[mentions[4]?.id ?? '', 'copy' as const]]),
    coverage: [
      ...anInput().coverage,
      { source: 'work', name: 'Workplace Voices', ...read },
      { source: 'silent', name: 'Quiet Corner', ...read },
      { source: 'new', name: 'Newcomer', ...read },
      {
        source: 'broken',
        name: 'Out of Reach',
        ...read,
        failingSince: '2026-11-19T22:10:00Z',
        reason: 'the server answers 503 Service Unavailable',
      },
    ],
    actions: [{ day: addDays(DAY, -1), text: 'New phone menu rolled back', promise: 'answer-60s' }],
    cases: { open: 4, fixed: 2, notAboutUs: 1, wrongVerdict: 0 },
  });
}

function aSource(id: string, name: string) {
  const first = northbell.sources[0];
  if (first === undefined) throw new Error('the example brand has sources');
  return { ...first, id, name };
}

/** One input for each kind of mail, and for the odd shapes that mails can have. */
export const everyKind: Record<string, () => DigestInput> = {
  opened: () => anInput(),
  'opened-everything': everythingAtOnce,
  worse: () => {
    const incident = atSource(143, 'source:reviews');
    return anInput({ kind: 'worse', incident, check: aCheck(incident) });
  },
  still: () => {
    const incident = anIncident({
      since: addDays(DAY, -9),
      openedOn: addDays(DAY, -7),
      opening: aTest({ from: addDays(DAY, -9), to: addDays(DAY, -7) }),
      lastMailed: aTest({
        window: 7,
        from: addDays(DAY, -6),
        observed: 41,
        expected: 21.4,
        mentions: 308,
      }),
    });
    return anInput({ kind: 'still', incident, check: aCheck(incident) });
  },
  reopened: () => {
    const incident = atSource(144, 'brand');
    return anInput({ kind: 'reopened', incident, check: aCheck(incident) });
  },
  recovered: recoveredInput,
  'new-normal': () => {
    const incident = anIncident({
      state: 'closed',
      since: addDays(DAY, -30),
      openedOn: addDays(DAY, -28),
      opening: aTest({ from: addDays(DAY, -30), to: addDays(DAY, -28) }),
    });
    return anInput({ kind: 'new-normal', incident, check: aCheck(incident) });
  },
  combined: () =>
    anInput({
      also: [
        { incident: atSource(143, 'source:reviews'), kind: 'worse' },
        { incident: atSource(144, 'pair:answer-60s@forum'), kind: 'opened' },
        { incident: { ...atSource(145, 'brand'), goodChecks: 3 }, kind: 'recovered' },
      ],
    }),
  'first-reading': () =>
    anInput({
      kind: 'first-reading',
      incident: null,
      check: aCheck(anIncident(), {
        incidents: [],
        events: [],
        learning: { day: 12, of: 28 },
        mentionsPerDay: 8.4,
      }),
    }),
  'every-negative': () =>
    anInput({
      kind: 'every-negative',
      incident: null,
      check: aCheck(anIncident(), { incidents: [], events: [], mentionsPerDay: 6.2 }),
    }),
  'weekly-pulse': () =>
    anInput({
      kind: 'weekly-pulse',
      incident: null,
      rollups: rollups((_, index) => (index % 5) + 1),
      check: aCheck(anIncident(), { incidents: [], events: [] }),
    }),
};

import type { Event } from './simulator.ts';

/** Quiet days before an event: the baseline, its gap, and a month of nothing. */
export const LEAD_DAYS = 100;

/** One kind of thing that can happen to a brand. */
export type Family = {
  name: string;
  /** Days after the start within which an incident counts. */
  within: number;
  event: Event;
  promises?: number;
  firstPart?: number;
};

const span = (days: number) => (day: number) => day >= LEAD_DAYS && day < LEAD_DAYS + days;

function during(days: number, effect: ReturnType<Event>, only?: number): Event {
  const inside = span(days);
  return (day, source) =>
    inside(day) && (only === undefined || source === only) ? effect : undefined;
}

/** Turns for the worse that must be found. */
export const TURNS = {
  double3: { name: 'negative share ×2 for 3 days', within: 7, event: during(3, { shareTimes: 2 }) },
  double7: {
    name: 'negative share ×2 for 7 days',
    within: 10,
    event: during(7, { shareTimes: 2 }),
  },
  extra3: {
    name: 'as many negatives again on top, 3 days',
    within: 7,
    event: during(3, { extraNegative: 1 }),
  },
  extra7: {
    name: 'as many negatives again on top, 7 days',
    within: 10,
    event: during(7, { extraNegative: 1 }),
  },
  triple7: {
    name: 'negative share ×3 for 7 days',
    within: 10,
    event: during(7, { shareTimes: 3 }),
  },
  five3: { name: 'negative share ×5 for 3 days', within: 7, event: during(3, { shareTimes: 5 }) },
  ramp: {
    name: '+0.5 points of share a day',
    within: 35,
    event: (day: number) =>
      day >= LEAD_DAYS ? { sharePlus: 0.005 * (day - LEAD_DAYS + 1) } : undefined,
  },
  viralNegative: {
    name: 'viral negative, 2 days',
    within: 7,
    event: during(2, { volume: 2, bomb: 1.5 }, 0),
  },
  promise: {
    name: 'one promise, 5 broken a day usual, broken ×6 at one source for 7 days',
    within: 10,
    promises: 8,
    firstPart: 0.3,
    event: during(7, { broken: 6 }, 0),
  },
  promiseLate: {
    name: 'the same at a source where half of the negatives come late',
    within: 10,
    promises: 8,
    firstPart: 0.3,
    event: during(7, { broken: 6 }, 1),
  },
  promiseRare: {
    name: 'one promise, 2 broken a day usual, broken ×6 at one source for 7 days',
    within: 10,
    promises: 8,
    event: during(7, { broken: 6 }, 0),
  },
  bombed: {
    name: 'one source bombed with ×1.5 its mentions, all negative, 3 days',
    within: 7,
    event: during(3, { bomb: 1.5 }, 1),
  },
} satisfies Record<string, Family>;

/** Changes that are no turn: an incident is a false alarm. */
export const NEUTRAL = {
  neutralViral: {
    name: 'neutral viral, ×6 for 3 days',
    within: 10,
    event: during(3, { volume: 6 }, 0),
  },
  outage: {
    name: 'the praising source silent for 10 days',
    within: 10,
    event: during(10, { silent: true }, 0),
  },
  flood: {
    name: 'flood of copies on one day, counted once',
    within: 7,
    event: (day: number, source: number) =>
      day === LEAD_DAYS && source === 0 ? { copies: 1 } : undefined,
  },
  dip: { name: 'holiday dip, ×0.4 for 10 days', within: 17, event: during(10, { volume: 0.4 }) },
  growth: {
    name: 'the complaining source grows to ×3 in 60 days',
    within: 60,
    event: (day: number, source: number) =>
      day >= LEAD_DAYS && source === 1
        ? { volume: 1 + (2 * Math.min(60, day - LEAD_DAYS)) / 60 }
        : undefined,
  },
  growthAll: {
    name: 'all sources grow to ×3 in 60 days',
    within: 60,
    event: (day: number) =>
      day >= LEAD_DAYS ? { volume: 1 + (2 * Math.min(60, day - LEAD_DAYS)) / 60 } : undefined,
  },
} satisfies Record<string, Family>;

import { describe, expect, it } from 'vitest';
import { runDeliverySchedule } from './delivery-schedule.ts';

/** A few of those that `npm run faults` plays. */
const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

describe('sending through crashes, lost answers, overlapping runs and late events', () => {
  it('loses no digest, and repeats one only inside the documented window, where the row admits it', async () => {
    const outcomes = await Promise.all(SEEDS.map(runDeliverySchedule));
    const bad = outcomes.filter(
      ({ lost, outsideWindow, notCounted }) => lost + outsideWindow + notCounted > 0,
    );
    expect(bad).toEqual([]);
    // The schedules are worth something: processes died, and some mails did go out twice.
    const sum = (of: 'crashes' | 'duplicates') =>
      outcomes.reduce((total, outcome) => total + outcome[of], 0);
    expect(sum('crashes')).toBeGreaterThan(100);
    expect(sum('duplicates')).toBeGreaterThan(0);
  });

  it('plays the same schedule for the same seed', async () => {
    expect(await runDeliverySchedule(7)).toEqual(await runDeliverySchedule(7));
  });
}, 120_000);

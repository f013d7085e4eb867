import { describe, expect, it } from 'vitest';
import { acme } from '../fixtures.ts';
import { runJudgingSchedule } from './judging-schedule.ts';
import { seededRandom } from './random.ts';
import { runSchedule } from './run-schedule.ts';
import { simulatedWorld } from './world.ts';

/** A few of the hundred thousand that `npm run faults -- --schedules 100000` plays. */
const SCHEDULES = 60;

describe('a random schedule of crashes, lost answers, redeliveries, edits, erasures and new classifiers', () => {
  it('loses nothing, counts right, and keeps erased what was erased', async () => {
    const violated: Record<number, readonly string[]> = {};
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const violations = await runSchedule(seed);
      if (violations.length > 0) violated[seed] = violations;
    }
    expect(violated).toEqual({});
  }, 120_000);

  // An edit back after a poll that died, or beside the same poll once more; a writer that died beside an erasure; two recounts at once.
  it.each([3621, 204423, 10912, 305325])('holds what schedule %i once broke', async (seed) => {
    expect(await runSchedule(seed)).toEqual([]);
  });

  it('judges stored mentions anew while they expire: no older conclusions, no counts lost', async () => {
    const violated: Record<number, readonly string[]> = {};
    for (let seed = 1; seed <= SCHEDULES / 2; seed++) {
      const violations = await runJudgingSchedule(seed);
      if (violations.length > 0) violated[seed] = violations;
    }
    expect(violated).toEqual({});
  }, 120_000);

  // Counts of an expired day that the functions had made by the newer version, replaced by none; an erasure that found
  // nothing, for the mention had just expired, and was held to have erased it when the source was read again; counts of
  // the version before, left by a run that died between its last mention and the day's mark.
  it.each([700019, 700025, 737, 2526, 2967, 80580])(
    'judges anew what schedule %i once broke',
    async (seed) => {
      expect(await runJudgingSchedule(seed)).toEqual([]);
    },
  );

  it('is the same whenever its seed is', () => {
    const draws = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random.below(1000));
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  it('shows what nobody recounts', async () => {
    const world = simulatedWorld(1);
    world.calm();
    for (const feed of world.feeds.values()) feed.grow(world.now());
    world.start.dispatch();
    await world.settle();
    world.start.polls();
    await world.settle();
    world.start.mentions();
    await world.settle();
    const kinds = new Set(world.table.rows().map(({ PK }) => String(PK).split('#')[0]));
    expect([...kinds].sort()).toEqual(['C', 'D', 'M', 'S']);
    world.start.rollup();
    await world.settle();
    expect(world.table.rows().some(({ PK }) => PK === `R#${acme.id}`)).toBe(true);
  });
});

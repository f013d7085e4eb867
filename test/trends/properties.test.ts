import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rollup } from '../../src/rollups/rollup.ts';
import { type CheckInput, checkBrand } from '../../src/trends/check.ts';
import type { WindowTest } from '../../src/trends/incident.ts';
import { anInput, aRollup, type DayCounts, dayAt, northbell } from './fixtures.ts';

const DAYS = 80;

/** A source of a day: up to 40 mentions, few of them negative on most days. */
const source = fc
  .record({ n: fc.integer({ min: 0, max: 40 }), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ n, part }) => {
    const x = Math.floor(n * part ** 3);
    return { n, x, broken: { delivery: Math.floor(x / 2) } };
  });

const histories = fc
  .record({
    quiet: fc.array(fc.record({ reviews: source, social: source }), {
      minLength: DAYS,
      maxLength: DAYS,
    }),
    bad: fc.array(fc.nat({ max: 30 }), { minLength: 7, maxLength: 7 }),
  })
  .map(({ quiet, bad }) =>
    quiet.map((day, i): DayCounts => {
      const more = bad[i - (DAYS - 7)] ?? 0;
      const { n, x, broken } = day.reviews;
      return {
        ...day,
        reviews: { n: n + more, x: x + more, broken: { delivery: broken.delivery + more } },
      };
    }),
  );

const input = (days: readonly DayCounts[], changes: Partial<CheckInput> = {}) =>
  anInput({
    day: dayAt(DAYS - 1),
    rollups: days.map((counts, i) => aRollup(dayAt(i), counts)),
    ...changes,
  });

const firing = (tests: readonly WindowTest[]) =>
  new Set(tests.filter((t) => t.fires).map((t) => `${t.series} ${t.window}`));

describe('the daily check', () => {
  it('does not depend on the order of rollups, sources and promises', () => {
    fc.assert(
      fc.property(histories, fc.integer(), (days, seed) => {
        const rollups = input(days).rollups;
        const shuffled = rollups.toSorted(
          (a, b) => Math.sin(seed + a.day.charCodeAt(9)) - Math.sin(seed + b.day.charCodeAt(9)),
        );
        const brand = {
          ...northbell,
          sources: northbell.sources.toReversed(),
          promises: northbell.promises.toReversed(),
        };
        expect(checkBrand(input(days, { rollups: shuffled, brand }))).toEqual(
          checkBrand(input(days)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same numbers whatever the sources and promises are called', () => {
    const rename = (rollup: Rollup): Rollup => ({
      ...rollup,
      sources: Object.fromEntries(
        Object.entries(rollup.sources).map(([id, counts]) => [`a${id}`, counts]),
      ),
    });
    fc.assert(
      fc.property(histories, (days) => {
        const brand = {
          ...northbell,
          sources: northbell.sources.map((s) => ({ ...s, id: `a${s.id}` })),
        };
        const plain = checkBrand(input(days));
        const renamed = checkBrand(
          input(days, { brand, rollups: input(days).rollups.map(rename) }),
        );
        const numbers = (tests: readonly WindowTest[]) => tests.map((t) => ({ ...t, series: '' }));
        expect(numbers(renamed.tests)).toEqual(numbers(plain.tests));
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the time zone of the machine', () => {
    fc.assert(
      fc.property(histories, (days) => {
        const here = checkBrand(input(days));
        const zone = process.env['TZ'];
        process.env['TZ'] = 'Pacific/Kiritimati';
        const there = checkBrand(input(days));
        process.env['TZ'] = zone;
        expect(there).toEqual(here);
      }),
      { numRuns: 10 },
    );
  });

  it('never alarms about a series because of one more mention that is not negative', () => {
    fc.assert(
      fc.property(
        histories,
        fc.constantFrom('reviews', 'social'),
        fc.integer({ min: DAYS - 7, max: DAYS - 1 }),
        fc.integer({ min: 1, max: 20 }),
        (days, where, when, more) => {
          const counts = days[when]?.[where] as DayCounts[string];
          // A day without any mention may be a silent one, and the first mention ends the silence.
          fc.pre(counts.n > 0);
          const changed = days.map((day, i) =>
            i === when ? { ...day, [where]: { ...counts, n: counts.n + more } } : day,
          );
          const before = firing(checkBrand(input(days)).tests);
          const after = firing(checkBrand(input(changed)).tests);
          expect([...after].filter((name) => !before.has(name))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never stops an alarm because of one more mention that is negative and breaks the promise', () => {
    fc.assert(
      fc.property(histories, (days) => {
        const last = days.at(-1) as DayCounts;
        const { n, x, broken } = last['reviews'] as DayCounts[string];
        fc.pre(n > 0);
        const worse = days.with(-1, {
          ...last,
          reviews: { n: n + 1, x: x + 1, broken: { delivery: (broken?.['delivery'] ?? 0) + 1 } },
        });
        const own = (tests: readonly WindowTest[]) =>
          firing(
            tests.filter(
              (t) => t.series === 'source:reviews' || t.series === 'pair:delivery@reviews',
            ),
          );
        const after = own(checkBrand(input(worse)).tests);
        expect([...own(checkBrand(input(days)).tests)].filter((name) => !after.has(name))).toEqual(
          [],
        );
      }),
      { numRuns: 100 },
    );
  });

  it('fires exactly when all four keys hold, and chances are shares', () => {
    fc.assert(
      fc.property(histories, (days) => {
        for (const test of checkBrand(input(days)).tests) {
          expect(test.fires).toBe(Object.values(test.keys).every(Boolean));
          expect(test.chance).toBeGreaterThanOrEqual(0);
          expect(test.chance).toBeLessThanOrEqual(1);
          expect(test.wobble).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('opens an incident exactly when a test fires, and names one that did', () => {
    fc.assert(
      fc.property(histories, (days) => {
        const { tests, incidents } = checkBrand(input(days));
        const names = new Set(tests.filter((t) => t.fires).map((t) => t.series));
        expect(new Set(incidents.flatMap((i) => [i.series, ...i.alsoFired]))).toEqual(names);
      }),
      { numRuns: 100 },
    );
  });
});

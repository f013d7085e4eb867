import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAfterFailure, dueAfterSuccess, nextInterval } from '../../src/sources/next-due.ts';

const now = new Date('2026-10-20T12:00:00.000Z');
const minutes = (date: Date) => (date.getTime() - now.getTime()) / 60_000;
const nothing = { fresh: 0, dates: [], isList: true };

/** Dates of items, one every `gap` minutes. */
const every = (gap: number, count = 10) =>
  Array.from({ length: count }, (_, n) => new Date(now.getTime() - n * gap * 60_000).toISOString());

describe('the interval between reads', () => {
  it('begins with what the operator wrote when the items say nothing', () => {
    expect(nextInterval(null, nothing, 30)).toBe(30);
    expect(nextInterval(null, { ...nothing, dates: every(600, 4) }, 30)).toBe(30);
  });

  it('begins with half the usual gap between items', () => {
    expect(nextInterval(null, { fresh: 10, dates: every(120), isList: true }, 15)).toBe(60);
  });

  it('is not misled by one old item', () => {
    const dates = [...every(120), '2014-01-01T00:00:00Z', 'no date'];
    expect(nextInterval(null, { fresh: 11, dates, isList: true }, 15)).toBe(60);
  });

  it('grows when nothing is new and shrinks when something is', () => {
    expect(nextInterval(60, nothing, 15)).toBe(90);
    expect(nextInterval(100, { ...nothing, fresh: 1 }, 15)).toBeCloseTo(70);
  });

  it('never passes six hours, so that a day is complete when it is checked at 06:00', () => {
    let interval: number | null = null;
    for (let read = 0; read < 20; read += 1) interval = nextInterval(interval, nothing, 30);
    expect(interval).toBe(360);
  });

  it('stays as long as the operator wants it where that is longer', () => {
    expect(nextInterval(null, nothing, 1440)).toBe(1440);
    expect(nextInterval(1440, { ...nothing, fresh: 5 }, 1440)).toBe(1440);
  });

  it('is short enough for a list to be read twice before an item falls out of it', () => {
    // 25 posts, one every 4 minutes: the list covers 96 minutes.
    expect(nextInterval(300, { fresh: 0, dates: every(4, 25), isList: true }, 15)).toBe(48);
    // A search is asked from the last read on: nothing falls out.
    expect(nextInterval(200, { fresh: 0, dates: every(4, 25), isList: false }, 15)).toBe(300);
  });

  it('always lies between what the operator wrote and six hours or that', () => {
    fc.assert(
      fc.property(
        fc.option(fc.double({ min: 0.1, max: 5000, noNaN: true })),
        fc.integer({ min: 0, max: 2000 }),
        fc.array(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
        fc.integer({ min: 15, max: 1440 }),
        fc.boolean(),
        (before, fresh, dates, everyMinutes, isList) => {
          const next = nextInterval(before, { fresh, dates, isList }, everyMinutes);
          expect(next).toBeGreaterThanOrEqual(everyMinutes);
          expect(next).toBeLessThanOrEqual(Math.max(360, everyMinutes));
        },
      ),
    );
  });
});

describe('the next read after a success', () => {
  const due = (more: object) =>
    minutes(dueAfterSuccess({ now, intervalMinutes: 100, everyMinutes: 15, chance: 0.5, ...more }));

  it('comes after the interval, moved by at most 15 %', () => {
    expect(due({})).toBeCloseTo(100);
    expect(due({ chance: 0 })).toBeCloseTo(85);
    expect(due({ chance: 1 })).toBeCloseTo(115);
  });

  it('comes no earlier than the operator wants it, but for what the dispatcher needs', () => {
    expect(due({ intervalMinutes: 15, chance: 0 })).toBe(13);
  });

  it('waits when the server asks for it, at most a day', () => {
    expect(due({ serverSeconds: 4 * 3600 })).toBe(240);
    expect(due({ serverSeconds: 1e12 })).toBe(1440);
  });
});

describe('the next attempt after a failure', () => {
  it.each([
    [1, 30],
    [3, 40],
    [5, 160],
    [9, 1440],
    [400, 1440],
  ])('number %i in a row comes after %i minutes', (failures, expected) => {
    expect(minutes(dueAfterFailure({ now, failures, everyMinutes: 30 }))).toBe(expected);
  });

  it('is never before the time that the server asked for, at most a day', () => {
    const waits = (retryAfterSeconds: number) =>
      minutes(dueAfterFailure({ now, failures: 1, everyMinutes: 30, retryAfterSeconds }));
    expect(waits(7200)).toBe(120);
    expect(waits(60)).toBe(30);
    expect(waits(1e9)).toBe(1440);
  });
});

import { describe, expect, it } from 'vitest';
import { CheckResult } from '../../src/trends/incident.ts';
import { checkDaily, type DayCounts, dayAt, quietDay } from './fixtures.ts';

const crisis =
  (from: number, to: number) =>
  (index: number): DayCounts => {
    const day = quietDay(index);
    if (index < from || index > to) return day;
    return { ...day, reviews: { n: 20, x: 12, broken: { delivery: 9 }, kept: { answer: 1 } } };
  };

describe('the daily check', () => {
  it('stays quiet while nothing changes', () => {
    const { events, results } = checkDaily(quietDay, { from: 0, to: 90 });
    expect(events).toEqual([]);
    expect(results.every((result) => CheckResult.safeParse(result).success)).toBe(true);
  });

  it('opens an incident on the promise that is broken, and says when it recovered and is over', () => {
    const { events, incidents } = checkDaily(crisis(70, 76), { from: 60, to: 90 });
    expect(events.map(({ kind, day }) => [kind, day])).toEqual([
      ['opened', dayAt(70)],
      ['still', dayAt(77)],
      ['recovered', dayAt(81)],
    ]);
    expect(incidents).toMatchObject([
      {
        number: 1,
        state: 'closed',
        series: 'promise:delivery',
        serious: true,
        openedOn: dayAt(70),
        recoveredOn: dayAt(81),
        closedOn: dayAt(88),
        closedBecause: 'recovered',
      },
    ]);
  });
});

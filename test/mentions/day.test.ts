import { describe, expect, it } from 'vitest';
import { addDays, dayIn, daysBetween, startOfDay } from '../../src/mentions/day.ts';

describe('a day', () => {
  it.each([
    ['Europe/London', '2026-07-01T23:30:00Z', '2026-07-02'],
    ['Europe/London', '2026-12-01T23:30:00Z', '2026-12-01'],
    ['America/New_York', '2026-03-08T04:59:59Z', '2026-03-07'],
    ['America/New_York', '2026-11-02T04:30:00Z', '2026-11-01'],
    ['Asia/Kolkata', '2026-01-01T18:30:00Z', '2026-01-02'],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02'],
    ['UTC', '2026-01-01T00:00:00.000Z', '2026-01-01'],
  ])('in %s at %s is %s', (zone, instant, day) => {
    expect(dayIn(zone, instant)).toBe(day);
    expect(dayIn(zone, new Date(instant))).toBe(day);
  });

  it.each([
    ['UTC', '2026-10-05', '2026-10-05T00:00:00.000Z'],
    ['Europe/London', '2026-03-29', '2026-03-29T00:00:00.000Z'],
    ['Europe/London', '2026-10-25', '2026-10-24T23:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00.000Z'],
    // Clocks skip midnight here: the day begins at one.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['Asia/Beirut', '2022-03-27', '2022-03-26T22:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
    // A day that Samoa left out begins where the next one does.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
  ])('in %s begins on %s at %s', (zone, day, instant) => {
    expect(startOfDay(zone, day).toISOString()).toBe(instant);
  });

  it.each([
    'Europe/London',
    'America/New_York',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'Asia/Tehran',
    'Africa/Cairo',
  ])('in %s begins at the first instant that shows it, every day of two years', (zone) => {
    const wrong: string[] = [];
    for (let day = '2017-12-31'; day <= '2019-12-31'; day = addDays(day, 1)) {
      const start = startOfDay(zone, day);
      const before = new Date(start.getTime() - 1);
      if (dayIn(zone, start) !== day || dayIn(zone, before) >= day) wrong.push(day);
    }
    expect(wrong).toEqual([]);
  });

  it('is counted on without clocks', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(daysBetween('2026-03-01', '2026-10-27')).toBe(240);
    expect(daysBetween('2026-10-27', '2026-03-01')).toBe(-240);
  });

  it('that does not exist is refused', () => {
    expect(() => addDays('2026-13-01', 1)).toThrow(RangeError);
    expect(() => addDays('tomorrow', 1)).toThrow(/YYYY-MM-DD/);
    expect(() => dayIn('Mars/Olympus', '2026-01-01T00:00:00Z')).toThrow(RangeError);
  });
});

import { expect, it } from 'vitest';
import { dayName, dayNumber, weekday } from '../../src/trends/day.ts';

it('counts calendar days forth and back over leap years and centuries', () => {
  const start = dayNumber('1999-12-01');
  for (let number = start; number < start + 9000; number++) {
    const name = dayName(number);
    expect(dayNumber(name)).toBe(number);
    expect(name).toBe(new Date(number * 86_400_000).toISOString().slice(0, 10));
  }
});

it('knows weekdays, Sunday being 0', () => {
  expect(weekday(dayNumber('2026-11-22'))).toBe(0);
  expect(weekday(dayNumber('1969-12-31'))).toBe(3);
});

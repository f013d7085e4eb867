import { describe, expect, it } from 'vitest';
import { readExpression } from '../../../local/schedule/expression.ts';

const ANCHOR = new Date('2026-03-02T05:30:00Z');

function dueTimes(expression: string, timeZone: string, from: string, count: number): string[] {
  const recurrence = readExpression(expression, timeZone);
  const times: string[] = [];
  let next = recurrence.dueFrom(new Date(from), ANCHOR);
  while (next !== undefined && times.length < count) {
    times.push(next.toISOString().slice(0, 16));
    next = recurrence.dueFrom(new Date(next.getTime() + 1), ANCHOR);
  }
  return times;
}

describe('a schedule expression', () => {
  it.each([
    ['rate(1 hour)', 'UTC', '2026-03-02T05:30:00Z', ['2026-03-02T05:30', '2026-03-02T06:30']],
    ['rate(5 minutes)', 'UTC', '2026-03-02T05:31:00Z', ['2026-03-02T05:35', '2026-03-02T05:40']],
    ['rate(2 days)', 'UTC', '2026-03-01T00:00:00Z', ['2026-03-02T05:30', '2026-03-04T05:30']],
    // 6 March 2026 is a Friday.
    [
      'cron(0 7 ? * MON-FRI *)',
      'UTC',
      '2026-03-06T07:00:00Z',
      ['2026-03-06T07:00', '2026-03-09T07:00'],
    ],
    [
      'cron(0 7 ? * 2-6 *)',
      'UTC',
      '2026-03-06T07:00:01Z',
      ['2026-03-09T07:00', '2026-03-10T07:00'],
    ],
    ['cron(0 8 ? * 1 *)', 'UTC', '2026-03-02T00:00:00Z', ['2026-03-08T08:00', '2026-03-15T08:00']],
    [
      'cron(0 8 ? * 2#1 *)',
      'UTC',
      '2026-03-03T00:00:00Z',
      ['2026-04-06T08:00', '2026-05-04T08:00'],
    ],
    [
      'cron(0-59/20 3 1 * ? *)',
      'UTC',
      '2026-03-02T00:00:00Z',
      ['2026-04-01T03:00', '2026-04-01T03:20'],
    ],
    ['cron(0 0 L * ? *)', 'UTC', '2026-02-02T00:00:00Z', ['2026-02-28T00:00', '2026-03-31T00:00']],
    ['cron(0 9 1 1 ? 2027)', 'UTC', '2026-02-02T00:00:00Z', ['2027-01-01T09:00']],
    [
      'cron(0 7 * * ? *)',
      'Europe/Berlin',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T06:00', '2026-03-29T05:00'],
    ],
    ['at(2026-03-03T08:00:00)', 'Europe/Berlin', '2026-03-02T00:00:00Z', ['2026-03-03T07:00']],
  ])('%s in %s', (expression, timeZone, from, expected) => {
    expect(dueTimes(expression, timeZone, from, 2)).toEqual(expected);
  });

  it('leaves out a time that the change to summer time skips, and runs a repeated one once', () => {
    const half = 'cron(30 2 * * ? *)';
    expect(dueTimes(half, 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
    ]);
    expect(dueTimes(half, 'Europe/Berlin', '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it.each([
    ['hourly', '"hourly" is not a schedule expression'],
    ['rate(five minutes)', '"rate(five minutes)" is not a rate'],
    ['rate(0 minutes)', '"rate(0 minutes)" is not a rate'],
    ['cron(0 7 * * *)', 'has 5 fields'],
    ['cron(0/15 7 * * ? *)', '"cron(0/15 7 * * ? *)" cannot be read'],
  ])('%s is refused', (expression, message) => {
    expect(() => readExpression(expression, 'UTC')).toThrow(message);
  });
});

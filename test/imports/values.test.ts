import { describe, expect, it } from 'vitest';
import { readImportDate } from '../../src/imports/dates.ts';
import { readScore } from '../../src/imports/score.ts';

const london = { timeZone: 'Europe/London' };

describe('a date of an export', () => {
  it.each([
    ['2026-10-19T10:00:00Z', '2026-10-19T10:00:00.000Z'],
    ['2026-10-19T10:00:00+02:00', '2026-10-19T08:00:00.000Z'],
    ['Mon, 19 Oct 2026 10:00:00 +0200', '2026-10-19T08:00:00.000Z'],
    ['2026-10-19 10:00', '2026-10-19T09:00:00.000Z'],
    ['2026-10-19T10:00:30', '2026-10-19T09:00:30.000Z'],
    ['19/10/2026 10:00', '2026-10-19T09:00:00.000Z'],
    ['10/19/2026 2:05 PM', '2026-10-19T13:05:00.000Z'],
    ['10/19/26, 12:05 am', '2026-10-18T23:05:00.000Z'],
    ['19.10.2026', '2026-10-19T11:00:00.000Z'],
    ['2026-10-19', '2026-10-19T11:00:00.000Z'],
    ['Oct 19, 2026', '2026-10-19T11:00:00.000Z'],
    ['19 October 2026', '2026-10-19T11:00:00.000Z'],
    ['10/10/2026', '2026-10-10T11:00:00.000Z'],
    ['1792404000', '2026-10-19T10:00:00.000Z'],
    ['1792404000000', '2026-10-19T10:00:00.000Z'],
    ['46314', '2026-10-19T11:00:00.000Z'],
    ['46314.5', '2026-10-19T11:00:00.000Z'],
    ['46314.25', '2026-10-19T05:00:00.000Z'],
    ['2026-01-19', '2026-01-19T12:00:00.000Z'],
  ])('%s in London is %s', (raw, date) => {
    expect(readImportDate(raw, london)).toEqual({ status: 'ok', date });
  });

  it.each([
    ['03/04/2026', 'dmy', '2026-04-03T11:00:00.000Z'],
    ['03/04/2026', 'mdy', '2026-03-04T12:00:00.000Z'],
  ] as const)('%s with the order %s is %s', (raw, order, date) => {
    expect(readImportDate(raw, { ...london, order })).toEqual({ status: 'ok', date });
  });

  it('that reads as two days is refused until somebody says which', () => {
    expect(readImportDate('03/04/2026', london)).toEqual({ status: 'ambiguous' });
  });

  it.each([
    '',
    'yesterday',
    '31/02/2026',
    '2026-13-01',
    '40/40/2026',
    '99999',
    '12',
    'x'.repeat(500),
  ])('%j is none', (raw) => {
    expect(readImportDate(raw, london)).toEqual({ status: 'unreadable' });
  });

  it.each([
    // Clocks in New York skip 02:30 on this night and show 01:30 twice on the other.
    ['2026-03-08 02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01 01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-10-19 10:00', 'Asia/Kolkata', '2026-10-19T04:30:00.000Z'],
    ['2026-10-19 10:00', 'Pacific/Auckland', '2026-10-18T21:00:00.000Z'],
    ['2026-10-19 10:00', 'UTC', '2026-10-19T10:00:00.000Z'],
  ])('%s on the clocks of %s is %s', (raw, timeZone, date) => {
    expect(readImportDate(raw, { timeZone })).toEqual({ status: 'ok', date });
  });
});

describe('a rating of an export', () => {
  it.each([
    ['4', 5, 4, 5],
    ['4.5', 5, 4.5, 5],
    ['4,5', 5, 4.5, 5],
    ['9', 10, 9, 10],
    ['4/5', 10, 4, 5],
    ['80 / 100', 5, 80, 100],
    ['80%', 5, 80, 100],
    ['1 star', 5, 1, 5],
    ['5 Stars', 5, 5, 5],
    ['★★★★☆', 10, 4, 5],
    ['★★', 5, 2, 5],
  ])('%s of %i is %d of %d', (raw, scale, score, highest) => {
    expect(readScore(raw, scale)).toEqual({
      raw: String(score),
      score,
      scale: highest,
    });
  });

  it.each(['', '0', '0/5', 'N/A', '-', '☆☆☆☆☆', 'null'])('%j is none', (raw) => {
    expect(readScore(raw, 5)).toBeNull();
  });

  it.each(['6', 'good', '-1', '4.5.1', '1e9', '5/0', '7/5', '4 of 5 people'])(
    '%j cannot be meant',
    (raw) => {
      expect(readScore(raw, 5)).toBe('unreadable');
    },
  );
});

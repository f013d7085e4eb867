import { describe, expect, it } from 'vitest';
import { readTime, UnreadableTime } from '../../src/query/time.ts';

const LONDON = 'Europe/London';
/** A Sunday. */
const NOW = new Date('2026-11-22T10:30:00.000Z');
const span = (text: string, zone = LONDON, now = NOW) => {
  const { start, end } = readTime(text, zone, now);
  return [start.toISOString(), end.toISOString()];
};

describe('a time expression', () => {
  it.each([
    ['7d', '2026-11-15T10:30:00.000Z'],
    ['36h', '2026-11-20T22:30:00.000Z'],
    ['90m', '2026-11-22T09:00:00.000Z'],
    ['2w', '2026-11-08T10:30:00.000Z'],
    ['2026-11-18T08:00:00Z', '2026-11-18T08:00:00.000Z'],
    ['2026-11-18T08:00+05:30', '2026-11-18T02:30:00.000Z'],
  ])('%s names an instant', (text, at) => {
    expect(span(text)).toEqual([at, at]);
  });

  it.each([
    ['today', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['Yesterday', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['monday', '2026-11-16T00:00:00.000Z', '2026-11-17T00:00:00.000Z'],
    ['sunday', '2026-11-15T00:00:00.000Z', '2026-11-16T00:00:00.000Z'],
    ['2026-11-18', '2026-11-18T00:00:00.000Z', '2026-11-19T00:00:00.000Z'],
    ['2026-W47', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['2026-W01', '2025-12-29T00:00:00.000Z', '2026-01-05T00:00:00.000Z'],
    ['2026-w53', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ])('%s names days', (text, start, end) => {
    expect(span(text)).toEqual([start, end]);
  });

  it('begins days when they do in the zone, over a change of the clocks too', () => {
    expect(span('2026-10-25')).toEqual(['2026-10-24T23:00:00.000Z', '2026-10-26T00:00:00.000Z']);
    expect(span('2026-03-29')).toEqual(['2026-03-29T00:00:00.000Z', '2026-03-29T23:00:00.000Z']);
    expect(span('today', 'Pacific/Auckland')).toEqual([
      '2026-11-21T11:00:00.000Z',
      '2026-11-22T11:00:00.000Z',
    ]);
    expect(span('today', 'America/Los_Angeles', new Date('2026-11-22T05:00:00Z'))).toEqual([
      '2026-11-21T08:00:00.000Z',
      '2026-11-22T08:00:00.000Z',
    ]);
  });

  it.each([
    'last tuesdy',
    '2026-02-30',
    '2025-W53',
    '2026-W00',
    '2026-13',
    '',
    '-3d',
    '2026-11-18T08:00',
    '1e9',
  ])('"%s" is refused with what can be typed', (text) => {
    expect(() => span(text)).toThrow(UnreadableTime);
    expect(() => span(text)).toThrow('Try 7d, 36h, yesterday, monday, 2026-11-18 or 2026-W47.');
  });

  it('says which word was probably meant', () => {
    expect(() => span('yesterdy')).toThrow('Did you mean "yesterday"?');
  });
});

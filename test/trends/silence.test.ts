import { expect, it } from 'vitest';
import { maskSilence } from '../../src/trends/silence.ts';

/** Day 4 is a Monday. */
const MONDAY = 4;

function masksOf(mentions: number[], announced: number[] = []) {
  const masked = new Uint8Array(mentions.length);
  for (const day of announced) masked[day] = 1;
  const span = { from: 0, to: mentions.length - 1, first: MONDAY };
  const silence = maskSilence(Float64Array.from(mentions), span, masked);
  return { ...silence, masked: [...masked.keys()].filter((i) => masked[i] === 1) };
}

const days = (count: number, mentions: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => mentions(i));

it('masks the days on which ten mentions and more were to be expected and none came', () => {
  const { masked, trailing } = masksOf(days(35, (i) => (i >= 30 ? 0 : 4)));
  expect(masked).toEqual([30, 31, 32, 33, 34]);
  expect(trailing).toBe(5);
});

it('waits while fewer than ten are missing', () => {
  expect(masksOf(days(32, (i) => (i >= 30 ? 0 : 4)))).toMatchObject({ masked: [], trailing: 0 });
});

it('unmasks nothing when the source speaks again, and no longer calls it silent', () => {
  const { masked, trailing } = masksOf(days(36, (i) => (i >= 30 && i < 35 ? 0 : 4)));
  expect(masked).toEqual([30, 31, 32, 33, 34]);
  expect(trailing).toBe(0);
});

it('learns that a source rests at weekends', () => {
  const { masked, usual } = masksOf(days(56, (i) => (i % 7 >= 5 ? 0 : 40)));
  expect(masked.filter((i) => i >= 14)).toEqual([]);
  expect([usual[0], usual[6]]).toEqual([0, 0]);
  expect(usual[1]).toBe(40);
});

it('never calls a source silent that seldom speaks', () => {
  expect(masksOf(days(90, (i) => (i % 12 === 0 ? 1 : 0))).masked).toEqual([]);
});

it('keeps announced outages out of what is usual', () => {
  const { usual } = masksOf(
    days(56, (i) => (i >= 20 && i < 30 ? 400 : 4)),
    days(10, (i) => 20 + i),
  );
  expect([...usual]).toEqual([4, 4, 4, 4, 4, 4, 4]);
});

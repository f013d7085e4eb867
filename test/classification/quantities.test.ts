import { describe, expect, it } from 'vitest';
import { findQuantities } from '../../src/classification/quantities.ts';
import { tokenize } from '../../src/classification/tokens.ts';

function read(text: string): [string, number][] {
  return findQuantities(tokenize(text, new Set())).map(({ type, amount }) => [type, amount]);
}

describe('findQuantities', () => {
  it.each([
    ['on hold 40 minutes', 2400],
    ['waited 40mins', 2400],
    ['an hour and a half', 5400],
    ['half an hour', 1800],
    ['a couple of days', 172_800],
    ['within 2 working days', 172_800],
    ['3-4 days', 345_600],
    ['twenty-five minutes', 1500],
    ['a fortnight', 1_209_600],
    ['waited hours', 7200],
    ['ordered Monday, came Thursday', 259_200],
    ['posted Friday and here on Monday', 259_200],
  ])('reads the time in "%s"', (text, seconds) => {
    expect(read(text)).toEqual([['duration', seconds]]);
  });

  it.each([
    ['£12.50 extra', ['money', 12.5]],
    ['cost me 1,200 euros', ['money', 1200]],
    ['the third time', ['ordinal', 3]],
    ['rang 4 times', ['times', 4]],
    ['charged twice', ['times', 2]],
  ])('reads the number in "%s"', (text, quantity) => {
    expect(read(text)).toEqual([quantity]);
  });

  it.each(['open Monday to Friday', 'a nice day', 'I second that man', 'route 66'])(
    'reads no time in "%s"',
    (text) => {
      expect(
        read(text).filter(([type, amount]) => type === 'duration' && amount !== 86_400),
      ).toEqual([]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { readTable, sortedLines } from '../../src/classification/sorted-table.ts';

const NUMBERS = new Map([
  ['good', 1.9],
  ['go', -0.1],
  [':(', -1.9],
  ['goodness', 2],
  ['😡', -2.5],
  ["can't stand", -2],
  ['Zürich', 0.5],
]);

describe('a sorted table', () => {
  it('finds every word that was written, however it is spelt', () => {
    const table = readTable(sortedLines(NUMBERS));
    expect(table.words().map((word) => [word, table.find(word)])).toEqual(
      [...NUMBERS].sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  });

  it('has 0 for beginnings, longer words and words outside', () => {
    const table = readTable(sortedLines(NUMBERS));
    expect(['g', 'goo', 'goods', 'zzz', '', ' '].map((word) => table.find(word))).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
    expect(readTable('').find('good')).toBe(0);
  });
});

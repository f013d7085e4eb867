import { expect, it } from 'vitest';
import { columnChart } from '../../src/digest/charts.ts';
import type { ChartDay } from '../../src/digest/digest.ts';

/** The numbers that stand on the columns of the last days, from left to right. */
function labels(...counts: number[]): string[] {
  const days = counts.map(
    (count, index): ChartDay => ({
      day: `2026-11-${String(index + 10)}`,
      count,
      expected: 2,
      line: 9,
      marked: index > 0,
      masked: false,
    }),
  );
  const { markup } = columnChart(days, '2026-11-11');
  return [...markup.matchAll(/<td align="center" class="bad"[^>]*>([\d,]+)</g)].map(
    ([, text = '']) => text,
  );
}

it('labels the days of the incident, of neighbours with two digits only the higher one', () => {
  expect(labels(3, 4, 5)).toEqual(['4', '5']);
  expect(labels(3, 8, 11, 12)).toEqual(['8', '12']);
  expect(labels(3, 12, 12, 11, 9, 14)).toEqual(['12', '9', '14']);
  expect(labels(3, 99, 120, 80)).toEqual(['120']);
});

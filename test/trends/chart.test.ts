import { expect, it } from 'vitest';
import type { SourceCounts } from '../../src/rollups/rollup.ts';
import { praiseFell, seriesBaseline, seriesChart } from '../../src/trends/chart.ts';
import { checkBrand } from '../../src/trends/check.ts';
import { caveats, detectable, leftUnread, mixWarning } from '../../src/trends/honesty.ts';
import { promiseTable } from '../../src/trends/promise-table.ts';
import { oddsInWords } from '../../src/trends/series.ts';
import { anInput, aRollup, type DayCounts, dayAt, quietDay } from './fixtures.ts';

const LAST = 80;
const history = (counts: (index: number) => DayCounts = quietDay) =>
  anInput({
    day: dayAt(LAST),
    rollups: Array.from({ length: LAST + 1 }, (_, i) => aRollup(dayAt(i), counts(i))),
  });

it('draws the alert line at the smallest count that fires in a window of one day', () => {
  const line = seriesChart(history(), 'source:reviews', 21)?.at(-1)?.alertLine as number;
  const withNegatives = (x: number) => {
    const n = quietDay(LAST)['reviews']?.n as number;
    return checkBrand(
      history((i) =>
        i === LAST ? { ...quietDay(i), reviews: { ...quietDay(i)['reviews'], n, x } } : quietDay(i),
      ),
    ).tests.find((t) => t.series === 'source:reviews' && t.window === 1);
  };
  expect(withNegatives(line)?.fires).toBe(true);
  expect(withNegatives(line - 1)?.fires).toBe(false);
});

it('gives every day of a chart its count, its usual count and a line above it', () => {
  const chart = seriesChart(history(), 'brand', 21);
  expect(chart).toHaveLength(21);
  for (const { observed, expected, mentions, alertLine, masked } of chart ?? []) {
    expect(observed).toBeLessThan(alertLine ?? 0);
    expect(expected).toBeGreaterThan(2);
    expect(expected).toBeLessThan(mentions);
    expect(masked).toBe(false);
  }
  expect(seriesChart(history(), 'promise:unknown', 21)).toBeUndefined();
});

it('has a line for days without mentions', () => {
  const quiet = history((i) => (i === LAST ? {} : quietDay(i)));
  expect(seriesChart(quiet, 'brand', 1)?.[0]).toMatchObject({ mentions: 0, masked: true });
  expect(seriesChart(quiet, 'brand', 1)?.[0]?.alertLine).toBeGreaterThanOrEqual(5);
});

it('has no line where no count can fire: nearly everything is negative anyway', () => {
  const grim = history(() => ({ reviews: { n: 20, x: 19 }, social: { n: 10, x: 9 } }));
  expect(seriesChart(grim, 'brand', 21)?.map(({ alertLine }) => alertLine)).toEqual(
    Array(21).fill(null),
  );
});

it('lists the promises of the last 7 days with what is usual and where they stand', () => {
  const input = history();
  const [delivery, answer] = promiseTable(input, checkBrand(input).incidents);
  expect(delivery).toMatchObject({
    promise: 'delivery',
    counts: { kept: 7, broken: 2, exceeded: 0, unclear: 0 },
    status: 'steady',
  });
  expect(delivery?.daily).toHaveLength(14);
  expect(delivery?.daily.slice(-7).reduce((a, b) => a + b, 0)).toBe(2);
  expect(delivery?.expectedBroken).toBeGreaterThan(1);
  expect(delivery?.expectedBroken).toBeLessThan(4);
  expect(answer).toMatchObject({ promise: 'answer', counts: { kept: 7 }, status: 'steady' });
});

it('says in the table which promise is in an incident, learning, or seldom spoken of', () => {
  const crisis = history((i) =>
    i < LAST
      ? quietDay(i)
      : { ...quietDay(i), reviews: { n: 20, x: 12, broken: { delivery: 10 } } },
  );
  expect(promiseTable(crisis, checkBrand(crisis).incidents)[0]?.status).toBe('in incident');
  const young = history((i) =>
    i < 60 ? { reviews: { n: 10, x: 2 } } : { reviews: { n: 10, x: 2, kept: { delivery: 1 } } },
  );
  const [first, ...others] = young.brand.promises as [(typeof young.brand.promises)[number]];
  const since = (from: string) => ({
    ...young,
    brand: { ...young.brand, promises: [{ ...first, from }, ...others] },
  });
  expect(promiseTable(since(dayAt(60)), [])[0]?.status).toBe('learning');
  expect(promiseTable(since(dayAt(10)), [])[0]?.status).toBe('steady');
  const seldom = history((i) => ({
    reviews: { n: 10, x: 2, kept: i % 9 === 0 ? { delivery: 1 } : {} },
  }));
  expect(promiseTable(seldom, [])[0]?.status).toBe('too few');
});

it('rounds odds down and never prints them beyond 1 in 10,000', () => {
  expect(oddsInWords(1 / 1960)).toBe('1 in 1,900');
  expect(oddsInWords(1 / 87.9)).toBe('1 in 87');
  expect(oddsInWords(1 / 9999)).toBe('1 in 9,900');
  expect(oddsInWords(1e-9)).toBe('1 in 10,000 or rarer');
  expect(oddsInWords(0)).toBe('1 in 10,000 or rarer');
  expect(oddsInWords(0.9)).toBe('1 in 1');
});

it('tells a rise in negatives from a fall of praise', () => {
  const test = checkBrand(history()).tests[0];
  if (test === undefined) throw new Error('nothing tested');
  expect(praiseFell({ ...test, observed: 20, expected: 10, usualCount: 19 })).toBe(true);
  expect(praiseFell({ ...test, observed: 20, expected: 10, usualCount: 11 })).toBe(false);
  expect(praiseFell({ ...test, observed: 20, expected: 10, usualCount: null })).toBe(false);
});

it('warns when the average moved because the mix of sources did', () => {
  const louder = history((i) =>
    i <= LAST - 7 ? quietDay(i) : { reviews: { n: 40, x: 9 }, social: { n: 10, x: 1 } },
  );
  expect(mixWarning(louder)).toContain('the mix of sources moved');
  expect(mixWarning(history())).toBeUndefined();
});

it('tells each volume what it can notice', () => {
  expect(new Set([3, 30, 300].map(detectable)).size).toBe(3);
});

it.each([3, 30, 300])(
  'promises nothing at %i mentions a day: it says what is possible at best, and when it is less',
  (mentionsPerDay) => {
    const said = detectable(mentionsPerDay);
    expect(said).toContain('at best, with every mention judged right');
    expect(said).toContain('can be noticed');
    expect(said).not.toContain('is noticed');
    expect(said).toMatch(/Where mentions are judged wrongly it takes longer, or a larger turn\.$/);
  },
);

it('says with a baseline how many mentions of which source it rests on', () => {
  const baseline = seriesBaseline(history(), 'source:reviews');
  expect(baseline?.days).toHaveLength(56);
  expect(baseline?.days.at(-1)).toBe(dayAt(LAST - 7));
  const { mentions = 0, negative = 0, share = 0 } = baseline?.sources['reviews'] ?? {};
  expect(mentions).toBeGreaterThan(56 * 10);
  expect(share).toBeCloseTo((negative + 1.5) / (mentions + 10), 12);
  expect(seriesBaseline(history(), 'promise:unknown')).toBeUndefined();
});

it('says what share of the mentions nobody could judge', () => {
  const input = history();
  const rollups = input.rollups.map((rollup) => ({
    ...rollup,
    sources: {
      ...rollup.sources,
      social: { ...(rollup.sources['social'] as SourceCounts), unclassified: 3, unsupported: 1 },
    },
  }));
  expect(leftUnread({ ...input, rollups })).toMatch(
    /^Of \d+ mentions in 7 days 21 \(9 %\) could not be judged and 7 \(3 %\)/,
  );
  expect(leftUnread(history(() => ({})))).toContain('Of 0 mentions in 7 days 0 (0 %)');
});

it('says beside the numbers what they hide, and what the volume allows', () => {
  const said = (input: ReturnType<typeof history>) => {
    const check = checkBrand(input);
    const tests = check.tests.filter(({ series }) => series === 'brand');
    return caveats(input, check, tests).join('\n');
  };
  const quiet = said(history());
  expect(quiet).toContain('two to three times the usual share');
  expect(quiet).not.toMatch(/praise fell|mix of sources|Learning|silent/);
  const young = history((i) => (i < LAST - 9 ? {} : quietDay(i)));
  expect(said(young)).toContain('Learning, day 10 of 28');
  const fewer = history((i) =>
    i < LAST - 6 ? quietDay(i) : { reviews: { n: 4, x: 4 }, social: { n: 2, x: 2 } },
  );
  expect(said(fewer)).toContain('mainly because praise fell');
  const silent = history((i) => (i < LAST - 6 ? quietDay(i) : { reviews: { n: 10, x: 2 } }));
  expect(said(silent)).toContain('social: silent where about');
});

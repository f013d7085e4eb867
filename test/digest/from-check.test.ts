import { describe, expect, it } from 'vitest';
import { composeDigest } from '../../src/digest/compose.ts';
import { lastDays } from '../../src/digest/dates.ts';
import type { DigestModel } from '../../src/digest/digest.ts';
import { whole } from '../../src/digest/numbers.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { addDays } from '../../src/mentions/day.ts';
import type { Rollup } from '../../src/rollups/rollup.ts';
import { checkBrand } from '../../src/trends/check.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { anInput } from './northbell.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { sourcesOf } from './northbell-check.ts';

const DAYS = 100;

/** Checks every day of a brand whose first promise breaks for a while, and composes what each check tells. */
function play(broken: (index: number) => number): DigestModel[] {
  const days = lastDays(DAY, DAYS);
  const rollups: Rollup[] = days.map((day, index) => ({
    brand: 'northbell',
    day,
    cv: 'c1',
    seen: 1,
    employees: {},
    sources: sourcesOf(broken(index), index),
  }));
  const digests: DigestModel[] = [];
  let incidents: Incident[] = [];
  for (const day of days.slice(60)) {
    const seen = rollups.filter((rollup) => rollup.day <= day);
    const check = checkBrand({
      brand: northbell,
      day,
      cv: 'c1',
      rollups: seen,
      incidents,
      outages: [],
    });
    const known = incidents;
    incidents = check.incidents;
    for (const { kind, number } of check.events) {
      const incident = check.incidents.find((one) => one.number === number) ?? null;
      const now = new Date(`${addDays(day, 1)}T06:00:00Z`);
      digests.push(
        composeDigest({
          ...anInput(),
          kind,
          incident,
          check,
          rollups: seen,
          mentions: [],
          now,
          incidents: [...known, ...check.incidents],
        }),
      );
    }
  }
  return digests;
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('a crisis of five days, checked day by day', () => {
  const digests = play((index) => (index >= 75 && index < 80 ? 14 : (index % 5) + 1));

  it('is told from opened to recovered, in one thread', () => {
    const kinds = digests.map(({ kind }) => kind);
    expect(kinds[0]).toBe('opened');
    expect(kinds.at(-1)).toBe('recovered');
    expect(new Set(digests.map(({ incidents }) => incidents[0]?.ref))).toEqual(
      new Set(['NB-0001']),
    );
  });

  it('has numbers that agree with the check, the chart and the sources', () => {
    const incident = digests[0]?.incidents[0];
    const marked = incident?.chart.filter(({ marked }) => marked) ?? [];
    expect(incident?.figures.observed).toBeGreaterThanOrEqual(5);
    expect(sum(marked.map(({ count }) => count))).toBe(incident?.figures.observed);
    expect(sum(incident?.sources.map(({ count }) => count) ?? [])).toBe(incident?.figures.observed);
    expect(sum(marked.map(({ expected }) => expected))).toBeCloseTo(
      incident?.figures.expected ?? 0,
      6,
    );
  });

  it('draws an alert line that its worst day crosses and its usual days do not', () => {
    const chart = digests[0]?.incidents[0]?.chart ?? [];
    const crossed = chart.filter(({ count, line }) => line !== null && count >= line);
    expect(crossed.length).toBeGreaterThan(0);
    expect(crossed.every(({ marked }) => marked)).toBe(true);
  });

  it('prints them', () => {
    for (const model of digests) {
      const { text } = renderDigest(model, []);
      const { observed, window } = model.incidents[0]?.figures ?? { observed: -1, window: 0 };
      expect(text.replaceAll('\n', ' ')).toContain(
        `${whole(observed)} mentions say it was broken in ${window} day`,
      );
    }
  });

  it('says how long it lasted when it is over', () => {
    const last = digests.at(-1)?.incidents[0];
    expect(last?.since).toBe(addDays(DAY, 75 - DAYS + 1));
    expect(last?.episode).toMatchObject({ count: 5 * 14, lastBadDay: addDays(DAY, 79 - DAYS + 1) });
  });
});

it('says nothing about days like any other', () => {
  expect(play((index) => (index % 5) + 1)).toEqual([]);
});

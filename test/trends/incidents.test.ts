import { describe, expect, it } from 'vitest';
import { checkBrand, daysRead } from '../../src/trends/check.ts';
import type { Incident } from '../../src/trends/incident.ts';
import {
  anInput,
  aRollup,
  checkDaily,
  type DayCounts,
  dayAt,
  northbell,
  quietDay,
} from './fixtures.ts';

const START = 70;

/** Reviews break the delivery promise from `START` on, `broken` a day, as long as `isBad`. */
function delivery(isBad: (index: number) => boolean, broken = 9) {
  return (index: number): DayCounts =>
    isBad(index) && index >= START
      ? {
          ...quietDay(index),
          reviews: { n: 11 + broken, x: 2 + broken, broken: { delivery: broken } },
        }
      : quietDay(index);
}

const told = (events: { kind: string; day: string }[]) =>
  events.map(({ kind, day }) => [kind, day]);

describe('an incident', () => {
  it('keeps its opening test and baseline, and writes a row a check', () => {
    const { incidents } = checkDaily(
      delivery((i) => i < 75),
      { from: 60, to: 76 },
    );
    const [incident] = incidents as [Incident];
    expect(incident.opening).toMatchObject({ to: dayAt(START), fires: true, observed: 9 });
    expect(incident.baseline.days).toHaveLength(56);
    expect(incident.baseline.days.at(-1)).toBe(dayAt(START - 7));
    expect(incident.history.map(({ day }) => day)).toEqual([70, 71, 72, 73, 74, 75, 76].map(dayAt));
  });

  it('is told as worse when the rise over the expected grows by half', () => {
    const growing = (index: number) => delivery(() => true, index < 74 ? 6 : 16)(index);
    const { events } = checkDaily(growing, { from: 60, to: 75 });
    expect(told(events).at(-1)?.[0]).toBe('worse');
    expect(told(events).at(-1)?.[1]).toBe(dayAt(74));
  });

  it('takes in what else fires, and tells it only when it is about something new', () => {
    const spreading = (index: number): DayCounts => {
      const day = delivery(() => true)(index);
      return index < 74 ? day : { ...day, social: { n: 30, x: 16, broken: { answer: 12 } } };
    };
    const { events, incidents } = checkDaily(spreading, { from: 60, to: 76 });
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.alsoFired).toContain('promise:answer');
    expect(told(events)).toEqual([
      ['opened', dayAt(70)],
      ['worse', dayAt(74)],
    ]);
  });

  it('is reopened by a relapse in its quiet days', () => {
    const { events, incidents } = checkDaily(
      delivery((i) => i < 75 || (i >= 83 && i < 86)),
      { from: 60, to: 84 },
    );
    expect(told(events).filter(([kind]) => kind !== 'still')).toEqual([
      ['opened', dayAt(70)],
      ['recovered', dayAt(79)],
      ['reopened', dayAt(83)],
    ]);
    expect(incidents).toMatchObject([{ number: 1, state: 'open', recoveredOn: null }]);
  });

  it('is followed by a new one after its quiet days', () => {
    const { events } = checkDaily(
      delivery((i) => i < 75 || (i >= 95 && i < 100)),
      { from: 60, to: 96 },
    );
    expect(events.filter(({ kind }) => kind === 'opened')).toEqual([
      { kind: 'opened', number: 1, day: dayAt(70) },
      { kind: 'opened', number: 2, day: dayAt(95) },
    ]);
  });

  it('becomes the new normal after 28 days, and stays quiet at that level', () => {
    const { events, incidents } = checkDaily(
      delivery(() => true),
      { from: 60, to: 150 },
    );
    expect(told(events)).toEqual([
      ['opened', dayAt(70)],
      ['still', dayAt(77)],
      ['still', dayAt(84)],
      ['still', dayAt(91)],
      ['new-normal', dayAt(98)],
    ]);
    expect(incidents).toMatchObject([{ state: 'closed', closedBecause: 'new-normal' }]);
  });

  it('is not reminded of while it is snoozed', () => {
    const counts = delivery(() => true);
    const { incidents } = checkDaily(counts, { from: 60, to: 72 });
    const snoozed = { ...(incidents[0] as Incident), snoozedUntil: dayAt(80) };
    const rollups = Array.from({ length: 78 }, (_, i) => aRollup(dayAt(i), counts(i)));
    const check = (incident: Incident) =>
      checkBrand(anInput({ day: dayAt(77), rollups, incidents: [incident] })).events;
    expect(check(snoozed)).toEqual([]);
    expect(check({ ...snoozed, snoozedUntil: null })).toMatchObject([{ kind: 'still' }]);
  });

  it('does not recover because its source fell silent', () => {
    const silent = (index: number): DayCounts => {
      const day = delivery((i) => i < 75)(index);
      return index >= 75 && index < 85 ? { social: day['social'] as DayCounts[string] } : day;
    };
    const { events, results } = checkDaily(silent, { from: 60, to: 84 });
    expect(events.some(({ kind }) => kind === 'recovered')).toBe(false);
    expect(results.at(-1)?.skipped.join(' ')).toContain('says nothing about recovery');
    expect(results.at(-1)?.coverage).toMatchObject([{ source: 'reviews', state: 'silent' }, {}]);
  });

  it('that a person closed is not opened again by the same days', () => {
    const counts = delivery((i) => i < 75);
    const { incidents } = checkDaily(counts, { from: 60, to: 74 });
    const closed: Incident = {
      ...(incidents[0] as Incident),
      state: 'closed',
      closedOn: dayAt(74),
      closedBecause: 'operator',
    };
    const rollups = Array.from({ length: 77 }, (_, i) => aRollup(dayAt(i), counts(i)));
    const result = checkBrand(anInput({ day: dayAt(76), rollups, incidents: [closed] }));
    expect(result.events).toEqual([]);
    expect(result.skipped.join(' ')).toContain('belong to an incident that is over');
  });

  describe('whose promise ends', () => {
    /** Nothing is judged by a promise after its last day. */
    const unjudged = (after: number, isBad = false) => {
      return (index: number): DayCounts => {
        const day = delivery((i) => isBad || i <= after)(index);
        if (index <= after) return day;
        return Object.fromEntries(Object.entries(day).map(([id, { n, x }]) => [id, { n, x }]));
      };
    };
    const until = (day: string | undefined) => ({
      ...northbell,
      promises: northbell.promises.map((one) =>
        one.id === 'delivery' && day !== undefined ? { ...one, until: day } : one,
      ),
    });

    it('is closed the day after, and told as neither recovered nor a new normal', () => {
      const { events, incidents, results } = checkDaily(
        unjudged(74),
        { from: 60, to: 110 },
        { brand: until(dayAt(74)) },
      );
      expect(told(events)).toEqual([['opened', dayAt(70)]]);
      expect(incidents).toMatchObject([
        { state: 'closed', closedOn: dayAt(75), closedBecause: 'ended', recoveredOn: null },
      ]);
      expect(results[15]?.skipped.join(' ')).toContain('its promise no longer holds');
    });

    it('is closed when the promise leaves the configuration, too', () => {
      const { incidents } = checkDaily(unjudged(74), { from: 60, to: 74 });
      const rollups = Array.from({ length: 76 }, (_, i) => aRollup(dayAt(i), unjudged(74)(i)));
      const brand = { ...northbell, promises: northbell.promises.slice(1) };
      const result = checkBrand(anInput({ day: dayAt(75), brand, rollups, incidents }));
      expect(result.events).toEqual([]);
      expect(result.incidents).toMatchObject([{ state: 'closed', closedBecause: 'ended' }]);
    });

    it('gives way to one about what goes on without it, from days after it', () => {
      const { events, incidents } = checkDaily(
        unjudged(74, true),
        { from: 60, to: 90 },
        { brand: until(dayAt(74)) },
      );
      expect(
        incidents.map(({ series, since }) => [series.split(':')[0], since > dayAt(75)]),
      ).toEqual([
        ['promise', false],
        ['source', true],
      ]);
      expect(events.some(({ kind }) => kind === 'recovered')).toBe(false);
    });

    it('is never opened by days before its end', () => {
      const { events } = checkDaily(
        unjudged(START),
        { from: START + 1, to: 80 },
        { brand: until(dayAt(START)) },
      );
      expect(events.map(({ kind }) => kind)).not.toContain('opened');
      const still = checkDaily(unjudged(START), { from: START + 1, to: 80 });
      expect(still.incidents[0]?.series).toContain('delivery');
    });
  });

  it('takes the next number the brand never had', () => {
    const rollups = Array.from({ length: START + 1 }, (_, i) =>
      aRollup(dayAt(i), delivery(() => true)(i)),
    );
    const input = anInput({ day: dayAt(START), rollups, lastNumber: 141 });
    expect(checkBrand(input).incidents).toMatchObject([{ number: 142 }]);
  });

  it('is compared with its baseline counted by the new classifier version', () => {
    const counts = delivery((i) => i < 75);
    const { incidents } = checkDaily(counts, { from: 60, to: 74 });
    const again = (from: number) =>
      Array.from({ length: 80 }, (_, i) => aRollup(dayAt(i), counts(i), 'v2')).slice(from, 76);
    const check = (from: number) =>
      checkBrand(anInput({ day: dayAt(75), cv: 'v2', rollups: again(from), incidents }));
    expect(check(0).incidents).toMatchObject([{ cv: 'v2', checkedDay: dayAt(75) }]);
    expect(check(60).skipped.join(' ')).toContain(
      'too few days are counted by classifier version v2',
    );
  });
});

describe('a check', () => {
  it('made twice for a day changes nothing and tells nothing again', () => {
    const counts = delivery(() => true);
    const rollups = Array.from({ length: START + 1 }, (_, i) => aRollup(dayAt(i), counts(i)));
    const first = checkBrand(anInput({ day: dayAt(START), rollups }));
    const second = checkBrand(anInput({ day: dayAt(START), rollups, incidents: first.incidents }));
    expect(first.events).toHaveLength(1);
    expect(second.events).toEqual([]);
    expect(second.incidents).toEqual(first.incidents);
  });

  it('leaves an incident alone that was checked for a later day, and says so', () => {
    const counts = delivery(() => true);
    const rollups = Array.from({ length: 75 }, (_, i) => aRollup(dayAt(i), counts(i)));
    const { incidents } = checkBrand(anInput({ day: dayAt(74), rollups }));
    const before = checkBrand(anInput({ day: dayAt(72), rollups, incidents }));
    expect(before.incidents).toEqual(incidents);
    expect(before.skipped.join(' ')).toContain('was already checked up to');
  });

  it('never lets employees into customers’ counts', () => {
    const rollups = Array.from({ length: START + 1 }, (_, i) => {
      const rollup = aRollup(dayAt(i), quietDay(i));
      const angry = aRollup(dayAt(i), { staff: { n: 60, x: i === START ? 60 : 3 } }).sources;
      return { ...rollup, employees: angry, sources: { ...rollup.sources, ...angry } };
    });
    const result = checkBrand(anInput({ day: dayAt(START), rollups }));
    expect(result.events).toEqual([]);
    expect(result.tests.every(({ mentions }) => mentions < 60 * 7)).toBe(true);
    expect(result.coverage.map(({ source }) => source)).toEqual(['reviews', 'social']);
  });

  it('masks an announced outage and names it', () => {
    const rollups = Array.from({ length: START + 1 }, (_, i) =>
      aRollup(dayAt(i), delivery(() => true)(i)),
    );
    const outages = [{ source: 'reviews', from: dayAt(START), to: dayAt(START + 3) }];
    const result = checkBrand(anInput({ day: dayAt(START), rollups, outages }));
    expect(result.events).toEqual([]);
    expect(result.coverage[0]).toMatchObject({ source: 'reviews', state: 'outage' });
  });

  it('learns for 28 days with stricter odds', () => {
    const rollups = Array.from({ length: 20 }, (_, i) => aRollup(dayAt(i), quietDay(i)));
    const result = checkBrand(anInput({ day: dayAt(19), rollups }));
    expect(result.learning).toEqual({ day: 20, of: 28 });
    expect(result.tests.find(({ series }) => series === 'brand')?.odds).toBeCloseTo(0.5 / 3000, 12);
    expect(result.tests.every(({ usualCount }) => usualCount !== null)).toBe(true);
  });

  it('takes a promise for kept while nobody says otherwise, from the day on which it holds', () => {
    const counts = (i: number): DayCounts => ({
      ...quietDay(i),
      social: { n: 60, x: 9, ...(i >= 70 && { broken: { answer: 9 } }) },
    });
    const { incidents } = checkDaily(counts, { from: 65, to: 72 });
    expect(incidents).toMatchObject([
      { series: 'pair:answer@social', openedOn: dayAt(70), opening: { observed: 9 } },
    ]);
    const from = (day: string) => {
      const promises = northbell.promises.map((one) => ({ ...one, from: day }));
      return checkDaily(counts, { from: 65, to: 76 }, { brand: { ...northbell, promises } });
    };
    expect(from(dayAt(20)).events.map(({ kind }) => kind)).toContain('opened');
    const fresh = from(dayAt(70));
    expect(fresh.events).toEqual([]);
    expect(fresh.results[6]?.skipped.join()).toContain('Not tested yet: 2 promises');
  });

  it('guesses no baseline: a brand that most complain about opens with no incident', () => {
    const grim = () => ({ reviews: { n: 20, x: 14 }, social: { n: 10, x: 7 } });
    const { events, results } = checkDaily(grim, { from: 0, to: 40 });
    expect(events).toEqual([]);
    expect(results[3]?.tests).toEqual([]);
    expect(results[3]?.skipped).toContain(
      'Not tested yet: the brand, 2 sources. None of their mentions is in a baseline, which ends a week before the check: what is usual would be a guess.',
    );
    expect(results[7]?.tests.length).toBeGreaterThan(0);
    expect(results[7]?.skipped.join()).not.toContain('Not tested yet');
  });

  it('takes what it has seen for usual while it learns, also where it is far from the prior', () => {
    const grim = () => ({ reviews: { n: 20, x: 14, broken: { delivery: 6 } } });
    const { results } = checkDaily(grim, { from: 0, to: 30 });
    const expected = (day: number, series: string) =>
      results[day]?.tests.find((t) => t.series === series && t.window === 1)?.expected;
    // One day of 20 mentions, 14 of them negative and 6 broken, and half of one mention.
    expect(expected(7, 'brand')).toBeCloseTo((20 * 14.5) / 21, 12);
    expect(expected(7, 'promise:delivery')).toBeCloseTo((20 * 6.5) / 21, 12);
    // From the 28th day on the prior joins: 21 days.
    expect(expected(26, 'brand')).toBeCloseTo((20 * (20 * 14 + 0.5)) / 401, 12);
    expect(expected(27, 'brand')).toBeCloseTo((20 * (21 * 14 + 1.5)) / 430, 12);
    expect(expected(27, 'promise:delivery')).toBeCloseTo((20 * (21 * 6 + 0.3)) / 450, 12);
  });

  it('keeps a new source out of the brand’s sums until it has learned', () => {
    const counts = (i: number): DayCounts =>
      i < 60 ? quietDay(i) : { ...quietDay(i), forum: { n: 25, x: 20 } };
    const brand = {
      ...northbell,
      sources: [...northbell.sources, { id: 'forum', population: 'customer' as const }],
    };
    const { events, results } = checkDaily(counts, { from: 58, to: 95 }, { brand });
    expect(events).toEqual([]);
    expect(results[10]?.skipped.join(' ')).toContain('forum: learning, day 9 of 28');
  });

  it('reads 63 days, and further back only where an incident took days out of the baseline', () => {
    const { incidents } = checkDaily(
      delivery((i) => i < 75),
      { from: 60, to: 90 },
    );
    const input = anInput({ day: dayAt(90) });
    expect(daysRead(input)).toBe(63);
    expect(daysRead({ ...input, incidents })).toBe(63 + 10);
    const long = [{ from: dayAt(0), to: dayAt(80) }];
    expect(daysRead({ ...input, outages: long })).toBe(100);
    const rollups = Array.from({ length: 91 }, (_, i) => aRollup(dayAt(i), quietDay(i)));
    expect(checkBrand({ ...input, rollups })).toEqual(
      checkBrand({ ...input, rollups: rollups.slice(-63) }),
    );
  });

  it('says that it is blind', () => {
    const nothing = checkBrand(anInput({ day: dayAt(10), rollups: [] }));
    expect(nothing.tests).toEqual([]);
    expect(nothing.skipped.join(' ')).toContain('nothing was tested');
    const other = Array.from({ length: 40 }, (_, i) =>
      aRollup(dayAt(i), quietDay(i), i < 10 ? 'v0' : 'v1'),
    );
    const partly = checkBrand(anInput({ day: dayAt(39), rollups: other }));
    expect(partly.skipped).toEqual([
      '10 of the last 63 days are counted only by other classifier versions than v1 and were not used.',
    ]);
  });
});

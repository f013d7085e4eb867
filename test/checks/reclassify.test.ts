import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { type ReclassifyDeps, reclassify, type Target } from '../../src/checks/reclassify.ts';
import { brandJudges, CLASSIFIER_BASE } from '../../src/classification/brand-judges.ts';
import { registerOf, versionOf } from '../../src/classification/promises.ts';
import { Settings } from '../../src/config/config.ts';
import { addDays } from '../../src/mentions/day.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { recount } from '../../src/rollups/recount.ts';
import { classifier } from '../classification/assets.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { storesIn } from './stores.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const deps = () => storesIn(db);

const NOW = new Date('2026-03-20T12:00:00.000Z');
const LATER = new Date('2026-03-20T15:00:00.000Z');
const PER_DAY = 12;

/** A judge that calls so many of each day's mentions broken: their texts begin with their number. */
const target = (cv: string, brokenOn: (day: string) => number): Target => ({
  cv,
  classify: (mention) => judged(cv, mention, brokenOn),
});

function judged(cv: string, { text, bucketDay }: Mention, brokenOn: (day: string) => number) {
  const isBroken = Number.parseInt(text, 10) < brokenOn(bucketDay);
  const quote = text.slice(0, 4);
  return aClassification({
    cv,
    sentiment: { label: isBroken ? 'negative' : 'neutral', reasons: [] },
    verdicts: [aVerdict({ outcome: isBroken ? 'broken' : 'kept', quote, start: 0, end: 4 })],
  });
}

async function stored(
  first: string,
  days: number,
  { cv, classify }: Target,
  perDay = PER_DAY,
): Promise<void> {
  const { store, rollups } = deps();
  for (let d = 0; d < days; d++) {
    const day = addDays(first, d);
    await Promise.all(
      Array.from({ length: perDay }, (_, i) => {
        const id = `${day.replaceAll('-', '')}${i}`.padStart(32, '0');
        // No two alike: a copy would not be counted.
        const text = `${i} ${Array.from({ length: 8 }, (__, w) => `w${d * 997 + i * 89 + w * 13}`).join(' ')}`;
        const mention = aMention({
          id,
          identity: id,
          text,
          bucketDay: day,
          publishedAt: `${day}T09:00:00.000Z`,
        });
        return store.save(mention, classify(mention));
      }),
    );
    await rollups.markDirty('acme', day, new Date(NOW.getTime() - 3_600_000));
  }
  await recount(NOW, deps());
  await deps().checkpoints.set('classifier#acme', cv);
}

const countsOf = async (day: string, cv: string) =>
  (await deps().rollups.between('acme', day, day)).find((rollup) => rollup.cv === cv)?.sources[
    'acme-reviews'
  ];
const inForce = () => deps().checkpoints.get('classifier#acme');
const versionsOf = async (day: string) =>
  new Set((await deps().store.ofDay('acme', day, NOW)).map(({ cv }) => cv));
const run = (to: Target, using: ReclassifyDeps = deps(), signal?: AbortSignal, at = NOW) =>
  reclassify(acme, to, { now: () => at, signal }, using);
const noon = (day: string) => new Date(`${day}T12:00:00Z`);
const check = (day: string) =>
  dailyCheck(acme, 'Europe/London', new Date(`${addDays(day, 1)}T06:30:00Z`), deps());

const old = target('cv1', () => 1);
const anew = target('cv2', () => 5);

describe('reclassify', () => {
  it('counts all days by the new version, puts them in force, and judges every mention again', async () => {
    await stored('2026-03-01', 3, old);
    expect(await run(anew)).toMatchObject({ days: 3, mentions: 36, finished: true, from: 'cv1' });
    expect(await inForce()).toBe('cv2');
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) {
      expect(await countsOf(day, 'cv2')).toMatchObject({ mentions: 12, negative: 5 });
      expect(await versionsOf(day)).toEqual(new Set(['cv2']));
    }
    await recount(LATER, deps());
    expect(await countsOf('2026-03-02', 'cv2')).toMatchObject({
      mentions: 12,
      promises: { fast: { broken: 5, kept: 7 } },
    });
  });

  it('changes nothing that anybody reads until the switch, and goes on after a stop', async () => {
    await stored('2026-03-01', 4, old);
    const stop = new AbortController();
    const real = deps();
    const stopping = {
      ...real,
      rollups: {
        ...real.rollups,
        save: async (rollup: Parameters<typeof real.rollups.save>[0]) => {
          await real.rollups.save(rollup);
          if (rollup.day === '2026-03-02') stop.abort();
        },
      },
    };
    expect(await run(anew, stopping, stop.signal)).toMatchObject({ finished: false, mentions: 0 });
    expect(await inForce()).toBe('cv1');
    expect(await countsOf('2026-03-02', 'cv1')).toMatchObject({ negative: 1 });
    expect(await versionsOf('2026-03-01')).toEqual(new Set(['cv1']));
    const read: string[] = [];
    const watching = {
      ...real,
      store: {
        ...real.store,
        ofDay: (brand: string, day: string, now: Date) => {
          read.push(day);
          return real.store.ofDay(brand, day, now);
        },
      },
    };
    expect(await run(anew, watching)).toMatchObject({ finished: true });
    expect(read.slice(0, 2)).toEqual(['2026-03-03', '2026-03-04']);
    expect(await inForce()).toBe('cv2');
  });

  it('finishes what died after the switch', async () => {
    await stored('2026-03-01', 2, old);
    const real = deps();
    const dying = {
      ...real,
      classifications: { replace: () => Promise.reject(new Error('crash')) },
    };
    await expect(run(anew, dying)).rejects.toThrow('crash');
    expect(await inForce()).toBe('cv2');
    // Counts of half a day would be worse than old ones.
    await real.rollups.markDirty('acme', '2026-03-01', NOW);
    expect(await recount(NOW, real)).toEqual({ days: 0, cleared: 0 });
    expect(await countsOf('2026-03-01', 'cv2')).toMatchObject({ mentions: 12 });
    expect(await run(anew)).toMatchObject({ finished: true, mentions: 24 });
  });

  it('leaves no counts of the version before when it died right after its last mention of a day', async () => {
    await stored('2026-03-01', 1, old, 1);
    const { classifications, ...real } = deps();
    const dying: ReclassifyDeps = {
      ...real,
      classifications: {
        replace: async (...mention) => {
          await classifications.replace(...mention);
          throw new Error('crash');
        },
      },
    };
    await expect(run(anew, dying)).rejects.toThrow('crash');
    expect(await run(anew)).toMatchObject({ finished: true, mentions: 0 });
    await recount(LATER, deps());
    expect(await countsOf('2026-03-01', 'cv1')).toBeUndefined();
    expect(await countsOf('2026-03-01', 'cv2')).toMatchObject({ mentions: 1 });
  });

  it('leaves a mention alone that was edited meanwhile', async () => {
    await stored('2026-03-01', 1, old);
    const [one] = await deps().store.ofDay('acme', '2026-03-01', NOW);
    const { classifications, store } = deps();
    const [read] = await store.read('acme', [one?.id ?? '']);
    if (read === undefined) throw new Error('not stored');
    const edited = aMention({
      ...(({ version: _v, classification: _c, ...rest }) => rest)(read),
      text: '3 edited',
      contentHash: 'e'.repeat(32),
      fetchedAt: '2026-03-10T10:00:00.000Z',
    });
    await store.save(edited, old.classify(edited));
    expect(await classifications.replace(read, anew.classify(read))).toBe(false);
    expect((await store.read('acme', [read.id]))[0]).toMatchObject({
      text: '3 edited',
      classification: { cv: 'cv1' },
    });
  });

  it('keeps the counts of days whose mentions have expired', async () => {
    await stored('2026-03-01', 1, old);
    const rollup = (await deps().rollups.between('acme', '2026-03-01', '2026-03-01'))[0];
    if (rollup === undefined) throw new Error('not counted');
    await deps().rollups.save({ ...rollup, day: '2025-10-01' });
    await run(anew);
    expect(await countsOf('2025-10-01', 'cv2')).toMatchObject({ mentions: 12, negative: 1 });
  });

  it('keeps the counts of days whose mentions begin to expire', async () => {
    await stored('2026-03-01', 1, old);
    const ofTheFirstExpiry = new Date(aMention().ttl * 1000 - 60_000);
    await run(anew, deps(), undefined, ofTheFirstExpiry);
    expect(await countsOf('2026-03-01', 'cv2')).toMatchObject({ mentions: 12, negative: 1 });
  });

  it('keeps the new counts of expired days that the functions had judged by the new version before', async () => {
    await stored('2026-03-01', 1, anew);
    await deps().checkpoints.set('classifier#acme', 'cv1');
    const rollup = (await deps().rollups.between('acme', '2026-03-01', '2026-03-01'))[0];
    if (rollup === undefined) throw new Error('not counted');
    await deps().rollups.save({ ...rollup, day: '2025-10-01' });
    // The version in force has taken back what it counted of the day when its last mention was edited.
    const { firstExpiry: _none, arrived: _gone, ...counted } = rollup;
    await deps().rollups.save({ ...counted, day: '2025-10-01', cv: 'cv1', sources: {} });
    await run(anew);
    expect(await countsOf('2025-10-01', 'cv2')).toMatchObject({ mentions: 12, negative: 5 });
  });

  /** A run to cv2, and one to cv3 from its begin to its end when the first one asks for the n-th time. */
  async function overtaken(method: 'read' | 'replace' | 'swap', n: number) {
    await stored('2026-03-01', 3, old);
    const newest = target('cv3', () => 7);
    let asked = 0;
    const meanwhile = async () => {
      asked++;
      if (asked === n) await run(newest);
    };
    const real = deps();
    const report = await run(anew, {
      ...real,
      checkpoints: {
        ...real.checkpoints,
        swap: async (key, before, value) => {
          if (method === 'swap' && key === 'classifier#acme') await meanwhile();
          return real.checkpoints.swap(key, before, value);
        },
      },
      store: {
        ...real.store,
        readMany: async (brand, ids) => {
          if (method === 'read') await meanwhile();
          return real.store.readMany(brand, ids);
        },
      },
      classifications: {
        replace: async (mention, classification) => {
          if (method === 'replace') await meanwhile();
          return real.classifications.replace(mention, classification);
        },
      },
    });
    expect(asked).toBeGreaterThanOrEqual(n);
    return report;
  }

  it.each([
    { while: 'the first counts in the shadow', method: 'read', n: 2 },
    { while: 'the first puts its version in force', method: 'swap', n: 1 },
    { while: 'the first reads what to rewrite', method: 'read', n: 5 },
    { while: 'the first rewrites', method: 'replace', n: 14 },
  ] as const)('leaves off for a run that begins later, $while', async ({ method, n }) => {
    expect(await overtaken(method, n)).toMatchObject({ finished: false, takenBy: 'cv3' });
    expect(await inForce()).toBe('cv3');
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) {
      expect(await versionsOf(day)).toEqual(new Set(['cv3']));
      expect(await countsOf(day, 'cv3')).toMatchObject({ mentions: 12, negative: 7 });
    }
  });

  it('picks up mentions that an old function stored after the switch', async () => {
    await stored('2026-03-01', 1, old);
    await run(anew);
    const late = aMention({ id: 'f'.repeat(32), identity: 'late', bucketDay: '2026-03-01' });
    await deps().store.save(late, old.classify(late));
    expect(await versionsOf('2026-03-01')).toEqual(new Set(['cv1', 'cv2']));
    expect(await run(anew)).toMatchObject({ mentions: 1, finished: true });
    expect(await versionsOf('2026-03-01')).toEqual(new Set(['cv2']));
  });
});

describe('a switch', () => {
  it('opens no incident and learns nothing anew, though the new version finds five times as much', async () => {
    await stored('2026-02-01', 41, old);
    expect(await check('2026-03-12')).toMatchObject({ events: 0, days: 1 });
    expect((await run(anew, deps(), undefined, noon('2026-03-13'))).masked).toEqual([]);
    expect(await check('2026-03-13')).toMatchObject({ events: 0, days: 1, waiting: null });
    const frozen = await deps().incidents.check('acme', '2026-03-13');
    expect([frozen?.cv, frozen?.learning, frozen?.incidents]).toEqual(['cv2', null, []]);
  }, 120_000);

  it('opens no incident for what only the new version sees in days that were checked before', async () => {
    await stored('2026-02-01', 41, old);
    await check('2026-03-10');
    const harsh = target('cv2', (day) => (day >= '2026-03-09' ? 11 : 1));
    const { masked } = await run(harsh, deps(), undefined, noon('2026-03-11'));
    expect(masked).toContain('promise:fast');
    expect(await check('2026-03-11')).toMatchObject({ events: 0, days: 1 });
    const frozen = await deps().incidents.check('acme', '2026-03-11');
    expect(frozen?.tests.some(({ fires }) => fires)).toBe(true);
    expect(frozen?.skipped.join(' ')).toMatch(/until it has been quiet/);
    // Without the mask the same counts open one.
    await deps().checkpoints.set('switched#acme', JSON.stringify({ cv: 'cv2', series: [] }));
    expect(await check('2026-03-12')).toMatchObject({ events: 1 });
  }, 120_000);

  it('makes the check wait as long as new mentions are judged by another version', async () => {
    await stored('2026-03-01', 2, old);
    const { checkpoints } = deps();
    const cv = versionOf('e9-base', registerOf(acme));
    await checkpoints.set(CLASSIFIER_BASE, 'e9-base');
    expect(await check('2026-03-02')).toMatchObject({ waiting: 'reclassification', days: 0 });
    await run(target(cv, () => 1));
    await checkpoints.set(
      'reclassify#acme',
      JSON.stringify({ to: cv, phase: 'done', day: null, at: '2026-03-01T00:00:00.000Z' }),
    );
    expect(await check('2026-03-02')).toMatchObject({ waiting: null, days: 1 });
  });

  it('is left to reclassify: a judge notes a version only where there is none', async () => {
    const { checkpoints } = deps();
    const settings = Settings.parse({ brands: [acme] });
    await brandJudges(classifier, checkpoints).of({ version: 1, settings });
    const first = await inForce();
    expect(first).toBe(classifier.version(registerOf(acme)));
    const [promise] = acme.promises;
    if (promise === undefined) throw new Error('no promise');
    const changed = Settings.parse({
      brands: [{ ...acme, promises: [{ ...promise, text: 'We answer within 30 seconds' }] }],
    });
    await brandJudges(classifier, checkpoints).of({ version: 2, settings: changed });
    expect(await inForce()).toBe(first);
  });
});

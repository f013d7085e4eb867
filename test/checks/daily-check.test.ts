import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dailyCheck, daysToCheck } from '../../src/checks/daily-check.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { storesIn } from './stores.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const deps = () => storesIn(db);

/** 06:30 in London, in winter. */
const morningAfter = (day: string) => new Date(`${addDays(day, 1)}T06:30:00Z`);
const check = (day: string, using = deps()) =>
  dailyCheck(acme, 'Europe/London', morningAfter(day), using);

/** Sixty quiet days with 2 broken of 20, then `broken` of 25 on the days after. */
async function history(first: string, days: number, broken: readonly number[]) {
  const { rollups, checkpoints } = deps();
  await checkpoints.set('classifier#acme', 'cv1');
  for (let i = 0; i < days + broken.length; i++) {
    const crisis = broken[i - days];
    const promises = { fast: { exceeded: 0, kept: 3, broken: crisis ?? 2, unclear: 0 } };
    const mentions = crisis === undefined ? 20 : 20 + crisis;
    const negative = (crisis ?? 2) + 2;
    await rollups.save({
      brand: 'acme',
      day: addDays(first, i),
      cv: 'cv1',
      seen: 1,
      sources: {
        'acme-reviews': {
          ...noCounts(),
          mentions,
          negative,
          neutral: mentions - negative,
          promises,
        },
      },
      employees: {},
    });
  }
}

/** The mentions behind a crisis day's count. */
async function complaints(day: string, count: number) {
  for (let i = 0; i < count; i++) {
    const id = `${day.replaceAll('-', '')}${i}`.padStart(32, '0');
    const text = `Number ${i}: waited twenty minutes, nobody answered on ${day}`;
    const mention = aMention({
      id,
      identity: id,
      text,
      bucketDay: day,
      publishedAt: `${day}T09:00:00.000Z`,
    });
    const start = text.indexOf('twenty minutes');
    const verdict = aVerdict({ start, end: start + 14 });
    await deps().store.save(mention, aClassification({ verdicts: [verdict] }));
  }
}

describe('the days to check', () => {
  it('are closed at six in the morning of the brand', () => {
    const at = (time: string) =>
      daysToCheck('2026-03-01', 'Europe/London', new Date(`2026-03-03T${time}Z`));
    expect(at('05:59:00')).toEqual([]);
    expect(at('06:00:00')).toEqual(['2026-03-02']);
  });

  it('are made up for after an outage, a week at most', () => {
    const now = new Date('2026-03-20T12:00:00Z');
    expect(daysToCheck('2026-03-17', 'UTC', now)).toEqual(['2026-03-18', '2026-03-19']);
    expect(daysToCheck('2026-01-01', 'UTC', now)).toHaveLength(7);
  });

  it('are never checked before they are over, wherever the brand lives', () => {
    const now = new Date('2026-03-20T12:00:00Z');
    expect(daysToCheck(undefined, 'Pacific/Auckland', now)).toEqual(['2026-03-19']);
    expect(daysToCheck(undefined, 'Pacific/Honolulu', now)).toEqual(['2026-03-18']);
  });
});

describe('the daily check', () => {
  it('waits until something was collected', async () => {
    expect(await check('2026-03-01')).toMatchObject({ waiting: 'nothing-collected', days: 0 });
  });

  it('stays quiet while nothing turns', async () => {
    await history('2026-01-01', 70, []);
    expect(await check('2026-03-11')).toMatchObject({ days: 1, events: 0, digests: 0 });
    expect(await check('2026-03-11')).toMatchObject({ waiting: 'not-yet-due' });
  });

  it('says which days it does not make up for after a long standstill', async () => {
    await history('2026-01-01', 90, []);
    await check('2026-03-11');
    expect(await check('2026-03-30')).toMatchObject({ days: 7 });
    const first = await deps().incidents.check('acme', '2026-03-24');
    expect(first?.skipped).toContain(
      '12 days from 2026-03-12 to 2026-03-23 were not checked: no more than the last 7 are made up for.',
    );
    const next = await deps().incidents.check('acme', '2026-03-25');
    expect(next?.skipped.join()).not.toContain('were not checked');
  });

  it('checks nothing and says so when the clock has gone back behind a checked day', async () => {
    await history('2026-01-01', 70, []);
    await check('2026-03-11');
    expect(await check('2026-03-08')).toMatchObject({ days: 0, waiting: 'clock-went-back' });
    expect(await deps().incidents.check('acme', '2026-03-08')).toBeUndefined();
    expect(await check('2026-03-12')).toMatchObject({ days: 1, waiting: null });
  });

  it('opens one incident and freezes one digest when a promise turns', async () => {
    await history('2026-01-01', 70, [14]);
    await complaints('2026-03-12', 14);
    expect(await check('2026-03-12')).toMatchObject({ events: 1, digests: 1 });
    const [digest, ...others] = await deps().digests.waiting();
    expect(others).toEqual([]);
    expect(digest).toMatchObject({ key: 'AC-0001#opened#1', kind: 'opened', serious: true });
    expect(JSON.parse(digest?.model ?? '{}')).toMatchObject({
      incidents: [{ ref: 'AC-0001', promise: { text: 'We answer within 60 seconds' } }],
    });
  });

  it.each(['digest', 'incident', 'digested#acme', 'check#acme'])(
    'tells the same once when it dies before the %s is written',
    async (what) => {
      await history('2026-01-01', 70, [14]);
      await complaints('2026-03-12', 14);
      const crash = () => Promise.reject(new Error('crash'));
      const real = deps();
      const dying = {
        ...real,
        ...(what === 'digest' && { digests: { ...real.digests, freeze: crash } }),
        ...(what === 'incident' && { incidents: { ...real.incidents, save: crash } }),
        checkpoints: {
          ...real.checkpoints,
          set: (job: string, value: string) =>
            job === what ? crash() : real.checkpoints.set(job, value),
        },
      };
      await expect(check('2026-03-12', dying)).rejects.toThrow('crash');
      // What arrives meanwhile must not change what was decided.
      await history('2026-01-01', 71, []);
      await check('2026-03-12');
      expect((await deps().digests.waiting()).map(({ key }) => key)).toEqual(['AC-0001#opened#1']);
      const { incidents } = await deps().incidents.recent('acme', '2026-01-01');
      expect(incidents).toMatchObject([{ number: 1, openedOn: '2026-03-12' }]);
    },
  );
});

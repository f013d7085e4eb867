import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { addDays, startOfDay } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { storesIn } from './stores.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const deps = () => storesIn(db);

const HOUR = 3_600_000;
const readers = (...recipients: object[]): Brand =>
  Brand.parse({
    ...acme,
    recipients: recipients.map((one) => ({ email: 'a@acme.example', ...one })),
  });

/** Quiet days with `mentions` mentions, one of them negative. */
async function quiet(first: string, days: number, mentions = 20): Promise<void> {
  const { rollups, checkpoints } = deps();
  await checkpoints.set('classifier#acme', 'cv1');
  for (let i = 0; i < days; i++)
    await rollups.save({
      brand: 'acme',
      day: addDays(first, i),
      cv: 'cv1',
      seen: 1,
      sources: {
        'acme-reviews': { ...noCounts(), mentions, negative: 1, neutral: mentions - 1 },
      },
      employees: {},
    });
}

const COMPLAINTS: Readonly<Record<string, string>> = {
  a: 'Nobody answered, and nobody called back either.',
  b: 'The second engineer left the cabinet open and the line is dead again.',
};

async function complaint(day: string, digit: string): Promise<void> {
  const id = digit.repeat(32);
  const text = COMPLAINTS[digit] ?? '';
  const at = `${day}T09:00:00.000Z`;
  const mention = aMention({ id, identity: id, text, bucketDay: day, publishedAt: at });
  const sentiment = { label: 'negative' as const, reasons: [] };
  await deps().store.save(mention, aClassification({ sentiment }));
}

/** The check, called every hour of these days by the clocks of the zone, and twice each time. */
async function hourly(brand: Brand, timeZone: string, from: string, days: number): Promise<void> {
  const end = startOfDay(timeZone, addDays(from, days)).getTime();
  for (let at = startOfDay(timeZone, from).getTime(); at < end; at += HOUR) {
    await dailyCheck(brand, timeZone, new Date(at), deps());
    await dailyCheck(brand, timeZone, new Date(at + 60_000), deps());
  }
}

async function made(): Promise<{ key: string; createdAt: string; model: DigestModel }[]> {
  return (await deps().digests.waiting()).map(({ key, createdAt, model }) => ({
    key,
    createdAt,
    model: DigestModel.parse(JSON.parse(model)),
  }));
}

describe('the first reading', () => {
  it('comes once, at six in the morning after the first day', async () => {
    await quiet('2026-01-01', 80);
    await hourly(readers({}), 'Europe/London', '2026-03-03', 3);
    const digests = await made();
    expect(digests.map(({ key, createdAt }) => [key, createdAt])).toEqual([
      ['first#first-reading#1', '2026-03-04T06:00:00.000Z'],
    ]);
    expect(digests[0]?.model).toMatchObject({ from: '2026-02-04', to: '2026-03-03' });
  });

  it('waits for a day although the stack was started a minute before midnight', async () => {
    await quiet('2026-01-01', 80);
    const brand = readers({});
    const check = (at: string) => dailyCheck(brand, 'Europe/London', new Date(at), deps());
    await check('2026-03-03T23:59:00Z');
    await check('2026-03-04T05:59:00Z');
    expect(await made()).toEqual([]);
    await check('2026-03-04T06:00:00Z');
    expect((await made()).map(({ key }) => key)).toEqual(['first#first-reading#1']);
  });

  it('shows sample verdicts and attaches what was read', async () => {
    await quiet('2026-01-01', 80);
    await complaint('2026-03-01', 'a');
    await complaint('2026-03-02', 'b');
    await hourly(readers({}), 'Europe/London', '2026-03-03', 2);
    const [first] = await made();
    expect(first?.model.quotes).toHaveLength(2);
    expect(first?.model.evidence.total).toBe(2);
  });
});

describe('the weekly pulse', () => {
  it.each([
    ['Europe/London', '2026-03-28', '2026-03-30T05:00:00.000Z'],
    ['America/Los_Angeles', '2026-03-07', '2026-03-09T13:00:00.000Z'],
    ['Pacific/Auckland', '2026-04-04', '2026-04-05T18:00:00.000Z'],
  ])(
    'comes once on Monday at six where clocks change that Sunday, in %s',
    async (timeZone, saturday, createdAt) => {
      await quiet('2026-01-01', 100);
      await sentFirstReading();
      const brand = readers({ level: 'weekly' });
      await deps().checkpoints.set('started#acme', '2026-01-01');
      await deps().checkpoints.set('check#acme', addDays(saturday, -2));
      await hourly(brand, timeZone, saturday, 4);
      const monday = addDays(saturday, 2);
      expect(
        (await made()).map(({ key, model, createdAt }) => [key, model.from, model.to, createdAt]),
      ).toEqual([
        [
          `${addDays(monday, -1)}#weekly-pulse#1`,
          addDays(monday, -7),
          addDays(monday, -1),
          createdAt,
        ],
      ]);
    },
  );

  it('is not made where nobody asked for it, and is where somebody asked beside incidents', async () => {
    await quiet('2026-01-01', 100);
    await deps().checkpoints.set('started#acme', '2026-01-01');
    await deps().checkpoints.set('check#acme', '2026-03-06');
    await sentFirstReading();
    await hourly(readers({}), 'UTC', '2026-03-09', 1);
    expect(await made()).toEqual([]);
    await hourly(readers({ weeklyPulse: true }), 'UTC', '2026-03-16', 1);
    expect((await made()).map(({ key }) => key)).toEqual(['2026-03-15#weekly-pulse#1']);
  });
});

describe('the daily list of negative mentions', () => {
  const asked = { everyNegative: true };
  beforeEach(async () => {
    await deps().checkpoints.set('started#acme', '2026-01-01');
    await deps().checkpoints.set('check#acme', '2026-03-02');
    await sentFirstReading();
  });

  it('comes on days with one only', async () => {
    await quiet('2026-01-01', 80, 4);
    await complaint('2026-03-04', 'a');
    await hourly(readers(asked), 'UTC', '2026-03-04', 4);
    const lists = await made();
    expect(lists.map(({ key }) => key)).toEqual(['2026-03-04#every-negative#1']);
    expect(lists[0]?.model.quotes).toHaveLength(1);
  });

  it('is for brands with under ten mentions a day', async () => {
    await quiet('2026-01-01', 80, 10);
    await complaint('2026-03-04', 'a');
    await hourly(readers(asked), 'UTC', '2026-03-04', 3);
    expect(await made()).toEqual([]);
  });
});

/** As the table is once it was made and sent. */
async function sentFirstReading(): Promise<void> {
  const key = 'first#first-reading#1';
  await deps().digests.freeze({
    brand: 'acme',
    key,
    kind: 'first-reading',
    incidents: [],
    seq: 1,
    createdAt: '2026-01-02T06:00:00.000Z',
    serious: false,
    promises: [],
    model: '{}',
  });
  await deps().digests.settle('acme', key);
}

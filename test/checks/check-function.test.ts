import { afterEach, beforeEach, expect, it } from 'vitest';
import { dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { lastRunOf } from '../../src/checks/watch.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { callFunction } from '../function-call.ts';
import { storesIn } from './stores.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
  const brands = ['acme', 'bolt'].map((id) => ({ ...acme, id }));
  const settings = { timeZone: 'UTC', email: {}, brands };
  await dynamoSettingsStore(db.table).apply(settings, new Date());
  const { checkpoints, rollups } = storesIn(db);
  const day = addDays(new Date().toISOString().slice(0, 10), -3);
  for (const { id } of brands) {
    await checkpoints.set(`classifier#${id}`, 'cv1');
    await rollups.save({
      brand: id,
      day,
      cv: 'cv1',
      seen: 1,
      sources: { 'acme-reviews': { ...noCounts(), mentions: 4, neutral: 4 } },
      employees: {},
    });
  }
});
afterEach(() => db.close());

const check = () => callFunction('check', db, {});

it('checks every brand, and says when', async () => {
  const { failed, log } = await check();
  expect(failed).toBe(false);
  expect(log).toMatch(/brand: 'acme'[\s\S]*brand: 'bolt'/);
  expect(log).toContain('"StagesStopped":0');
  expect(await storesIn(db).checkpoints.get(lastRunOf('check'))).toBeDefined();
}, 60_000);

it('checks the other brands and looks after all where one cannot be checked, and never calls that a success', async () => {
  await db.table.put({ PK: 'I#acme', SK: '2026-01-01#1', body: 'torn I waited an hour' });
  const { failed, log } = await check();
  expect(log).toMatch(/event: 'check-failed',\s+brand: 'acme'/);
  expect(log).toMatch(/event: 'checked',\s+brand: 'bolt'/);
  expect(log).not.toContain('I waited');
  expect(log).toContain('"StagesStopped":1');
  expect(log).toContain('the check of acme failed');
  expect(failed).toBe(true);
  expect(await storesIn(db).checkpoints.get(lastRunOf('check'))).toBeUndefined();
}, 60_000);

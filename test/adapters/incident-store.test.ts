import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import { Incident } from '../../src/trends/incident.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { checkDaily, quietDay } from '../trends/fixtures.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

/** An incident on its first three days, as the checks left it each day. */
const [opened, second, third] = checkDaily(
  (i) => (i < 70 ? quietDay(i) : { ...quietDay(i), reviews: { n: 30, x: 24 } }),
  { from: 70, to: 72 },
).results.map(({ incidents }) => Incident.parse(incidents[0])) as [Incident, Incident, Incident];

const stored = async () => {
  const { incidents } = await dynamoIncidentStore(db.table).recent('northbell', '2026-01-01');
  return incidents[0];
};
const amend = (change: (incident: Incident) => Incident) =>
  dynamoIncidentStore(db.table).amend('northbell', 1, change);

describe('an incident that a check and a person change', () => {
  it('keeps an acknowledgement and a snooze that came after the check had read it', async () => {
    const store = dynamoIncidentStore(db.table);
    await store.save(opened);
    await amend((i) => ({ ...i, acknowledgedBy: 'Ana', snoozedUntil: '2026-04-01' }));
    await store.save(second);
    expect(await stored()).toEqual({
      ...second,
      acknowledgedBy: 'Ana',
      snoozedUntil: '2026-04-01',
    });
  });

  it('stays closed when a person closed it while the check was under way', async () => {
    const store = dynamoIncidentStore(db.table);
    await store.save(opened);
    const closed = await amend((i) => ({
      ...i,
      state: 'closed',
      closedOn: opened.checkedDay,
      closedBecause: 'operator',
    }));
    await store.save(second);
    expect(await stored()).toEqual(closed);
  });

  it('does not go back to an earlier day when an older check comes late', async () => {
    const store = dynamoIncidentStore(db.table);
    await store.save(third);
    await store.save(second);
    expect(await stored()).toEqual(third);
  });

  it('loses nothing when the person writes between the check’s reading and writing', async () => {
    await dynamoIncidentStore(db.table).save(opened);
    const steps = [{ acknowledgedBy: 'Ana' }, { snoozedUntil: '2026-04-01' }];
    const overtaken: Table = {
      ...db.table,
      put: async (item, condition) => {
        const step = steps.shift();
        if (step !== undefined) await amend((i) => ({ ...i, ...step }));
        return db.table.put(item, condition);
      },
    };
    await dynamoIncidentStore(overtaken).save(second);
    expect(await stored()).toEqual({
      ...second,
      acknowledgedBy: 'Ana',
      snoozedUntil: '2026-04-01',
    });
  });

  it('keeps both of two steps that people take at the same moment', async () => {
    await dynamoIncidentStore(db.table).save(opened);
    await Promise.all([
      amend((i) => ({ ...i, acknowledgedBy: 'Ana' })),
      amend((i) => ({ ...i, snoozedUntil: '2026-04-01' })),
    ]);
    expect(await stored()).toMatchObject({ acknowledgedBy: 'Ana', snoozedUntil: '2026-04-01' });
  });

  it('says so when others never leave it alone', async () => {
    await dynamoIncidentStore(db.table).save(opened);
    const busy: Table = { ...db.table, put: () => Promise.resolve(false) };
    await expect(dynamoIncidentStore(busy).save(second)).rejects.toThrow(
      'incident 1 of northbell was changed by others',
    );
  });
});

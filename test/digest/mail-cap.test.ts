import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { Recipient } from '../../src/brands/brand.ts';
import { type DeliverDeps, deliver } from '../../src/digest/deliver.ts';
import type { DigestRow } from '../../src/digest/outbox-rows.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { aDigest, deliveryDeps } from './outbox.ts';

let db: TestTable;
let mails: string[];
beforeEach(async () => {
  db = await freshTable();
  mails = [];
});
afterEach(() => db.close());

/** Five brands of an agency, all read by one person. */
const BRANDS = ['acme', 'bolt', 'cove', 'dune', 'elm'];

async function freeze(brand: string, only: Partial<DigestRow> = {}): Promise<void> {
  await dynamoDigestStore(db.table).freeze(
    aDigest({
      brand,
      key: 'XX-0001#opened#1',
      createdAt: '2026-03-28T06:00:00.000Z',
      day: '2026-03-27',
      serious: false,
      ...only,
    }),
  );
}

async function deliverAt(now: string) {
  const digests = dynamoDigestStore(db.table);
  const recipients = [Recipient.parse({ email: 'me@agency.example', timeZone: 'Europe/London' })];
  const brands = BRANDS.map((id) => ({ ...acme, id, recipients }));
  const settings = { timeZone: 'UTC', email: {}, brands };
  const compose: DeliverDeps['compose'] = ({ brand }) => {
    mails.push(brand.id);
    return { Content: {} };
  };
  return deliver(await digests.waiting(), settings, new Date(now), deliveryDeps(db, { compose }));
}

describe('a person on many lists', () => {
  it('gets three mails about incidents a day, the serious ones first, and the rest the next day', async () => {
    for (const brand of BRANDS) await freeze(brand, { serious: brand === 'elm' });
    expect(await deliverAt('2026-03-28T08:10:00Z')).toMatchObject({ sent: 3, waiting: 2 });
    expect(mails).toEqual(['elm', 'acme', 'bolt']);
    expect(await deliverAt('2026-03-28T19:55:00Z')).toMatchObject({ sent: 0, waiting: 2 });
    // Clocks went forward that night: eight in London is seven in UTC.
    expect(await deliverAt('2026-03-29T06:55:00Z')).toMatchObject({ sent: 0, waiting: 2 });
    expect(await deliverAt('2026-03-29T07:00:00Z')).toMatchObject({ sent: 2, waiting: 0 });
    expect(mails.slice(3)).toEqual(['cove', 'dune']);
  });

  it('gets what they asked for beside incidents all the same', async () => {
    for (const brand of BRANDS)
      await freeze(brand, { kind: 'first-reading', key: 'first#first-reading#1', incidents: [] });
    expect(await deliverAt('2026-03-28T08:10:00Z')).toMatchObject({ sent: 5 });
  });
});

describe('days that are made up for after an outage', () => {
  it('bring one mail about an incident: the newest', async () => {
    await freeze('acme');
    await freeze('acme', { key: 'XX-0001#worse#2', kind: 'worse', seq: 2, day: '2026-03-28' });
    expect(await deliverAt('2026-03-28T09:00:00Z')).toMatchObject({ sent: 1, overtaken: 1 });
  });
});

import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { Brand } from '../../src/brands/brand.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { freshTable } from '../dynamodb.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';

/** A brand with few mentions and a reader who wants everything. */
const brand = Brand.parse({
  ...acme,
  recipients: [{ email: 'a@acme.example', weeklyPulse: true, everyNegative: true }],
});
const FIRST = '2026-01-05';
/** Days before the first check, bad days, and days after them. */
const SPAN = { history: 60, bad: 3, after: 14 };

/** What people wrote on a bad day; no two alike. */
const COMPLAINTS = [
  'Forty minutes in the queue before I hung up, with a dead router on the desk.',
  'Nobody answered before lunch and nobody answered after it either.',
  'The advert says sixty seconds. My phone says twenty-three minutes.',
  'On hold for half an hour, then the line dropped and I had to start again.',
  'Rang at nine, at ten and at noon: the same tune, no person.',
  'Is anyone working there today? Eighteen minutes and counting.',
  'Gave up after a quarter of an hour and wrote this instead.',
  'Twelve minutes of menu, then silence, then a busy tone.',
  'My mother waited so long that her tea went cold twice.',
];

/**
 * Digests as the pipeline freezes them in eleven weeks of a small brand, the newest of each kind: one check a
 * day over a real table.
 */
export async function pipelineDigests(): Promise<Map<string, DigestModel>> {
  const db = await freshTable();
  try {
    const stores = {
      store: dynamoMentionStore(db.table),
      rollups: dynamoRollupStore(db.table),
      incidents: dynamoIncidentStore(db.table),
      digests: dynamoDigestStore(db.table),
      states: dynamoSourceStates(db.table),
      notes: dynamoNoteStore(db.table),
      checkpoints: dynamoCheckpoints(db.table),
    };
    await stores.checkpoints.set('classifier#acme', 'cv1');
    for (let i = 0; i < SPAN.history + SPAN.bad + SPAN.after; i++) {
      const day = addDays(FIRST, i);
      const isBad = i >= SPAN.history && i < SPAN.history + SPAN.bad;
      const broken = isBad ? COMPLAINTS.length : Number(i % 4 === 0);
      const mentions = 6 + broken;
      const promises = { fast: { exceeded: 0, kept: 2, broken, unclear: 0 } };
      const counts = { ...noCounts(), mentions, negative: broken, neutral: mentions - broken };
      await stores.rollups.save({
        brand: 'acme',
        day,
        cv: 'cv1',
        seen: 1,
        sources: { 'acme-reviews': { ...counts, promises } },
        employees: {},
      });
      for (let n = 0; n < broken; n++) await stores.store.save(...complaint(day, n));
      if (i >= SPAN.history - 2)
        await dailyCheck(brand, 'UTC', new Date(`${addDays(day, 1)}T06:30:00Z`), stores);
    }
    const rows = await stores.digests.waiting();
    return new Map(rows.map(({ kind, model }) => [kind, DigestModel.parse(JSON.parse(model))]));
  } finally {
    await db.close();
  }
}

function complaint(day: string, n: number) {
  const id = `${day.replaceAll('-', '')}${n}`.padStart(32, '0');
  const text = COMPLAINTS[n] ?? '';
  const publishedAt = `${day}T${String(8 + n).padStart(2, '0')}:00:00.000Z`;
  const author = `${n}`.repeat(32);
  return [
    aMention({ id, identity: id, text, bucketDay: day, publishedAt, authorHash: author }),
    aClassification({
      sentiment: { label: 'negative', reasons: [] },
      verdicts: [aVerdict({ start: 0, end: 20 })],
    }),
  ] as const;
}

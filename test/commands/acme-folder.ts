import { recount } from '../../src/rollups/recount.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { aFolder, type Folder } from './folder.ts';
import { anIncident } from './incident.ts';

export const NOW = '2026-11-22T20:00:00.000Z';
export const HOSTILE =
  '=HYPERLINK("https://evil.example")\u001b[31m <script>alert(1)</script> refund';

export const idOf = (n: number) => n.toString(16).padStart(8, '0').repeat(4);

export function said(n: number, day: string, text: string, outcome: 'broken' | 'kept' = 'broken') {
  const time = `${day}T0${n % 9}:30:00.000Z`;
  return {
    mention: aMention({
      id: idOf(n),
      identity: `said ${n}`,
      text,
      url: `https://reviews.example/${n}`,
      publishedAt: time,
      fetchedAt: time,
      bucketDay: day,
      ttl: 1_900_000_000 + n,
    }),
    classification: aClassification({
      verdicts: [aVerdict({ outcome, quote: text.slice(0, 3), start: 0, end: 3 })],
    }),
  };
}

/** Acme's stopped local run with four mentions and an open incident. */
export async function acmeFolder(): Promise<Folder> {
  const folder = await aFolder([acme], NOW);
  await folder.write(async ({ stores }) => {
    const all = [
      said(1, '2026-11-21', HOSTILE),
      said(2, '2026-11-21', 'hours of waiting before anybody at all picked up the phone'),
      said(3, '2026-11-20', 'picked up at the first ring and very kind about everything', 'kept'),
      said(4, '2026-11-12', 'the week before nobody answered my third call about the router'),
    ];
    for (const { mention, classification } of all) {
      await stores.store.save(mention, classification);
      await stores.rollups.markDirty('acme', mention.bucketDay, new Date('2026-11-21T20:00:00Z'));
    }
    await recount(new Date(NOW), stores);
    await stores.incidents.save(anIncident());
  });
  return folder;
}

import type { DirtyMark, MentionStore, NoteStore, RollupStore } from '../ports.ts';
import { countDay } from './count.ts';
import { relabelsOf } from './note.ts';

/** How long a mark stays after the last write, because the day index may lag behind the table. */
export const SETTLE_MINUTES = 15;

/** What counting reads and writes. */
export interface CountingDeps {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  /** Relabels are part of every count. */
  readonly notes: Pick<NoteStore, 'ofBrand'>;
}

export interface RecountReport {
  readonly days: number;
  /** Marks removed; the others are looked at again by the next recount. */
  readonly cleared: number;
}

/**
 * Recounts every marked day: read the mark, read the whole bucket, write the counts, and remove the mark
 * only if nobody wrote since and the last write is old enough for the index to show it.
 *
 * Counting by reading is exact under crashes and redeliveries; counters are not (docs/decisions).
 */
export async function recount(
  started: Date,
  { store, rollups, notes }: CountingDeps,
): Promise<RecountReport> {
  const marks = await rollups.dirtyMarks();
  const settled = new Date(started.getTime() - SETTLE_MINUTES * 60_000).toISOString();
  // Read after the marks: a relabel noted later marks its day once more.
  const relabels = relabelsOf(notes);
  const countedAt = started.toISOString();
  let cleared = 0;
  for (const mark of marks) {
    const known = await relabels(mark.brand);
    const mentions = await store.ofDay(mark.brand, mark.day, started);
    for (const rollup of countDay(mark.brand, mark.day, mark.version, mentions, known))
      await rollups.save({ ...rollup, countedAt });
    if (mentions.length === 0) await empty(mark, countedAt, rollups);
    if (mark.at < settled) {
      await rollups.clear(mark);
      cleared++;
    }
  }
  return { days: marks.length, cleared };
}

/** A day whose last mention was erased or moved has no counts to write, but old ones to take back. */
async function empty(
  { brand, day, version }: DirtyMark,
  countedAt: string,
  rollups: RollupStore,
): Promise<void> {
  for (const stored of await rollups.between(brand, day, day))
    await rollups.save({ ...stored, seen: version, countedAt, sources: {}, employees: {} });
}

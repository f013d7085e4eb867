import type { Checkpoints, DirtyMark, MentionStore, NoteStore, RollupStore } from '../ports.ts';
import { countDay } from './count.ts';
import { relabelsOf } from './note.ts';
import { SETTLE_MINUTES } from './settle.ts';
import { isSwitching } from './switching.ts';

/** The marks of brands whose mentions are not just being judged by another version; the others wait. */
async function countable(
  marks: readonly DirtyMark[],
  now: Date,
  checkpoints: Pick<Checkpoints, 'get'>,
): Promise<DirtyMark[]> {
  const switching = new Map<string, boolean>();
  for (const { brand } of marks)
    if (!switching.has(brand)) switching.set(brand, await isSwitching(brand, now, checkpoints));
  return marks.filter(({ brand }) => switching.get(brand) === false);
}

/** What counting reads and writes. */
export interface CountingDeps {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  /** Relabels are part of every count. */
  readonly notes: Pick<NoteStore, 'ofBrand'>;
  readonly checkpoints: Checkpoints;
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
  { store, rollups, notes, checkpoints }: CountingDeps,
): Promise<RecountReport> {
  const marks = await countable(await rollups.dirtyMarks(), started, checkpoints);
  const settled = new Date(started.getTime() - SETTLE_MINUTES * 60_000).toISOString();
  // Read after the marks: a relabel noted later marks its day once more.
  const relabels = relabelsOf(notes);
  const countedAt = started.toISOString();
  let cleared = 0;
  for (const mark of marks) {
    const known = await relabels(mark.brand);
    const mentions = await store.ofDay(mark.brand, mark.day, started);
    const counted = countDay(mark.brand, mark.day, mark.version, mentions, known);
    for (const rollup of counted) await rollups.save({ ...rollup, countedAt });
    await takeBack(mark, new Set(counted.map(({ cv }) => cv)), countedAt, rollups);
    if (mark.at < settled) {
      await rollups.clear(mark);
      cleared++;
    }
  }
  return { days: marks.length, cleared };
}

/**
 * A classifier version whose last mention of the day was erased, moved or judged anew has no counts to write,
 * but old ones to take back.
 */
async function takeBack(
  { brand, day, version }: DirtyMark,
  present: ReadonlySet<string>,
  countedAt: string,
  rollups: RollupStore,
): Promise<void> {
  for (const stored of await rollups.between(brand, day, day)) {
    const isEmpty = Object.keys({ ...stored.sources, ...stored.employees }).length === 0;
    if (present.has(stored.cv) || isEmpty) continue;
    await rollups.save({ ...stored, seen: version, countedAt, sources: {}, employees: {} });
  }
}

import type { Checkpoints, DirtyMark, MentionStore, NoteStore, RollupStore } from '../ports.ts';
import { countDay } from './count.ts';
import { relabelsOf } from './note.ts';
import type { Rollup } from './rollup.ts';
import { isSealed } from './seal.ts';
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
 * only if nobody wrote since and the last write is old enough for the index to show it. The counts of a day whose
 * mentions begin to expire stay.
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
    const before = await rollups.between(mark.brand, mark.day, mark.day);
    if (!isSealed(before, started)) {
      const known = await relabels(mark.brand);
      const mentions = await store.ofDay(mark.brand, mark.day, started);
      const counted = countDay(mark.brand, mark.day, mark.version, mentions, known);
      const emptied = withoutMentions(before, counted);
      for (const rollup of [...counted, ...emptied])
        await rollups.save({ ...rollup, seen: mark.version, countedAt });
    }
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
function withoutMentions(before: readonly Rollup[], counted: readonly Rollup[]): Rollup[] {
  const present = new Set(counted.map(({ cv }) => cv));
  return before
    .filter(({ sources, employees }) => Object.keys({ ...sources, ...employees }).length > 0)
    .filter(({ cv }) => !present.has(cv))
    .map(({ firstExpiry: _none, arrived: _gone, ...rollup }) => ({
      ...rollup,
      sources: {},
      employees: {},
    }));
}

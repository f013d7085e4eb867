import type { Checkpoints, DirtyMark, MentionStore, NoteStore, RollupStore } from '../ports.ts';
import { countDay } from './count.ts';
import { type Relabel, relabelsOf } from './note.ts';
import type { Rollup } from './rollup.ts';
import { isSealed } from './seal.ts';
import { SETTLE_MINUTES } from './settle.ts';
import { isSwitching } from './switching.ts';

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
 * mentions begin to expire stay. The days of a brand whose mentions are just being judged by another version wait.
 *
 * Counting by reading is exact under crashes and redeliveries; counters are not (docs/decisions).
 *
 * @param onFailure told of every day that could not be counted; it keeps its mark
 * @throws after all others were counted, when a day could not be
 */
export async function recount(
  started: Date,
  deps: CountingDeps,
  onFailure: (error: unknown, mark: DirtyMark) => void = () => {},
): Promise<RecountReport> {
  const marks = await deps.rollups.dirtyMarks();
  const settled = new Date(started.getTime() - SETTLE_MINUTES * 60_000).toISOString();
  // Read after the marks: a relabel noted later marks its day once more, and a switch begun later has begun with it.
  const relabels = relabelsOf(deps.notes);
  const waits = switchingOf(started, deps.checkpoints);
  const failures: { readonly mark: DirtyMark; readonly error: unknown }[] = [];
  const report = { days: 0, cleared: 0 };
  for (const mark of marks)
    try {
      if (await waits(mark.brand)) continue;
      report.days++;
      await countMarked(mark, started, await relabels(mark.brand), deps);
      if (mark.at >= settled) continue;
      await deps.rollups.clear(mark);
      report.cleared++;
    } catch (error) {
      onFailure(error, mark);
      failures.push({ mark, error });
    }
  const [first] = failures;
  if (first === undefined) return report;
  const { mark, error } = first;
  throw new Error(
    `${failures.length} of ${marks.length} marked days could not be counted, the first is ${mark.day} of ${mark.brand}`,
    { cause: error },
  );
}

/** Whether the mentions of a brand are just being judged by another version; each brand is looked up once. */
function switchingOf(
  now: Date,
  checkpoints: Pick<Checkpoints, 'get'>,
): (brand: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (brand) => {
    const answer = known.get(brand) ?? isSwitching(brand, now, checkpoints);
    known.set(brand, answer);
    return answer;
  };
}

async function countMarked(
  { brand, day, version }: DirtyMark,
  started: Date,
  relabels: ReadonlyMap<string, readonly Relabel[]>,
  { store, rollups }: Pick<CountingDeps, 'store' | 'rollups'>,
): Promise<void> {
  const before = await rollups.between(brand, day, day);
  if (isSealed(before, started)) return;
  const mentions = await store.ofDay(brand, day, started);
  const counted = countDay(brand, day, version, mentions, relabels);
  const countedAt = started.toISOString();
  for (const rollup of [...counted, ...withoutMentions(before, counted)])
    await rollups.save({ ...rollup, seen: version, countedAt });
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

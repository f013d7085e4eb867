import type { Brand } from '../brands/brand.ts';
import type { Classification } from '../classification/classification.ts';
import type { DigestRow } from '../digest/outbox-rows.ts';
import { addDays, dayIn, startOfDay } from '../mentions/day.ts';
import type { Mention } from '../mentions/mention.ts';
import type { DigestStore, NoteStore } from '../ports.ts';
import type { Note } from '../rollups/note.ts';
import { type CountingDeps, recount } from '../rollups/recount.ts';
import { SETTLE_MINUTES } from '../rollups/settle.ts';
import { neverRead } from '../sources/source-state.ts';
import { type DailyCheckDeps, dailyCheck } from './daily-check.ts';

/** A version of a mention, judged, and when it became known. */
export interface Arrival {
  /** ISO instant. */
  readonly seenAt: string;
  readonly mention: Mention;
  readonly classification: Classification;
}

export interface ReplayInput {
  readonly brand: Brand;
  readonly timeZone: string;
  /** In any order. */
  readonly arrivals: readonly Arrival[];
  /** What people noted; each is known from its own instant on. Steps on incidents are not replayed. */
  readonly notes: readonly Note[];
  /** Classifier version of all arrivals. */
  readonly cv: string;
  /** First and last day that is checked. What arrived before the first one is its baseline. */
  readonly from: string;
  readonly to: string;
}

/** Stores that hold nothing yet: the replay fills them. Reads of sources are not replayed. */
export type ReplayDeps = Omit<DailyCheckDeps, 'states' | 'digests'> &
  CountingDeps & { readonly digests: DigestStore; readonly notes: NoteStore };

/** One morning of a replay. */
export interface ReplayedMorning {
  /** The day that was checked. */
  readonly day: string;
  /** When: an instant after 06:00 of the next day. */
  readonly at: Date;
  readonly opened: number;
  /** Digests that this morning made. */
  readonly digests: readonly DigestRow[];
}

/** Hours after midnight: after 06:00 on every clock, also where the clocks change in that night. */
const MORNING_HOURS = 7;
const HOUR_MS = 3_600_000;

/**
 * Lives through past mornings as the product would have: stores what had arrived by then, recounts the days that
 * changed, makes the daily check and freezes its digests, all with the functions that do so every day.
 */
export async function* replayMornings(
  input: ReplayInput,
  deps: ReplayDeps,
): AsyncGenerator<ReplayedMorning> {
  const { brand, timeZone, cv, from, to } = input;
  const arrivals = queueOf(input.arrivals, ({ seenAt }) => seenAt);
  const notes = queueOf(
    input.notes.filter(({ kind }) => kind !== 'incident'),
    (note) => note.at,
  );
  await deps.checkpoints.set(`classifier#${brand.id}`, cv);
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const midnight = startOfDay(timeZone, addDays(day, 1));
    const at = new Date(midnight.getTime() + MORNING_HOURS * HOUR_MS);
    const until = at.toISOString();
    await take(arrivals(until), notes(until), { brand: brand.id, at }, deps);
    yield await morning(day, at, input, deps);
  }
}

/** Hands out what is known up to an instant and was not handed out before, oldest first. */
function queueOf<T>(all: readonly T[], timeOf: (one: T) => string): (until: string) => T[] {
  const sorted = all.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  let next = 0;
  return (until) => {
    const first = next;
    while (next < sorted.length && timeOf(sorted[next] as T) <= until) next++;
    return sorted.slice(first, next);
  };
}

/** Stores what has become known and counts the days that it changes. */
async function take(
  arrivals: readonly Arrival[],
  notes: readonly Note[],
  { brand, at }: { readonly brand: string; readonly at: Date },
  deps: ReplayDeps,
): Promise<void> {
  const days = new Set<string>();
  for (const { mention, classification } of arrivals) {
    const saved = await deps.store.save(mention, classification);
    for (const day of saved.days) days.add(day);
  }
  for (const note of notes) {
    await deps.notes.add(note);
    if (note.kind === 'relabel') days.add(note.day);
  }
  // Long settled, so that one recount finishes with every mark.
  const settled = new Date(at.getTime() - 2 * SETTLE_MINUTES * 60_000);
  for (const day of days) await deps.rollups.markDirty(brand, day, settled);
  if (days.size > 0) await recount(at, deps);
}

async function morning(
  day: string,
  at: Date,
  { brand, timeZone }: ReplayInput,
  deps: ReplayDeps,
): Promise<ReplayedMorning> {
  await dailyCheck(brand, timeZone, at, { ...deps, states: allRead(brand, at) });
  const check = await deps.incidents.check(brand.id, day);
  const digests = await deps.digests.waiting();
  for (const { key } of digests) await deps.digests.settle(brand.id, key);
  const opened = check?.events.filter(({ kind }) => kind === 'opened').length ?? 0;
  return { day, at, opened, digests };
}

/** Which reads failed in the past is not stored: every source counts as read on the morning. */
function allRead(brand: Brand, at: Date): DailyCheckDeps['states'] {
  const lastReadAt = at.toISOString();
  return {
    get: async (source) => ({
      ...neverRead({ source, brand: brand.id, url: '' }, 0, at),
      lastReadAt,
    }),
  };
}

/** The first day on which anything had arrived, and the last; undefined without arrivals. */
export function spanOfArrivals(
  arrivals: readonly Arrival[],
  timeZone: string,
): { readonly first: string; readonly last: string } | undefined {
  let first = '~';
  let last = '';
  for (const { seenAt } of arrivals) {
    if (seenAt < first) first = seenAt;
    if (seenAt > last) last = seenAt;
  }
  if (last === '') return undefined;
  return { first: dayIn(timeZone, first), last: dayIn(timeZone, last) };
}

import type { Brand } from '../brands/brand.ts';
import { addDays, dayIn, daysBetween } from '../mentions/day.ts';
import type {
  Checkpoints,
  IncidentStore,
  MentionStore,
  NoteStore,
  RollupStore,
  SendLog,
  SourceStates,
} from '../ports.ts';
import { type Note, type Relabel, relabelsByMention } from '../rollups/note.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { Filters } from './filters.ts';
import { type StandingMention, standingsOf } from './standing.ts';

/** Everything that questions are asked of. */
export interface AnalystStores {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  readonly incidents: IncidentStore;
  readonly notes: NoteStore;
  readonly sends: SendLog;
  readonly states: SourceStates;
  readonly checkpoints: Checkpoints;
}

/** One brand's data as it stands at `now`. What was read once is not read again. */
export interface BrandReader {
  readonly brand: Brand;
  readonly timeZone: string;
  readonly now: Date;
  readonly stores: AnalystStores;
  /** Classifier version in force; undefined before the first mention was judged. */
  readonly cv: () => Promise<string | undefined>;
  readonly notes: () => Promise<readonly Note[]>;
  readonly relabels: () => Promise<ReadonlyMap<string, readonly Relabel[]>>;
  /** Rollups of the days, all classifier versions. */
  readonly rollups: (from: string, to: string) => Promise<readonly Rollup[]>;
  /** Days with stored counts or with a count under way, oldest first. */
  readonly days: () => Promise<readonly string[]>;
  /** Days whose stored counts are not up to date. */
  readonly uncounted: () => Promise<ReadonlySet<string>>;
  /** Every stored mention of a day. */
  readonly ofDay: (day: string) => Promise<readonly StandingMention[]>;
}

const FIRST_DAY = '0000-01-01';
const LAST_DAY = '9999-12-31';

export function brandReader(
  brand: Brand,
  timeZone: string,
  now: Date,
  stores: AnalystStores,
): BrandReader {
  const cv = once(() => stores.checkpoints.get(`classifier#${brand.id}`));
  const notes = once(() => stores.notes.ofBrand(brand.id));
  const relabels = once(async () => relabelsByMention(await notes()));
  const all = once(() => stores.rollups.between(brand.id, FIRST_DAY, LAST_DAY));
  const uncounted = once(async () => {
    const marks = await stores.rollups.dirtyMarks();
    return new Set(marks.filter((mark) => mark.brand === brand.id).map(({ day }) => day));
  });
  const ofDay = new Map<string, Promise<readonly StandingMention[]>>();
  return {
    brand,
    timeZone,
    now,
    stores,
    cv,
    notes,
    relabels,
    rollups: async (from, to) => (await all()).filter(({ day }) => day >= from && day <= to),
    days: once(async () =>
      [...new Set([...(await all()).map(({ day }) => day), ...(await uncounted())])].toSorted(),
    ),
    uncounted,
    ofDay: (day) => {
      const known = ofDay.get(day);
      if (known !== undefined) return known;
      const read = readDay(day);
      ofDay.set(day, read);
      return read;
    },
  };

  async function readDay(day: string): Promise<readonly StandingMention[]> {
    const [mentions, version, known] = await Promise.all([
      stores.store.ofDay(brand.id, day, now),
      cv(),
      relabels(),
    ]);
    return standingsOf(mentions, version ?? '', known);
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= read();
    return known;
  };
}

/** Up to this many days are asked for one by one; for more, the days with counts are looked up first. */
const FEW_DAYS = 14;

/** The days that can hold mentions of a time range, newest first. */
export async function daysOf(
  reader: BrandReader,
  { since, until }: Pick<Filters, 'since' | 'until'>,
): Promise<string[]> {
  const { timeZone, now } = reader;
  // Mentions may be dated up to an hour ahead, and clocks differ: a day more costs one empty query.
  const last = addDays(dayIn(timeZone, until ?? now), 1);
  if (since !== undefined) {
    // A mention without a believable date lies in the day it was fetched on: the time decides, not the day.
    const first = dayIn(timeZone, since);
    const count = daysBetween(first, last) + 1;
    if (count <= FEW_DAYS)
      return Array.from({ length: Math.max(0, count) }, (_, i) => addDays(last, -i));
    return (await reader.days()).filter((day) => day >= first && day <= last).toReversed();
  }
  return (await reader.days()).filter((day) => day <= last).toReversed();
}

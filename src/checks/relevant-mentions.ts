import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import { addDays, daysBetween } from '../mentions/day.ts';
import type { MentionStore } from '../ports.ts';
import type { LeftOut } from '../rollups/left-out.ts';
import { type Note, relabelled, relabelledMention, relabelsByMention } from '../rollups/note.ts';
import type { Series } from '../trends/incident.ts';
import { seriesParts } from '../trends/series.ts';

export interface MentionSpan {
  readonly brand: string;
  readonly cv: string;
  readonly from: string;
  readonly to: string;
  readonly now: Date;
}

/** Which mentions of a span are read with their texts. */
export interface MentionWish {
  readonly wanted: (mention: IndexedMention) => boolean;
  /** Of more than these only the newest are read. */
  readonly most: number;
}

export interface RelevantMentions {
  readonly mentions: ClassifiedMention[];
  /** Mentions that the counts leave out, and why. */
  readonly uncounted: Map<string, LeftOut>;
  /** Wanted mentions that were not read, because there are newer ones enough. */
  readonly beyond: number;
}

/**
 * The mentions that a digest can show or count, with their texts, read as people relabelled them. The rest of
 * the brand's mentions is looked at in the day index only.
 */
export async function relevantMentions(
  span: MentionSpan,
  { wanted, most }: MentionWish,
  deps: {
    readonly store: MentionStore;
    readonly notes: readonly Note[];
    readonly leftOut: (mentions: readonly IndexedMention[]) => Map<string, LeftOut>;
  },
): Promise<RelevantMentions> {
  const relabels = relabelsByMention(deps.notes);
  const found: IndexedMention[] = [];
  const uncounted = new Map<string, LeftOut>();
  for (let i = 0; i <= daysBetween(span.from, span.to); i++) {
    const ofDay = await deps.store.ofDay(span.brand, addDays(span.from, i), span.now);
    const counted = ofDay
      .filter(({ cv }) => cv === span.cv)
      .flatMap((mention) => relabelled(mention, relabels.get(mention.id) ?? []) ?? []);
    for (const population of ['customer', 'employee'])
      for (const [id, reason] of deps.leftOut(counted.filter((m) => m.population === population)))
        uncounted.set(id, reason);
    found.push(...counted.filter(wanted));
  }
  const beyond = Math.max(0, found.length - most);
  // Days are in order; within a day, and where all are read, the order does not matter.
  const ids = (beyond === 0 ? found : newest(found, most)).map(({ id }) => id);
  const mentions = (await deps.store.read(span.brand, ids)).flatMap(
    (mention) => relabelledMention(mention, relabels.get(mention.id) ?? []) ?? [],
  );
  return { mentions, uncounted, beyond };
}

function newest(mentions: readonly IndexedMention[], count: number): IndexedMention[] {
  const byAge = mentions.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return byAge.slice(0, count);
}

/** Whether a mention counts for or against one of the series. */
export function isRelevant(mention: IndexedMention, series: readonly Series[]): boolean {
  return series.some((one) => {
    const { promise, source } = seriesParts(one);
    if (source !== undefined && source !== mention.source) return false;
    return promise === undefined
      ? mention.sentiment === 'negative' || mention.sentiment === 'positive'
      : mention.verdicts.some((verdict) => verdict.promise === promise);
  });
}

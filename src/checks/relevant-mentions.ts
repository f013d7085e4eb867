import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import { addDays, daysBetween } from '../mentions/day.ts';
import type { MentionStore, NoteStore } from '../ports.ts';
import type { LeftOut } from '../rollups/left-out.ts';
import { relabelled, relabelledMention, relabelsByMention } from '../rollups/note.ts';
import type { Series } from '../trends/incident.ts';
import { seriesParts } from '../trends/series.ts';

/** Full mentions read at the same time. */
const PARALLEL = 25;

/**
 * The mentions that a digest about these series can show or count, with their texts, and which of them
 * the counts leave out, read as people relabelled them. The rest of the brand's mentions is looked at in
 * the day index only.
 */
export async function relevantMentions(
  span: {
    readonly brand: string;
    readonly cv: string;
    readonly from: string;
    readonly to: string;
    readonly now: Date;
  },
  series: readonly Series[],
  deps: {
    readonly store: MentionStore;
    readonly notes: Pick<NoteStore, 'ofBrand'>;
    readonly leftOut: (mentions: readonly IndexedMention[]) => Map<string, LeftOut>;
  },
): Promise<{ mentions: ClassifiedMention[]; uncounted: Map<string, LeftOut> }> {
  const relabels = relabelsByMention(await deps.notes.ofBrand(span.brand));
  const ids: string[] = [];
  const uncounted = new Map<string, LeftOut>();
  for (let i = 0; i <= daysBetween(span.from, span.to); i++) {
    const ofDay = await deps.store.ofDay(span.brand, addDays(span.from, i), span.now);
    const counted = ofDay
      .filter(({ cv }) => cv === span.cv)
      .flatMap((mention) => relabelled(mention, relabels.get(mention.id) ?? []) ?? []);
    for (const population of ['customer', 'employee'])
      for (const [id, reason] of deps.leftOut(counted.filter((m) => m.population === population)))
        uncounted.set(id, reason);
    ids.push(...counted.filter((mention) => isRelevant(mention, series)).map(({ id }) => id));
  }
  const mentions: ClassifiedMention[] = [];
  for (let i = 0; i < ids.length; i += PARALLEL) {
    const read = await deps.store.read(span.brand, ids.slice(i, i + PARALLEL));
    mentions.push(
      ...read.flatMap((one) => relabelledMention(one, relabels.get(one.id) ?? []) ?? []),
    );
  }
  return { mentions, uncounted };
}

function isRelevant(mention: IndexedMention, series: readonly Series[]): boolean {
  return series.some((one) => {
    const { promise, source } = seriesParts(one);
    if (source !== undefined && source !== mention.source) return false;
    return promise === undefined
      ? mention.sentiment === 'negative' || mention.sentiment === 'positive'
      : mention.verdicts.some((verdict) => verdict.promise === promise);
  });
}

import type { IndexedMention } from '../classification/indexed-mention.ts';
import { isUnsure } from '../classification/paid/paid-judge.ts';
import { type Relabel, relabelled } from '../rollups/note.ts';
import type { Filters } from './filters.ts';
import { type Share, shareOf } from './interval.ts';
import { type BrandReader, daysOf } from './reader.ts';

/** How well the classifier does at one source. Shares of nothing are null. */
export interface SourceQuality {
  /** `null`: all sources together. */
  readonly source: string | null;
  /** Stored mentions about the brand, newest versions. */
  readonly mentions: number;
  readonly unclassified: Share | null;
  readonly unsupported: Share | null;
  /** Judged, but near the line: those that a paid backend would be asked about. */
  readonly unsure: Share | null;
  /** Mentions that people relabelled since they were last edited. */
  readonly relabelled: number;
  /** Relabelled sentiments that the classifier had given, too. */
  readonly sentimentAgreement: Share | null;
  /** Relabelled verdicts, `none` included, that the classifier had given, too. */
  readonly verdictAgreement: Share | null;
}

interface Tally {
  mentions: number;
  unclassified: number;
  unsupported: number;
  unsure: number;
  relabelled: number;
  sentiments: number;
  sameSentiments: number;
  verdicts: number;
  sameVerdicts: number;
}

const noTally = (): Tally => ({
  mentions: 0,
  unclassified: 0,
  unsupported: 0,
  unsure: 0,
  relabelled: 0,
  sentiments: 0,
  sameSentiments: 0,
  verdicts: 0,
  sameVerdicts: 0,
});

/**
 * Shares and agreement by source, then of all together. See docs/metrics.md.
 *
 * Agreement compares what a person gave with what the classifier itself says of the same words. People relabel
 * what looks wrong, so that it is lower than on mentions drawn at random.
 */
export async function qualityAnswer(
  reader: BrandReader,
  filters: Pick<Filters, 'since' | 'until'>,
): Promise<SourceQuality[]> {
  const relabels = await reader.relabels();
  const bySource = new Map<string, Tally>();
  for (const day of await daysOf(reader, filters)) {
    const { mentions, unsure } = await readDay(reader, day, filters);
    for (const mention of mentions) {
      const tally = bySource.get(mention.source) ?? noTally();
      bySource.set(mention.source, tally);
      addMention(mention, unsure.has(mention.id), relabels.get(mention.id) ?? [], tally);
    }
  }
  const rows = [...bySource].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = noTally();
  for (const [, tally] of rows)
    for (const key of Object.keys(all) as (keyof Tally)[]) all[key] += tally[key];
  return [...rows, [null, all] as const].map(([source, tally]) => qualityOf(source, tally));
}

/** What the classifier itself says of the day's mentions. */
async function readDay(
  { brand, stores, now }: BrandReader,
  day: string,
  filters: Pick<Filters, 'since' | 'until'>,
): Promise<{ readonly mentions: readonly IndexedMention[]; readonly unsure: ReadonlySet<string> }> {
  const stored = await stores.store.ofDay(brand.id, day, now);
  const mentions = stored.filter(({ at }) => isWithin(new Date(at), filters));
  const texts = await stores.store.readMany(
    brand.id,
    mentions.map(({ id }) => id),
  );
  const near = texts.filter(({ classification }) => isNearTheLine(classification));
  return { mentions, unsure: new Set(near.map(({ id }) => id)) };
}

function addMention(
  mention: IndexedMention,
  isUnsureOf: boolean,
  relabels: readonly Relabel[],
  tally: Tally,
): void {
  if (relabelled(mention, relabels) === undefined) return;
  tally.mentions++;
  if (mention.sentiment === 'unclassified') tally.unclassified++;
  if (mention.sentiment === 'unsupported') tally.unsupported++;
  if (isUnsureOf) tally.unsure++;
  const read = relabels.filter(({ contentHash }) => contentHash === mention.contentHash);
  if (read.length > 0) compare(mention, read, tally);
}

function isWithin(at: Date, { since, until }: Pick<Filters, 'since' | 'until'>): boolean {
  return (since === undefined || at >= since) && (until === undefined || at < until);
}

function isNearTheLine(classification: Parameters<typeof isUnsure>[0]): boolean {
  const { label } = classification.sentiment;
  return label !== 'unclassified' && label !== 'unsupported' && isUnsure(classification);
}

/** The last word that people gave, against the classifier's. */
function compare(
  { sentiment, verdicts }: IndexedMention,
  relabels: readonly Relabel[],
  tally: Tally,
) {
  tally.relabelled++;
  const given = relabels.findLast((relabel) => relabel.sentiment !== null)?.sentiment;
  if (given !== undefined && given !== null) {
    tally.sentiments++;
    if (given === sentiment) tally.sameSentiments++;
  }
  const outcomes = new Map(
    relabels.flatMap((relabel) =>
      relabel.verdicts.map(({ promise, outcome }) => [promise, outcome] as const),
    ),
  );
  for (const [promise, outcome] of outcomes) {
    tally.verdicts++;
    const own = verdicts.find((verdict) => verdict.promise === promise)?.outcome ?? 'none';
    if (own === outcome) tally.sameVerdicts++;
  }
}

function qualityOf(source: string | null, tally: Tally): SourceQuality {
  const { mentions } = tally;
  return {
    source,
    mentions,
    unclassified: shareOf(tally.unclassified, mentions),
    unsupported: shareOf(tally.unsupported, mentions),
    unsure: shareOf(tally.unsure, mentions),
    relabelled: tally.relabelled,
    sentimentAgreement: shareOf(tally.sameSentiments, tally.sentiments),
    verdictAgreement: shareOf(tally.sameVerdicts, tally.verdicts),
  };
}

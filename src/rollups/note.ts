import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { Outcome, SENTIMENTS } from '../classification/classification.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import type { NoteStore } from '../ports.ts';

const common = {
  brand: z.string().min(1),
  /** Unique within the instant. */
  id: z.string().regex(/^[0-9a-z]{4,32}$/),
  at: z.iso.datetime(),
  /** Who, as they name themselves. */
  by: z.string().min(1).max(100),
  text: z.string().max(500),
};

/** Something the brand did, so that the counts before and after it can be compared. */
export const Action = z.strictObject({
  kind: z.literal('action'),
  ...common,
  day: Day,
  promise: z.string().nullable(),
});
export type Action = z.infer<typeof Action>;

/**
 * A person's reading of one mention, which wins over the classifier's. What is null stays as it was judged.
 * It holds for the words that were read: after an edit the classifier judges anew. "Not about us" holds
 * for every version.
 */
export const Relabel = z.strictObject({
  kind: z.literal('relabel'),
  ...common,
  mention: z.string().regex(/^[0-9a-f]{32}$/),
  /** Of the version that was read. */
  contentHash: z.string(),
  /** Its day: the counts that change. */
  day: Day,
  sentiment: z.enum(SENTIMENTS).nullable(),
  /** `none`: the mention says nothing about this promise. */
  verdicts: z.array(
    z.strictObject({ promise: z.string(), outcome: z.enum([...Outcome.options, 'none']) }),
  ),
  aboutUs: z.boolean().nullable(),
});
export type Relabel = z.infer<typeof Relabel>;

/** A step that a person took on an incident. */
export const IncidentStep = z.strictObject({
  kind: z.literal('incident'),
  ...common,
  number: z.int().min(1),
  step: z.enum(['acknowledged', 'snoozed', 'closed']),
  until: Day.nullable(),
});
export type IncidentStep = z.infer<typeof IncidentStep>;

/** Days on which a source, or all of a brand's, is known not to be readable. They are masked in every check. */
export const Outage = z.strictObject({
  kind: z.literal('outage'),
  ...common,
  /** Null: all sources of the brand. */
  source: z.string().nullable(),
  from: Day,
  /** Inclusive. */
  to: Day,
});
export type Outage = z.infer<typeof Outage>;

/** Takes an outage back: it did not happen, or its days were wrong. */
export const OutageWithdrawn = z.strictObject({
  kind: z.literal('outage-withdrawn'),
  ...common,
  /** `id` of the outage's note. */
  outage: z.string(),
});
export type OutageWithdrawn = z.infer<typeof OutageWithdrawn>;

/** A mention that somebody takes care of, or the end of it. */
export const Case = z.strictObject({
  kind: z.literal('case'),
  ...common,
  mention: z.string().regex(/^[0-9a-f]{32}$/),
  step: z.enum(['opened', 'fixed']),
});
export type Case = z.infer<typeof Case>;

/** What a person did, as a row `A#<brand>` of the table: added, never changed. */
export const Note = z.discriminatedUnion('kind', [
  Action,
  Relabel,
  IncidentStep,
  Case,
  Outage,
  OutageWithdrawn,
]);
export type Note = z.infer<typeof Note>;

/** Outages that stand, in the order in which they begin. */
export function announcedOutages(notes: readonly Note[]): Outage[] {
  const withdrawn = new Set(
    notes.flatMap((note) => (note.kind === 'outage-withdrawn' ? [note.outage] : [])),
  );
  return notes
    .filter((note) => note.kind === 'outage')
    .filter(({ id }) => !withdrawn.has(id))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** The same, as a check takes them. */
export function outageSpans(
  notes: readonly Note[],
): { readonly source?: string; readonly from: string; readonly to: string }[] {
  return announcedOutages(notes).map(({ source, from, to }) => ({
    ...(source !== null && { source }),
    from,
    to,
  }));
}

/** A brand's relabels by mention, oldest first. */
export function relabelsByMention(notes: readonly Note[]): Map<string, Relabel[]> {
  return Map.groupBy(
    notes.filter((note) => note.kind === 'relabel'),
    ({ mention }) => mention,
  );
}

/** The relabels of any brand by mention; each brand's notes are read once. */
export function relabelsOf(
  notes: Pick<NoteStore, 'ofBrand'>,
): (brand: string) => Promise<ReadonlyMap<string, readonly Relabel[]>> {
  const read = new Map<string, Promise<Map<string, Relabel[]>>>();
  return (brand) => {
    const known = read.get(brand) ?? notes.ofBrand(brand).then(relabelsByMention);
    read.set(brand, known);
    return known;
  };
}

/**
 * The mention as people read it: later relabels win over earlier ones and all win over the classifier.
 *
 * @returns undefined when a person said that it is not about the brand
 */
export function relabelled(
  mention: IndexedMention,
  relabels: readonly Relabel[],
): IndexedMention | undefined {
  let { sentiment, verdicts } = mention;
  let aboutUs = true;
  for (const relabel of relabels) {
    aboutUs = relabel.aboutUs ?? aboutUs;
    if (relabel.contentHash !== mention.contentHash) continue;
    sentiment = relabel.sentiment ?? sentiment;
    for (const { promise, outcome } of relabel.verdicts)
      verdicts = withVerdict(verdicts, promise, outcome);
  }
  return aboutUs ? { ...mention, sentiment, verdicts } : undefined;
}

function withVerdict(
  verdicts: IndexedMention['verdicts'],
  promise: string,
  outcome: Relabel['verdicts'][number]['outcome'],
): IndexedMention['verdicts'] {
  const known = verdicts.find((verdict) => verdict.promise === promise);
  const others = verdicts.filter((verdict) => verdict !== known);
  if (outcome === 'none') return others;
  return [
    ...others,
    { promise, promiseVersion: known?.promiseVersion ?? 1, outcome, confidence: 1 },
  ];
}

/** What a verdict quotes that a person gave and the classifier did not: the beginning of the text. */
const QUOTE_LENGTH = 200;

/**
 * The same for a mention with its text. A verdict that only a person gave quotes the beginning of the text.
 *
 * @returns undefined when a person said that it is not about the brand
 */
export function relabelledMention(
  mention: ClassifiedMention,
  relabels: readonly Relabel[],
): ClassifiedMention | undefined {
  let { sentiment, verdicts } = mention.classification;
  let aboutUs = true;
  for (const relabel of relabels) {
    aboutUs = relabel.aboutUs ?? aboutUs;
    if (relabel.contentHash !== mention.contentHash) continue;
    if (relabel.sentiment !== null)
      sentiment = { label: relabel.sentiment, reasons: [`relabelled by ${relabel.by}`] };
    for (const { promise, outcome } of relabel.verdicts) {
      const known = verdicts.find((verdict) => verdict.promise === promise);
      const others = verdicts.filter((verdict) => verdict !== known);
      const quote = mention.text.slice(0, QUOTE_LENGTH);
      const spoken = known ?? { promiseVersion: 1, quote, start: 0, end: quote.length };
      const reasons = [`relabelled by ${relabel.by}`];
      verdicts =
        outcome === 'none'
          ? others
          : [...others, { ...spoken, promise, outcome, confidence: 1, reasons }];
    }
  }
  const classification = { ...mention.classification, sentiment, verdicts };
  return aboutUs ? { ...mention, classification } : undefined;
}

import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { Outcome, SENTIMENTS } from '../classification/classification.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';

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

/** What a person did, as a row `A#<brand>` of the table: added, never changed. */
export const Note = z.discriminatedUnion('kind', [Action, Relabel, IncidentStep]);
export type Note = z.infer<typeof Note>;

/** A brand's relabels by mention, oldest first. */
export function relabelsByMention(notes: readonly Note[]): Map<string, Relabel[]> {
  return Map.groupBy(
    notes.filter((note) => note.kind === 'relabel'),
    ({ mention }) => mention,
  );
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

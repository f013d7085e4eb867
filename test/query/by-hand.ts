import { leftOut } from '../../src/rollups/left-out.ts';
import { anIndexed, aVerdict } from '../fixtures.ts';
import type { Statement } from './random-data.ts';

/** What typed times mean for a clock at 2026-11-24T20:00Z in London, where it is winter time. */
const SINCE: Readonly<Record<string, string>> = {
  all: '0000',
  '2026-11-21': '2026-11-21T00:00:00.000Z',
  '36h': '2026-11-23T08:00:00.000Z',
  '2026-11-22T06:30:00Z': '2026-11-22T06:30:00.000Z',
  '2026-W47': '2026-11-16T00:00:00.000Z',
};
const BEFORE: Readonly<Record<string, string>> = {
  '2026-11-23': '2026-11-24T00:00:00.000Z',
  '2026-11-22T18:00:00Z': '2026-11-22T18:00:00.000Z',
  yesterday: '2026-11-24T00:00:00.000Z',
};
const RATINGS: Readonly<Record<string, (rating: number | null) => boolean>> = {
  '1': (rating) => rating === 1,
  '1-2.5': (rating) => rating !== null && rating <= 2.5,
  '>=4': (rating) => rating !== null && rating >= 4,
  '<4': (rating) => rating !== null && rating < 4,
  none: (rating) => rating === null,
};

/** Each filter as docs/commands.md describes it, written without looking at how the product does it. */
const HOLDS: Readonly<Record<string, (one: Statement, typed: string, counted: string) => boolean>> =
  {
    since: ({ mention }, typed) => (mention.publishedAt ?? '') >= (SINCE[typed] as string),
    until: ({ mention }, typed) => (mention.publishedAt ?? '') < (BEFORE[typed] as string),
    sentiment: ({ classification }, typed) => names(typed, classification.sentiment.label),
    source: ({ mention }, typed) => names(typed, mention.source),
    language: ({ classification }, typed) => names(typed, classification.lang ?? 'unknown'),
    population: ({ mention }, typed) => mention.population === typed,
    rating: ({ mention }, typed) => RATINGS[typed]?.(mention.rating?.value ?? null) === true,
    dimension: ({ classification }, typed) =>
      classification.dimensions.some(({ dimension }) => names(typed, dimension)),
    signal: ({ classification }, typed) =>
      classification.signals.some(({ signal }) => names(typed, signal)),
    counted: (_one, typed, counted) => (typed === 'no' ? counted !== 'yes' : names(typed, counted)),
    text: ({ mention }, typed) => mention.text.toLowerCase().includes(typed.toLowerCase()),
  };

const names = (typed: string, value: string) => typed.split(',').includes(value);

/** Promise and verdict are about one and the same verdict. */
const hasVerdict = (
  { classification }: Statement,
  { promise, verdict }: Readonly<Record<string, string>>,
) =>
  (promise === undefined && verdict === undefined) ||
  classification.verdicts.some(
    (one) =>
      (promise === undefined || names(promise, one.promise)) &&
      (verdict === undefined || names(verdict, one.outcome)),
  );

/**
 * What people made of a statement, as docs/metrics.md says: the later word wins, it holds for the words that were
 * read, and "not about us" for every version.
 */
function asRead(one: Statement): { readonly one: Statement; readonly ours: boolean } {
  const last = <Value>(values: readonly (Value | null)[]) => values.findLast((v) => v !== null);
  const ours = last(one.relabels.map(({ aboutUs }) => aboutUs)) ?? true;
  // What is not about the brand is shown as it was judged.
  if (!ours) return { one, ours };
  const now = one.relabels.filter(({ contentHash }) => contentHash === one.mention.contentHash);
  const label = last(now.map(({ sentiment }) => sentiment)) ?? one.classification.sentiment.label;
  const fast = last(now.map(({ verdicts }) => verdicts[0]?.outcome ?? null));
  const others = one.classification.verdicts.filter(({ promise }) => promise !== 'fast');
  const verdicts =
    fast === undefined
      ? one.classification.verdicts
      : fast === 'none'
        ? others
        : [...others, aVerdict({ promise: 'fast', outcome: fast })];
  const sentiment = { label, reasons: [] };
  return { one: { ...one, classification: { ...one.classification, sentiment, verdicts } }, ours };
}

/** How each statement stands. Of the product only the rule of copies and authors, which has tests of its own. */
function standings(read: readonly ReturnType<typeof asRead>[]): Map<string, string> {
  const current = read.flatMap(({ one, ours }) =>
    ours && one.classification.cv === 'cv1' ? [one] : [],
  );
  const groups = Map.groupBy(
    current,
    ({ mention }) => `${mention.bucketDay} ${mention.population}`,
  );
  const out = new Map<string, string>();
  for (const group of groups.values())
    for (const [id, reason] of leftOut(
      group.map(({ mention: { id, authorHash, sketch, publishedAt } }) =>
        anIndexed({ id, authorHash, sketch, at: publishedAt ?? '' }),
      ),
    ))
      out.set(id, reason);
  return new Map(
    read.map(({ one: { mention, classification }, ours }) => {
      if (!ours) return [mention.id, 'not-about-us'];
      const { cv, sentiment } = classification;
      const judged = /^un(classified|supported)$/.test(sentiment.label) ? sentiment.label : 'yes';
      return [mention.id, cv === 'cv1' ? (out.get(mention.id) ?? judged) : 'other-classifier'];
    }),
  );
}

/** What passes the typed filters, newest first, and its figures: recounted from what was generated. */
export function byHand(all: readonly Statement[], typed: Readonly<Record<string, string>>) {
  const read = all.map(asRead);
  const stands = standings(read);
  const asked = Object.entries({ population: 'customer', ...typed });
  const passing = read
    .map(({ one }) => one)
    .filter(
      (one) =>
        hasVerdict(one, typed) &&
        asked.every(([name, value]) => {
          const holds = HOLDS[name];
          return holds === undefined || holds(one, value, stands.get(one.mention.id) ?? '');
        }),
    );
  const counted = passing.filter(({ mention }) => stands.get(mention.id) === 'yes');
  const broken = (promise: string) =>
    counted.filter(({ classification }) =>
      classification.verdicts.some((one) => one.promise === promise && one.outcome === 'broken'),
    ).length;
  const place = ({ mention }: Statement) =>
    `${mention.bucketDay} ${mention.publishedAt} ${mention.id}`;
  return {
    ids: passing
      .toSorted((a, b) => (place(a) < place(b) ? 1 : -1))
      .map(({ mention }) => mention.id),
    mentions: counted.length,
    negative: counted.filter(({ classification }) => classification.sentiment.label === 'negative')
      .length,
    broken: { fast: broken('fast'), fees: broken('fees') },
  };
}

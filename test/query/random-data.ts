import fc from 'fast-check';
import type { Classification } from '../../src/classification/classification.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { Relabel } from '../../src/rollups/note.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';

/** A statement that a generator thought of, with everything the counts look at. */
export interface Statement {
  readonly mention: Mention;
  readonly classification: Classification;
  /** What people said about it afterwards, oldest first. */
  readonly relabels: readonly Relabel[];
}

/** One person's reading. `words`: of the words as they are now, or of words that its author has changed since. */
interface Reading {
  readonly words: 'now' | 'before';
  readonly sentiment: Relabel['sentiment'];
  readonly fast: 'broken' | 'kept' | 'exceeded' | 'none' | null;
  readonly aboutUs: boolean | null;
}

const readings: fc.Arbitrary<readonly Reading[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({
        words: fc.constantFrom('now' as const, 'now' as const, 'before' as const),
        sentiment: fc.constantFrom(null, 'negative' as const, 'positive' as const),
        fast: fc.constantFrom(
          null,
          'broken' as const,
          'kept' as const,
          'exceeded' as const,
          'none' as const,
        ),
        aboutUs: fc.constantFrom(null, null, false, true),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

const TEXTS = [
  'nobody answered the phone for an hour and a half on Monday morning',
  'they charged a fee that the contract had never mentioned anywhere at all',
  'answered in ten seconds and solved within the same short phone call',
  'a refund was promised twice and never arrived on any of my accounts',
  'ok',
];
export const SPAN = { first: 20, days: 5 };

/** Mentions of five days in November, with copies, busy authors, employees, older classifier versions and relabels. */
export const statements: fc.Arbitrary<readonly Statement[]> = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: SPAN.days - 1 }),
      // Midnight, and the times of day that filters name: on the line as often as beside it.
      minute: fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(0, 390, 480, 1080)),
      text: fc.constantFrom(...TEXTS),
      own: fc.boolean(),
      author: fc.constantFrom(null, 'a', 'b'),
      source: fc.constantFrom('acme-reviews', 'acme-forum'),
      population: fc.constantFrom('customer' as const, 'customer' as const, 'employee' as const),
      rating: fc.constantFrom(null, 1, 2.5, 4, 5),
      lang: fc.constantFrom('en', 'de', null),
      sentiment: fc.constantFrom(
        'negative' as const,
        'negative' as const,
        'neutral' as const,
        'positive' as const,
        'mixed' as const,
        'unclassified' as const,
        'unsupported' as const,
      ),
      fast: fc.constantFrom(null, 'broken' as const, 'kept' as const, 'unclear' as const),
      fees: fc.constantFrom(null, 'broken' as const, 'exceeded' as const),
      cv: fc.constantFrom('cv1', 'cv1', 'cv1', 'cv0'),
      signal: fc.boolean(),
      dimension: fc.constantFrom(null, 'price' as const, 'responsiveness' as const),
      readings,
    }),
    { minLength: 5, maxLength: 30 },
  )
  .map((all) => all.map(statement));

function statement(
  one: {
    day: number;
    minute: number;
    text: string;
    own: boolean;
    author: string | null;
    source: string;
    population: 'customer' | 'employee';
    rating: number | null;
    lang: string | null;
    sentiment: Classification['sentiment']['label'];
    fast: 'broken' | 'kept' | 'unclear' | null;
    fees: 'broken' | 'exceeded' | null;
    cv: string;
    signal: boolean;
    dimension: 'price' | 'responsiveness' | null;
    readings: readonly Reading[];
  },
  index: number,
): Statement {
  const day = `2026-11-${SPAN.first + one.day}`;
  const clock = `${String(Math.floor(one.minute / 60)).padStart(2, '0')}:${String(one.minute % 60).padStart(2, '0')}`;
  const at = `${day}T${clock}:00.000Z`;
  const text = one.own
    ? `${one.text} says number ${index} of its own kind ${index * 7919}`
    : one.text;
  const quote = (promise: string, outcome: 'broken' | 'kept' | 'unclear' | 'exceeded') =>
    aVerdict({ promise, outcome, quote: text.slice(0, 2), start: 0, end: 2 });
  const mention = aMention({
    id: hash128(`statement ${index}`),
    identity: `statement ${index}`,
    text,
    source: one.source,
    population: one.population,
    rating: one.rating === null ? null : { value: one.rating, raw: String(one.rating), scale: 5 },
    lang: one.lang,
    publishedAt: at,
    fetchedAt: at,
    bucketDay: day,
    authorHash: one.author === null ? null : hash128(one.author),
  });
  return {
    mention,
    relabels: one.readings.map((reading, turn) => relabel(mention, reading, `${index}`, turn)),
    classification: aClassification({
      cv: one.cv,
      lang: one.lang,
      sentiment: { label: one.sentiment, reasons: [] },
      verdicts: [
        ...(one.fast === null ? [] : [quote('fast', one.fast)]),
        ...(one.fees === null ? [] : [quote('fees', one.fees)]),
      ],
      dimensions:
        one.dimension === null
          ? []
          : [{ dimension: one.dimension, quote: text.slice(0, 2), start: 0, end: 2 }],
      signals: one.signal ? [{ signal: 'churn-intent', quote: 'x', start: 0, end: 1 }] : [],
    }),
  };
}

function relabel(
  { brand, id, contentHash, bucketDay }: Mention,
  { words, sentiment, fast, aboutUs }: Reading,
  name: string,
  turn: number,
): Relabel {
  return Relabel.parse({
    kind: 'relabel',
    brand,
    id: `r${name.padStart(3, '0')}${turn}`,
    at: `2026-11-24T1${turn}:00:00.000Z`,
    by: 'ann',
    text: '',
    mention: id,
    contentHash: words === 'now' ? contentHash : hash128('as it was before'),
    day: bucketDay,
    sentiment,
    verdicts: fast === null ? [] : [{ promise: 'fast', outcome: fast }],
    aboutUs,
  });
}

const TYPED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  since: fc.constantFrom('all', '2026-11-21', '36h', '2026-11-22T06:30:00Z', '2026-W47'),
  until: fc.constantFrom('2026-11-23', '2026-11-22T18:00:00Z', 'yesterday'),
  promise: fc.constantFrom('fast', 'fees', 'fast,fees'),
  verdict: fc.constantFrom('broken', 'kept,exceeded', 'unclear'),
  sentiment: fc.constantFrom('negative', 'positive,mixed', 'unclassified'),
  source: fc.constantFrom('acme-reviews', 'acme-forum'),
  rating: fc.constantFrom('1', '1-2.5', '>=4', '<4', 'none'),
  language: fc.constantFrom('en', 'de,unknown'),
  population: fc.constantFrom('customer', 'employee'),
  counted: fc.constantFrom('yes', 'no', 'copy', 'author-cap,copy', 'not-about-us'),
  dimension: fc.constantFrom('price', 'price,responsiveness'),
  signal: fc.constantFrom('churn-intent', 'advocacy,churn-intent'),
  text: fc.constantFrom('PHONE', 'fee that', 'ünknown', 'of its own'),
};

/** Filters as a person types them. One to three, because more of them leave nothing over that could differ. */
export const typedFilters: fc.Arbitrary<Record<string, string>> = fc
  .subarray(Object.keys(TYPED), { minLength: 1, maxLength: 3 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, TYPED[name] as fc.Arbitrary<string>]))),
  )
  .map((all): Record<string, string> => ({ since: 'all', ...all }))
  // A period without any time in it is refused; that has a test of its own.
  .filter((all) => !(all['since'] === '36h' && all['until'] === '2026-11-22T18:00:00Z'));

export { acme };

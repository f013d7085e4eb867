import { Brand } from '../src/brands/brand.ts';
import type { Classification, Verdict } from '../src/classification/classification.ts';
import type { IndexedMention } from '../src/classification/indexed-mention.ts';
import { contentHash } from '../src/mentions/hashes.ts';
import type { Mention } from '../src/mentions/mention.ts';
import { sketch } from '../src/mentions/sketch.ts';

/** A brand with two promises and two sources, for tests that are about something else. */
export const acme: Brand = Brand.parse({
  id: 'acme',
  name: 'Acme',
  code: 'AC',
  timeZone: 'Europe/London',
  promises: [
    { id: 'fast', text: 'We answer within 60 seconds', headline: true },
    { id: 'fees', text: 'No hidden fees, ever' },
  ],
  sources: [
    {
      id: 'acme-reviews',
      name: 'Reviews',
      kind: 'review',
      url: 'https://reviews.example/acme.rss',
    },
    { id: 'acme-forum', name: 'Forum', kind: 'forum', url: 'https://forum.example/acme.rss' },
  ],
  recipients: [{ email: 'team@acme.example' }],
});

/** A valid mention; a test names only what it is about. */
export function aMention(only: Partial<Mention> = {}): Mention {
  const title = only.title ?? null;
  const text = only.text ?? 'Waited for twenty minutes and nobody picked up the phone.';
  const rating = only.rating ?? null;
  return {
    id: '0123456789abcdef0123456789abcdef',
    identity: 'acme-reviews|1',
    brand: 'acme',
    source: 'acme-reviews',
    kind: 'review',
    population: 'customer',
    url: 'https://reviews.example/acme/1',
    title,
    text,
    rating,
    lang: 'en',
    publishedAt: '2026-03-01T09:00:00.000Z',
    fetchedAt: '2026-03-01T10:00:00.000Z',
    bucketDay: '2026-03-01',
    clamped: false,
    contentHash: contentHash(title, text, rating),
    authorHash: null,
    sketch: sketch(title, text),
    ttl: 1_900_000_000,
    ...only,
  };
}

export function aVerdict(only: Partial<Verdict> = {}): Verdict {
  return {
    promise: 'fast',
    promiseVersion: 1,
    outcome: 'broken',
    confidence: 0.9,
    quote: 'twenty minutes',
    start: 11,
    end: 25,
    reasons: ['wait-too-long'],
    ...only,
  };
}

export function aClassification(only: Partial<Classification> = {}): Classification {
  return {
    cv: 'cv1',
    sentiment: {
      label: 'negative',
      probabilities: { negative: 0.8, neutral: 0.15, positive: 0.05 },
      reasons: [],
    },
    lang: 'en',
    verdicts: [aVerdict()],
    dimensions: [],
    signals: [],
    flags: [],
    ...only,
  };
}

/** What the day index holds of a mention. */
export function anIndexed(only: Partial<IndexedMention> & { text?: string } = {}): IndexedMention {
  // Too short to be anybody's copy.
  const { text = `mention ${only.id ?? '0'}`, ...rest } = only;
  return {
    id: '0',
    brand: 'acme',
    bucketDay: '2026-03-01',
    at: '2026-03-01T09:00:00.000Z',
    source: 'acme-reviews',
    kind: 'review',
    population: 'customer',
    rating: null,
    lang: 'en',
    sentiment: 'negative',
    verdicts: [],
    dimensions: [],
    signals: [],
    cv: 'cv1',
    version: 1,
    contentHash: 'x',
    authorHash: null,
    sketch: sketch(null, text),
    flags: [],
    ...rest,
  };
}

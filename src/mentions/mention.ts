import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { Population, SourceKind } from '../brands/source-settings.ts';

/** Stars or another score, on its own scale and mapped to 1–5. A missing rating is null; 0 is no rating. */
export const Rating = z.strictObject({
  /** 1–5, may be fractional when the scale is finer than ours. */
  value: z.number().min(1).max(5),
  /** As the source wrote it. */
  raw: z.string().max(20),
  /** Highest value of the source's scale; 2 means thumbs up or down. */
  scale: z.number().positive(),
});
export type Rating = z.infer<typeof Rating>;

const statement = z.strictObject({
  /** First 128 bits of a SHA-256 over source and native id, else canonical URL, else content. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** What the id was made from, so that two different statements under one id are noticed. */
  identity: z.string().min(1).max(600),
  brand: z.string().min(1),
  source: z.string().min(1),
  kind: SourceKind,
  population: Population,
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable(),
  title: z.string().max(500).nullable(),
  /** Plain text, never HTML; at most 8 KB of UTF-8. Empty only where a rating stands alone. */
  text: z.string().max(8192),
  rating: Rating.nullable(),
  /** What the source says, else null: detection belongs to the classification. */
  lang: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .nullable(),
  /** When its author published it; null where the source says nothing believable. */
  publishedAt: z.iso.datetime().nullable(),
  fetchedAt: z.iso.datetime(),
  /** Publish day in the brand's time zone, or the fetch day when `clamped`. Fixed by the collector. */
  bucketDay: Day,
  clamped: z.boolean(),
  /** SHA-256 (128 bits) over title, text and rating: another hash under the same id is an edit. */
  contentHash: z.string().regex(/^[0-9a-f]{32}$/),
  /** Keyed hash of source and author; null where the source names none. */
  authorHash: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  /** Near-duplicate sketch, see `sketch.ts`. */
  sketch: z.string().max(200),
  /** Seconds since 1970 after which the table forgets it. */
  ttl: z.int().positive(),
});

/**
 * One public statement about one brand, exactly as its source published it.
 * What we conclude about it is a Classification and never edits the mention.
 *
 * This is also the wire format of the mentions queue.
 */
export const Mention = statement.refine(({ text, rating }) => text !== '' || rating !== null, {
  error: 'has neither text nor rating',
  path: ['text'],
});
export type Mention = z.infer<typeof Mention>;

/** One message of the mentions queue: at most 10 mentions and 60 KB. */
export const MentionsMessage = z.strictObject({
  v: z.literal(1),
  mentions: z.array(z.unknown()).min(1).max(10),
});
export type MentionsMessage = z.infer<typeof MentionsMessage>;

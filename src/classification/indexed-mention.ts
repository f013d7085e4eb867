import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { Population, SourceKind } from '../brands/source-settings.ts';
import { Outcome, SentimentLabel } from './classification.ts';

/**
 * What the day index holds of a mention: enough to count it, not its text.
 * Attributes of the index cannot be changed later, so this schema only ever grows optional fields.
 */
export const IndexedMention = z.object({
  id: z.string(),
  brand: z.string(),
  bucketDay: Day,
  /** When it was published, else when it was fetched. */
  at: z.iso.datetime(),
  source: z.string(),
  kind: SourceKind,
  population: Population,
  /** 1–5. */
  rating: z.number().nullable(),
  lang: z.string().nullable(),
  sentiment: SentimentLabel,
  verdicts: z.array(
    z.object({
      promise: z.string(),
      promiseVersion: z.number(),
      outcome: Outcome,
      confidence: z.number(),
    }),
  ),
  dimensions: z.array(z.string()),
  signals: z.array(z.string()),
  cv: z.string(),
  version: z.number(),
  contentHash: z.string(),
  authorHash: z.string().nullable(),
  sketch: z.string(),
  flags: z.array(z.string()),
  /** Seconds since 1970 after which the table forgets it; missing where it was read from elsewhere. */
  ttl: z.number().optional(),
});
export type IndexedMention = z.infer<typeof IndexedMention>;

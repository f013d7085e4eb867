import * as z from 'zod';
import { Mention } from '../mentions/mention.ts';
import { Classification } from './classification.ts';

/** One version of a mention together with what one classifier version concluded about it. */
export const ClassifiedMention = z.strictObject({
  ...Mention.shape,
  classification: Classification,
  /** Counts up from 1: an edit by its author is a new version of the same mention. */
  version: z.int().min(1),
  /** When a read found that its source no longer shows it. */
  deletedAt: z.iso.datetime().optional(),
});
export type ClassifiedMention = z.infer<typeof ClassifiedMention>;

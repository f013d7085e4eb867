import * as z from 'zod';
import { Dimension } from '../brands/brand.ts';

export const SENTIMENTS = ['negative', 'neutral', 'positive', 'mixed'] as const;
/** `unclassified` and `unsupported` are never counted as an opinion, least of all as neutral. */
export const SentimentLabel = z.enum([...SENTIMENTS, 'unclassified', 'unsupported']);
export type SentimentLabel = z.infer<typeof SentimentLabel>;

export const Outcome = z.enum(['exceeded', 'kept', 'broken', 'unclear']);
export type Outcome = z.infer<typeof Outcome>;

/** A literal substring of the stored text: `text.slice(start, end) === quote`. Offsets are UTF-16 units. */
const span = { quote: z.string().min(1), start: z.int().min(0), end: z.int().min(1) };

/** What one mention says about one promise. A promise that it does not touch gets none. */
export const Verdict = z.strictObject({
  promise: z.string(),
  promiseVersion: z.int().min(1),
  outcome: Outcome,
  /** 0–1; how sure the classifier is of the outcome. */
  confidence: z.number().min(0).max(1),
  ...span,
  /** Ids of the rules and cues that decided, strongest first. */
  reasons: z.array(z.string()),
});
export type Verdict = z.infer<typeof Verdict>;

export const DimensionFinding = z.strictObject({ dimension: Dimension, ...span });
export type DimensionFinding = z.infer<typeof DimensionFinding>;

/** Counted beside the verdicts: repeat-contact, churn-intent, deception-claim … */
export const SignalFinding = z.strictObject({ signal: z.string(), ...span });
export type SignalFinding = z.infer<typeof SignalFinding>;

/** Everything concluded about one version of a mention by one classifier version. */
export const Classification = z.strictObject({
  /** Classifier version: code, weights, cues and register. */
  cv: z.string().min(1).max(40),
  sentiment: z.strictObject({
    label: SentimentLabel,
    /** Sum 1; absent where nothing was classified. */
    probabilities: z
      .strictObject({ negative: z.number(), neutral: z.number(), positive: z.number() })
      .optional(),
    /** Why it is unclassified or unsupported. */
    reason: z.string().max(200).optional(),
    /** Rules and features that decided, strongest first. */
    reasons: z.array(z.string()),
  }),
  /** As stated by the source, else as detected, else null. */
  lang: z.string().nullable(),
  verdicts: z.array(Verdict),
  dimensions: z.array(DimensionFinding),
  signals: z.array(SignalFinding),
  /** rating-disagrees, rating-only, fallback … */
  flags: z.array(z.string()),
});
export type Classification = z.infer<typeof Classification>;

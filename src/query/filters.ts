import type { Dimension } from '../brands/brand.ts';
import type { Population } from '../brands/source-settings.ts';
import type { Outcome, SentimentLabel } from '../classification/classification.ts';
import type { Standing, StandingMention } from './standing.ts';

/** Inclusive, 1–5. */
export interface RatingRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which mentions are asked for. Everything given must hold; of several values in one list, one. A mention
 * passes `promise` and `outcome` when one of its verdicts is about such a promise with such an outcome.
 */
export interface Filters {
  /** From then on, by publish time, else by fetch time. */
  readonly since?: Date;
  /** Before that. */
  readonly until?: Date;
  readonly promise?: readonly string[];
  readonly outcome?: readonly Outcome[];
  readonly sentiment?: readonly SentimentLabel[];
  readonly source?: readonly string[];
  readonly rating?: RatingRange | 'none';
  readonly language?: readonly string[];
  /** Employees are never counted with customers. */
  readonly population: Population;
  readonly dimension?: readonly Dimension[];
  readonly signal?: readonly string[];
  readonly counted?: readonly Standing[];
  /** Part of title or text, whatever the case. */
  readonly text?: string;
}

/** Whether a mention passes everything but `text`, which the day index does not hold. */
export function passes({ mention, counted }: StandingMention, filters: Filters): boolean {
  const { since, until } = filters;
  const at = Date.parse(mention.at);
  return (
    mention.population === filters.population &&
    (since === undefined || at >= since.getTime()) &&
    (until === undefined || at < until.getTime()) &&
    has(filters.sentiment, mention.sentiment) &&
    has(filters.source, mention.source) &&
    has(filters.language, mention.lang ?? 'unknown') &&
    has(filters.counted, counted) &&
    passesRating(mention.rating, filters.rating) &&
    hasAny(filters.dimension, mention.dimensions) &&
    hasAny(filters.signal, mention.signals) &&
    passesVerdict(mention.verdicts, filters)
  );
}

const has = (wanted: readonly string[] | undefined, value: string) =>
  wanted === undefined || wanted.includes(value);
const hasAny = (wanted: readonly string[] | undefined, values: readonly string[]) =>
  wanted === undefined || values.some((value) => wanted.includes(value));

function passesRating(rating: number | null, wanted: Filters['rating']): boolean {
  if (wanted === undefined) return true;
  if (wanted === 'none') return rating === null;
  return rating !== null && rating >= wanted.from && rating <= wanted.to;
}

function passesVerdict(
  verdicts: readonly { readonly promise: string; readonly outcome: Outcome }[],
  { promise, outcome }: Filters,
): boolean {
  if (promise === undefined && outcome === undefined) return true;
  return verdicts.some((one) => has(promise, one.promise) && has(outcome, one.outcome));
}

/** What `text` is looked for in: title and text, in lower case. */
export function searchable(title: string | null, text: string): string {
  return `${title ?? ''}\n${text}`.toLowerCase();
}

export function passesText(
  title: string | null,
  text: string,
  wanted: string | undefined,
): boolean {
  return wanted === undefined || searchable(title, text).includes(wanted.toLowerCase());
}

/** `1`, `1-2`, `<=2`, `>=4`, `<3`, `>3` or `none`; undefined for anything else. */
export function readRating(text: string): RatingRange | 'none' | undefined {
  if (text === 'none') return 'none';
  const one = /^([1-5](?:\.\d{1,2})?)(?:(?:-|\.\.)([1-5](?:\.\d{1,2})?))?$/.exec(text);
  if (one !== null) {
    const from = Number(one[1]);
    const to = Number(one[2] ?? one[1]);
    return from <= to ? { from, to } : undefined;
  }
  const bound = /^(<=|>=|<|>)([1-5](?:\.\d{1,2})?)$/.exec(text);
  if (bound === null) return undefined;
  const value = Number(bound[2]);
  // Ratings have at most two decimals, so the next one below or above is a hundredth away.
  switch (bound[1]) {
    case '<=':
      return { from: 1, to: value };
    case '>=':
      return { from: value, to: 5 };
    case '<':
      return { from: 1, to: value - 0.001 };
    default:
      return { from: value + 0.001, to: 5 };
  }
}

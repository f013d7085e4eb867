import type { Brand, Day } from '../brands/brand.ts';
import type { Outcome } from '../classification/classification.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { daysBetween } from '../mentions/day.ts';
import type { DigestQuote } from './digest.ts';
import { excerpt } from './excerpt.ts';
import { type Scope, sourceName, verdictIn } from './scope.ts';

/** Texts that share more than this part of their words count as copies of each other. */
const COPY_OVERLAP = 0.6;

interface Candidate {
  readonly mention: ClassifiedMention;
  readonly span: { readonly start: number; readonly end: number };
  readonly promise: string | null;
  readonly outcome: Outcome | null;
  readonly score: number;
  readonly words: ReadonlySet<string>;
}

export interface QuoteWish {
  readonly scope: Scope;
  readonly tone: DigestQuote['tone'];
  /** Newest day; older mentions score less. */
  readonly to: Day;
  readonly count: number;
  readonly brand: Brand;
}

/**
 * Chooses up to `count` quotes: sure, clear, recent, with a link; from different sources as far as
 * there are any, never twice from one author, never copies. The same mentions in any order give the
 * same quotes.
 */
export function chooseQuotes(
  mentions: readonly ClassifiedMention[],
  wish: QuoteWish,
): DigestQuote[] {
  const ranked = mentions
    // Stars alone have no words, and what its author took back is not repeated.
    .filter(({ text, deletedAt }) => text !== '' && deletedAt === undefined)
    .map((mention) => candidate(mention, wish))
    .sort((a, b) => b.score - a.score || (a.mention.id < b.mention.id ? -1 : 1));
  const chosen: Candidate[] = [];
  // First round: one of each source. Second round: the best of what is left.
  for (const freshSource of [true, false]) {
    for (const next of ranked) {
      if (chosen.length === wish.count) break;
      const clash = chosen.some(
        (other) =>
          other === next ||
          (freshSource && other.mention.source === next.mention.source) ||
          sameAuthor(other.mention, next.mention) ||
          overlap(other.words, next.words) > COPY_OVERLAP,
      );
      if (!clash) chosen.push(next);
    }
  }
  return chosen
    .sort((a, b) => b.score - a.score || (a.mention.id < b.mention.id ? -1 : 1))
    .map((pick) => quoteOf(pick, wish));
}

/** One mention as a quote, marked where its classification says why. */
export function quoteMention(
  mention: ClassifiedMention,
  wish: Pick<QuoteWish, 'scope' | 'tone' | 'brand'>,
): DigestQuote {
  return quoteOf(candidate(mention, { ...wish, to: mention.bucketDay, count: 1 }), wish);
}

function candidate(mention: ClassifiedMention, wish: QuoteWish): Candidate {
  const reason = deciding(mention, wish);
  const words = new Set(mention.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const age = Math.max(0, daysBetween(mention.bucketDay, wish.to));
  return {
    mention,
    span: reason,
    promise: reason.promise,
    outcome: reason.outcome,
    words,
    score:
      reason.confidence +
      0.8 * clarity(mention.text.length, reason.end - reason.start) -
      0.3 * Math.min(1, age / 14) +
      (mention.url?.startsWith('https:') ? 0.25 : 0),
  };
}

/** 0–1: a text that is neither a shout nor an essay, with a phrase worth marking in it. */
function clarity(length: number, marked: number): number {
  const readable = length < 60 ? length / 60 : length <= 400 ? 1 : 400 / length;
  const phrase = marked === 0 ? 0.4 : marked < 12 || marked > 0.7 * length ? 0.7 : 1;
  return readable * phrase;
}

/** The words that decided: the verdict's quote, else that of a dimension or signal, else none. */
function deciding(mention: ClassifiedMention, { scope, tone }: Pick<QuoteWish, 'scope' | 'tone'>) {
  const { verdicts, dimensions, signals, sentiment } = mention.classification;
  const wanted: Outcome[] = tone === 'negative' ? ['broken'] : ['exceeded', 'kept'];
  const verdict =
    scope.promise === null
      ? verdicts
          .filter(({ outcome }) => wanted.includes(outcome))
          .sort((a, b) => b.confidence - a.confidence || a.start - b.start)[0]
      : verdictIn(scope, mention);
  if (verdict) return { ...verdict, promise: verdict.promise };
  const probabilities = sentiment.probabilities;
  const confidence = (tone === 'negative' ? probabilities?.negative : probabilities?.positive) ?? 0;
  const { start, end } = dimensions[0] ?? signals[0] ?? { start: 0, end: 0 };
  return { start, end, confidence, promise: null, outcome: null };
}

function quoteOf(
  { mention, span, promise, outcome }: Candidate,
  { tone, brand }: Pick<QuoteWish, 'tone' | 'brand'>,
): DigestQuote {
  return {
    mention: mention.id,
    version: mention.version,
    source: { id: mention.source, name: sourceName(mention.source, brand) },
    day: mention.bucketDay,
    rating: mention.rating,
    url: mention.url,
    lang: mention.lang ?? mention.classification.lang,
    ...excerpt(mention.text, span.start, span.end),
    promise,
    outcome,
    tone,
  };
}

function sameAuthor(a: ClassifiedMention, b: ClassifiedMention): boolean {
  return a.authorHash !== null && a.authorHash === b.authorHash;
}

/** Shared words divided by all words of both: 1 for equal texts. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

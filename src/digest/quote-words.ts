import { clean, cleanPart } from './clean.ts';
import { shortDay } from './dates.ts';
import type { DigestModel, DigestQuote } from './digest.ts';

/** A quote as it is printed: cleaned, with dots where its text goes on. */
export interface PrintedQuote {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

export function printQuote(quote: DigestQuote): PrintedQuote {
  const before = cleanPart(quote.before);
  const after = cleanPart(quote.after);
  return {
    before: (quote.cutBefore ? '…' : '') + before.trimStart(),
    marked: cleanPart(quote.marked),
    after: after.trimEnd() + (quote.cutAfter ? '…' : ''),
  };
}

/** "Trustpilot, Thu 19 Nov, rated 1 of 5" */
export function byline(quote: DigestQuote): string {
  return [clean(quote.source.name), shortDay(quote.day), rated(quote)].filter(Boolean).join(', ');
}

/**
 * "Judged broken: “Solved on first contact”", for quotes that stand without the incident they belong to.
 *
 * @returns null where no verdict decided
 */
export function judged(
  { promise, outcome }: DigestQuote,
  promises: DigestModel['promises'],
): string | null {
  if (promise === null || outcome === null) return null;
  const text = promises.find(({ id }) => id === promise)?.text ?? promise;
  return `Judged ${outcome}: “${clean(text)}”`;
}

function rated({ rating }: DigestQuote): string {
  if (rating === null) return '';
  if (rating.scale === 2) return rating.value >= 3 ? 'thumbs up' : 'thumbs down';
  // The source's own figure where it is one; its text is not ours to print.
  const raw = Number(rating.raw);
  const own = rating.raw.trim() !== '' && raw > 0 && raw <= rating.scale;
  return own
    ? `rated ${Number(raw.toFixed(1))} of ${rating.scale}`
    : `rated ${Number(rating.value.toFixed(1))} of 5`;
}

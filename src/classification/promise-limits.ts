import type { Quantity } from './quantities.ts';
import type { Tokens } from './tokens.ts';

/** A time that a promise grants is no limit for the brand: "30-day returns", "fixed for 12 months". */
const GRANTED =
  /\b(?:at least|minimum|fixed|keeps?|lasts?|stays?|guarantee|guaranteed for|warranty|trial|returns?|money[- ]back|notice|contract|change your mind)\b/i;
/** What is granted for a time even where "within" stands before it. */
const RETURNED = /\b(?:at least|minimum|fixed|keeps?|returns?|warranty|trial|change your mind)\b/i;
/** Before a time that is a limit, whatever else is granted. */
const WITHIN = new Set(['within', 'in', 'under', 'inside']);
/** After a time that is none: "a day early", "24 hours before you travel", "15 minutes late?". */
const NO_LIMIT = new Set(['early', 'before', 'late', 'notice', 'ahead', 'after', "'", 'old']);

const EACH = new Set(['a', 'an', 'per', 'each', 'every']);
const SPANS = new Set(['day', 'week', 'month', 'year']);

/** "7 days a week" says when, not how long: neither the days nor the week is a limit. */
function isRegular({ words }: Tokens, one: Quantity, all: readonly Quantity[]): boolean {
  const isEach = (at: number) => EACH.has(words[at] ?? '') && SPANS.has(words[at + 1] ?? '');
  return isEach(one.to) || (isEach(one.from) && all.some(({ to }) => to === one.from));
}

/** "Free for 30 days", "30 hours of battery": so long something lasts. */
const LASTS = new Set(['of', 'free']);

function isGranted({ words }: Tokens, { from, to }: Quantity): boolean {
  const before = words[from - 1] ?? '';
  return before === 'for' || (LASTS.has(words[to] ?? '') && !WITHIN.has(before));
}

/** Times that are limits by the words around them, else all times. */
function limiting(tokens: Tokens, durations: readonly Quantity[]): readonly Quantity[] {
  const { words } = tokens;
  const possible = durations.filter(
    (duration) =>
      !isGranted(tokens, duration) &&
      !NO_LIMIT.has(words[duration.to] ?? '') &&
      !isRegular(tokens, duration, durations),
  );
  const within = possible.filter(({ from }) => WITHIN.has(words[from - 1] ?? ''));
  return within.length > 0 ? within : possible;
}

/** Longest time that a promise allows, in seconds; null where it names none. */
export function limitOf(
  text: string,
  tokens: Tokens,
  quantities: readonly Quantity[],
): number | null {
  const durations = quantities.filter((quantity) => quantity.type === 'duration');
  if (/\b24\s?\/\s?7\b/.test(text)) return null;
  const limits = limiting(tokens, durations);
  const isWithin = limits.some(({ from }) => WITHIN.has(tokens.words[from - 1] ?? ''));
  if (GRANTED.test(text) && !(isWithin && !RETURNED.test(text))) return null;
  if (limits.length > 0) return Math.min(...limits.map(({ amount }) => amount));
  if (/\bwithin the hour\b(?! you)/i.test(text)) return 3600;
  if (/\b(?:next|following)[- ](?:working |business )?day\b/i.test(text)) return 86_400;
  if (/\bsame[- ]day\b/i.test(text)) return 86_400;
  if (/\bovernight\b/i.test(text)) return 86_400;
  return null;
}

/** The times that a promise sets outright, where they differ: "answered in 30 seconds, refunded in 5 days". */
export function differingLimits(
  text: string,
  tokens: Tokens,
  quantities: readonly Quantity[],
): readonly Quantity[] {
  const durations = quantities.filter((quantity) => quantity.type === 'duration');
  const limits = limiting(tokens, durations).filter(({ from }) =>
    WITHIN.has(tokens.words[from - 1] ?? ''),
  );
  const differ = new Set(limits.map(({ amount }) => amount)).size > 1;
  return differ && limitOf(text, tokens, quantities) !== null ? limits : [];
}

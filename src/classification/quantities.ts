import { NUMBER_WORDS, plainNumber, readNumber, UNITS, unitAt } from './numbers.ts';
import { MARK, NUMBER, type Tokens } from './tokens.ts';
import { weekdaySpans } from './weekdays.ts';

/** A duration, sum of money or ordinal that a text states. Tokens `from` to `to` (exclusive). */
export interface Quantity {
  readonly type: 'duration' | 'money' | 'ordinal' | 'times';
  /** Seconds, amount, or count. */
  readonly amount: number;
  /** Seconds of one unit for durations ("minutes" → 60), else 1. */
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

const ORDINALS: ReadonlyMap<string, number> = new Map(
  [
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
    'sixth',
    'seventh',
    'eighth',
    'ninth',
    'tenth',
  ].map((word, index) => [word, index + 1]),
);

const TIMES: ReadonlyMap<string, number> = new Map([
  ['once', 1],
  ['twice', 2],
  ['thrice', 3],
]);

const CURRENCY = new Set(['£', '$', '€', '₹', '¥']);
const CURRENCY_WORDS =
  /^(?:dollars?|euros?|pounds?|quid|bucks?|cents?|pence|p|usd|eur|gbp|rupees?|rs)$/;

/** "40mins", "24hrs", "60s" in one token. */
function gluedDuration(word: string, at: number): Quantity | undefined {
  const parts = /^(\d[\d,.]*)([a-z]+)$/.exec(word);
  const unit = UNITS.get(parts?.[2] ?? '');
  if (parts === null || unit === undefined) return undefined;
  const value = plainNumber(parts[1] as string);
  if (Number.isNaN(value)) return undefined;
  return { type: 'duration', amount: value * unit, unit, from: at, to: at + 1 };
}

function gluedOrdinal(word: string, at: number): Quantity | undefined {
  const parts = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(word);
  if (parts === null) return undefined;
  return { type: 'ordinal', amount: Number(parts[1]), unit: 1, from: at, to: at + 1 };
}

/** "hours", "ages", "weeks and weeks" without a number: at least two of them. */
const BARE_UNITS = new Set(['minutes', 'hours', 'days', 'weeks', 'months', 'years']);

function bareDuration(tokens: Tokens, at: number): Quantity | undefined {
  const word = tokens.words[at] as string;
  if (!BARE_UNITS.has(word)) return undefined;
  const unit = UNITS.get(word) as number;
  return { type: 'duration', amount: 2 * unit, unit, from: at, to: at + 1 };
}

function durationAt(tokens: Tokens, at: number): Quantity | undefined {
  const number = readNumber(tokens, at);
  if (number === undefined) return bareDuration(tokens, at);
  const unit = unitAt(tokens, number.to);
  if (unit === undefined) return undefined;
  const hasHalf =
    tokens.words[unit.to] === 'and' &&
    tokens.words[unit.to + 1] === 'a' &&
    tokens.words[unit.to + 2] === 'half';
  return {
    type: 'duration',
    amount: (number.value + (hasHalf ? 0.5 : 0)) * unit.unit,
    unit: unit.unit,
    from: at,
    to: hasHalf ? unit.to + 3 : unit.to,
  };
}

function moneyAt(tokens: Tokens, at: number): Quantity | undefined {
  if (CURRENCY.has(tokens.words[at] as string)) {
    const amount = plainNumber(tokens.words[at + 1] ?? '');
    return Number.isNaN(amount)
      ? undefined
      : { type: 'money', amount, unit: 1, from: at, to: at + 2 };
  }
  const number = readNumber(tokens, at);
  const next = number === undefined ? '' : (tokens.words[number.to] ?? '');
  if (number === undefined || !(CURRENCY.has(next) || CURRENCY_WORDS.test(next))) return undefined;
  return { type: 'money', amount: number.value, unit: 1, from: at, to: number.to + 1 };
}

function countAt(tokens: Tokens, at: number): Quantity | undefined {
  const word = tokens.words[at] as string;
  const once = TIMES.get(word);
  if (once !== undefined) return { type: 'times', amount: once, unit: 1, from: at, to: at + 1 };
  const ordinal = ORDINALS.get(word);
  if (ordinal !== undefined) {
    return { type: 'ordinal', amount: ordinal, unit: 1, from: at, to: at + 1 };
  }
  const number = readNumber(tokens, at);
  if (number === undefined || tokens.words[number.to] !== 'times') return undefined;
  return { type: 'times', amount: number.value, unit: 1, from: at, to: number.to + 1 };
}

function quantityAt(tokens: Tokens, at: number): Quantity | undefined {
  const word = tokens.words[at] as string;
  if (tokens.types[at] === NUMBER) {
    const glued = gluedDuration(word, at) ?? gluedOrdinal(word, at);
    if (glued !== undefined) return glued;
  }
  return moneyAt(tokens, at) ?? durationAt(tokens, at) ?? countAt(tokens, at);
}

/** Words a quantity can begin with; everything else is passed over at the cost of one lookup. */
const STARTS: ReadonlySet<string> = new Set([
  ...NUMBER_WORDS.keys(),
  ...ORDINALS.keys(),
  ...TIMES.keys(),
  ...CURRENCY,
  ...BARE_UNITS,
  'half',
]);

/** All quantities of a text, left to right, none overlapping. */
export function findQuantities(tokens: Tokens): Quantity[] {
  const spans = weekdaySpans(tokens);
  const stated = statedQuantities(tokens);
  if (spans.length === 0) return stated;
  const taken = new Set(stated.flatMap(({ from, to }) => [from, to - 1]));
  return [...stated, ...spans.filter(({ from }) => !taken.has(from))].sort(
    (a, b) => a.from - b.from,
  );
}

function statedQuantities(tokens: Tokens): Quantity[] {
  const found: Quantity[] = [];
  let at = 0;
  while (at < tokens.words.length) {
    const type = tokens.types[at];
    const isStart = type === NUMBER || STARTS.has(tokens.words[at] as string);
    const quantity =
      isStart && (type !== MARK || CURRENCY.has(tokens.words[at] as string))
        ? quantityAt(tokens, at)
        : undefined;
    if (quantity !== undefined) found.push(quantity);
    at = quantity?.to ?? at + 1;
  }
  return found;
}

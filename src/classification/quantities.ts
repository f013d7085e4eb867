import { MARK, NUMBER, type Tokens, WORD } from './tokens.ts';

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

const MINUTE = 60;
const HOUR = 3600;
export const DAY = 86_400;

const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    s: 1,
    sec: 1,
    secs: 1,
    second: 1,
    seconds: 1,
    m: MINUTE,
    min: MINUTE,
    mins: MINUTE,
    minute: MINUTE,
    minutes: MINUTE,
    minuets: MINUTE,
    h: HOUR,
    hr: HOUR,
    hrs: HOUR,
    hour: HOUR,
    hours: HOUR,
    day: DAY,
    days: DAY,
    night: DAY,
    nights: DAY,
    evening: DAY,
    evenings: DAY,
    morning: DAY,
    mornings: DAY,
    weekend: 2 * DAY,
    wk: 7 * DAY,
    wks: 7 * DAY,
    week: 7 * DAY,
    weeks: 7 * DAY,
    fortnight: 14 * DAY,
    fortnights: 14 * DAY,
    month: 30 * DAY,
    months: 30 * DAY,
    mth: 30 * DAY,
    mths: 30 * DAY,
    year: 365 * DAY,
    years: 365 * DAY,
    yr: 365 * DAY,
    yrs: 365 * DAY,
  }),
);

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    couple: 2,
    three: 3,
    few: 3,
    several: 4,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    eleven: 11,
    twelve: 12,
    dozen: 12,
    thirteen: 13,
    fourteen: 14,
    fifteen: 15,
    sixteen: 16,
    seventeen: 17,
    eighteen: 18,
    nineteen: 19,
    twenty: 20,
    thirty: 30,
    forty: 40,
    fourty: 40,
    fifty: 50,
    sixty: 60,
    seventy: 70,
    eighty: 80,
    ninety: 90,
    hundred: 100,
  }),
);

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

interface Reading {
  readonly value: number;
  readonly to: number;
}

/** "40", "1,200.50", "2½"; NaN where the token is no plain number. */
function plainNumber(word: string): number {
  return /^\d[\d,]*(?:\.\d+)?$/.test(word) ? Number(word.replaceAll(',', '')) : Number.NaN;
}

/** A number in digits or words at token `at`, "half an" and "and a half" included. */
function readNumber(tokens: Tokens, at: number): Reading | undefined {
  const word = tokens.words[at];
  if (word === undefined) return undefined;
  if (tokens.types[at] === NUMBER) return readDigits(tokens, at, word);
  if (word === 'half' && NUMBER_WORDS.get(tokens.words[at + 1] ?? '') === 1)
    return { value: 0.5, to: at + 2 };
  if (word === 'half') return { value: 0.5, to: at + 1 };
  const first = NUMBER_WORDS.get(word);
  if (first === undefined) return undefined;
  return readWords(tokens, at, first);
}

/** "3-4 days", "2 to 3 weeks": the larger number counts. */
function readDigits(tokens: Tokens, at: number, word: string): Reading | undefined {
  const value = plainNumber(word);
  if (Number.isNaN(value)) return undefined;
  const link = tokens.words[at + 1];
  if (link === '-' || link === '–' || link === 'to' || link === 'or') {
    const second = plainNumber(tokens.words[at + 2] ?? '');
    if (second > value) return { value: second, to: at + 3 };
  }
  return { value, to: at + 1 };
}

function readWords(tokens: Tokens, at: number, first: number): Reading {
  const next = tokens.words[at + 1] ?? '';
  // "a couple", "a few", "a hundred": the second word is the number.
  if (first === 1 && (NUMBER_WORDS.get(next) ?? 0) > 1) {
    const value = NUMBER_WORDS.get(next) as number;
    return { value, to: tokens.words[at + 2] === 'of' ? at + 3 : at + 2 };
  }
  const tail = tokens.words[at + 1] === '-' ? at + 2 : at + 1;
  const ones = NUMBER_WORDS.get(tokens.words[tail] ?? '') ?? 0;
  if (first >= 20 && first < 100 && ones > 0 && ones < 10)
    return { value: first + ones, to: tail + 1 };
  return { value: first, to: at + 1 };
}

const BETWEEN_NUMBER_AND_UNIT = new Set([
  'business',
  'working',
  'full',
  'whole',
  'long',
  'more',
  'entire',
  'solid',
  'good',
  'calendar',
  '-',
  'of',
]);

function unitAt(tokens: Tokens, at: number): { unit: number; to: number } | undefined {
  let index = at;
  for (let skipped = 0; skipped < 2; skipped += 1) {
    if (!BETWEEN_NUMBER_AND_UNIT.has(tokens.words[index] ?? '')) break;
    index += 1;
  }
  const word = tokens.words[index] ?? '';
  const unit = UNITS.get(word.endsWith("'") ? word.slice(0, -1) : word);
  if (unit === undefined || (word.length === 1 && index > at)) return undefined;
  return { unit, to: index + 1 };
}

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

const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].flatMap((short, day) => [
    [short, day] as const,
    [
      `${{ tue: 'tues', wed: 'wednes', thu: 'thurs', sat: 'satur' }[short] ?? short}day`,
      day,
    ] as const,
  ]),
);
const SHORT_WEEKDAYS: ReadonlySet<string> = new Set(['sun', 'sat', 'wed', 'mon']);
/** Between two weekdays these make a range of opening hours, not a wait. */
const RANGE = new Set(['to', '-', '–', 'and', 'or', 'till', 'until', 'through', '/', ',']);
const SENTENCE_ENDS = new Set(['!', '?', '\n']);

/**
 * Waiting times told by two weekdays: "ordered on Monday, came on Thursday" is three days, stated
 * at the second.
 */
function weekdaySpans(tokens: Tokens): Quantity[] {
  const spans: Quantity[] = [];
  let last = -1;
  for (let at = 0; at < tokens.words.length; at += 1) {
    const word = tokens.words[at] as string;
    if (SENTENCE_ENDS.has(word)) last = -1;
    const day = WEEKDAYS.get(word);
    if (day === undefined || (SHORT_WEEKDAYS.has(word) && tokens.types[at] !== WORD)) continue;
    const from = last < 0 ? undefined : WEEKDAYS.get(tokens.words[last] as string);
    const isRange = at - last <= 2 && RANGE.has(tokens.words[at - 1] as string);
    if (from !== undefined && from !== day && !isRange) {
      const amount = ((day - from + 7) % 7) * DAY;
      spans.push({ type: 'duration', amount, unit: DAY, from: at, to: at + 1 });
    }
    last = at;
  }
  return spans;
}

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

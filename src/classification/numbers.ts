import { NUMBER, type Tokens } from './tokens.ts';

const MINUTE = 60;
const HOUR = 3600;
export const DAY = 86_400;

/** Seconds of a unit of time. */
export const UNITS: ReadonlyMap<string, number> = new Map(
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

export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
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

/** A number and the token after it. */
export interface NumberAt {
  readonly value: number;
  readonly to: number;
}

/** "40", "1,200.50", "2½"; NaN where the token is no plain number. */
export function plainNumber(word: string): number {
  return /^\d[\d,]*(?:\.\d+)?$/.test(word) ? Number(word.replaceAll(',', '')) : Number.NaN;
}

/** A number in digits or words at token `at`, "half an" and "and a half" included. */
export function readNumber(tokens: Tokens, at: number): NumberAt | undefined {
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
function readDigits(tokens: Tokens, at: number, word: string): NumberAt | undefined {
  const value = plainNumber(word);
  if (Number.isNaN(value)) return undefined;
  const link = tokens.words[at + 1];
  if (link === '-' || link === '–' || link === 'to' || link === 'or') {
    const second = plainNumber(tokens.words[at + 2] ?? '');
    if (second > value) return { value: second, to: at + 3 };
  }
  return { value, to: at + 1 };
}

function readWords(tokens: Tokens, at: number, first: number): NumberAt {
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

export function unitAt(tokens: Tokens, at: number): { unit: number; to: number } | undefined {
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

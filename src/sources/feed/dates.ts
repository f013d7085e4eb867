/** Hours east of UTC for the zone names that feeds use. Ambiguous ones mean what RFC 822 says, else the commonest. */
// biome-ignore format: a table
const ZONE_HOURS: Readonly<Record<string, number>> = {
  Z: 0, UT: 0, UTC: 0, GMT: 0, WET: 0,
  EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7,
  AKST: -9, AKDT: -8, HST: -10, AST: -4, ADT: -3, NST: -3.5, NDT: -2.5,
  ART: -3, BRT: -3, BRST: -2, CLT: -4, CLST: -3, COT: -5, PET: -5,
  WEST: 1, BST: 1, CET: 1, MET: 1, MEZ: 1, CEST: 2, MEST: 2, MESZ: 2, SAST: 2,
  EET: 2, EEST: 3, MSK: 3, TRT: 3, GST: 4, PKT: 5, IST: 5.5, ICT: 7, WIB: 7,
  HKT: 8, SGT: 8, PHT: 8, MYT: 8, AWST: 8, JST: 9, KST: 9, ACST: 9.5, ACDT: 10.5,
  AEST: 10, AEDT: 11, NZST: 12, NZDT: 13,
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$/;
const FIRST_YEAR = 1990;
const LAST_YEAR = 2100;
const MINUTE_MS = 60_000;

type Parts = {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  /** Afternoon hours were written on a twelve-hour clock. */
  half?: 'am' | 'pm';
  offsetMinutes?: number;
};

/**
 * Reads a date as feeds write it: ISO 8601 and its relatives, RFC 822 with any English month
 * spelling, asctime, `Mon D, YYYY`, seconds or milliseconds since 1970. A missing zone means UTC,
 * never the zone of this machine. Month names of other languages and day/month/year in digits stay
 * unread: a wrong day would be worse than none.
 *
 * @returns ISO 8601 in UTC, or null when it cannot be read or lies outside 1990–2100
 */
export function parseDate(raw: string): string | null {
  const text = raw.trim();
  if (text === '' || text.length > 100) return null;
  if (/^\d{10}$/.test(text)) return inRange(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return inRange(Number(text));
  const parts = readIso(text) ?? readWords(text);
  return parts === undefined ? null : toInstant(parts);
}

const ISO_DATE = /^(\d{4})(?:([-/.]?)(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T\s]+(.*))?$/i;
const CLOCK = /^(\d{1,2})(?::?(\d{2})(?::?(\d{1,2})(?:[.,](\d+))?)?)?\s*/;

function readIso(text: string): Parts | undefined {
  const date = ISO_DATE.exec(text);
  if (date === null) return undefined;
  const parts: Parts = {
    year: Number(date[1]),
    month: Number(date[3] ?? 1),
    day: Number(date[4] ?? 1),
  };
  // Six digits in a row are a year and a month only to ISO; to writers of feeds they are a short date.
  if (date[2] === '' && date[4] === undefined && date[3]?.length !== 2) return undefined;
  const rest = date[5]?.trim();
  if (rest === undefined || rest === '') return parts;
  const clock = CLOCK.exec(rest);
  if (clock === null) return withZone(parts, rest);
  setClock(parts, clock);
  return withZone(parts, rest.slice(clock[0].length));
}

function setClock(parts: Parts, clock: RegExpExecArray): void {
  parts.hour = Number(clock[1]);
  parts.minute = Number(clock[2] ?? 0);
  parts.second = Number(clock[3] ?? 0);
  parts.millisecond = Math.trunc(Number(`0.${clock[4] ?? 0}`) * 1000);
}

function withZone(parts: Parts, zone: string): Parts | undefined {
  if (zone.trim() === '') return parts;
  const offsetMinutes = readZone(zone.trim());
  return offsetMinutes === undefined ? undefined : { ...parts, offsetMinutes };
}

/** `+01:00`, `-0530`, `+1`, `GMT+2`, `EST`, `(CET)`; minutes east of UTC. */
function readZone(zone: string): number | undefined {
  const match = /^\(?([A-Za-z]{0,5})\s*(?:([+-])(\d{1,2}):?(\d{2})?)?\)?$/.exec(zone);
  if (match === null) return undefined;
  const [, name = '', sign, hours, minutes = '0'] = match;
  if (sign !== undefined) {
    const size = Number(hours) * 60 + Number(minutes);
    return size > 15 * 60 ? undefined : (sign === '-' ? -1 : 1) * size;
  }
  if (name === '') return undefined;
  const known = ZONE_HOURS[name.toUpperCase()];
  if (known !== undefined) return known * 60;
  // A zone nobody knows is at most half a day off; the date is still worth having.
  return /^[A-Z]{2,5}$/.test(name) ? 0 : undefined;
}

/** Dates written with words: each token says by its shape what it is. */
function readWords(text: string): Parts | undefined {
  const parts: Parts = {};
  for (const token of text
    .replaceAll(',', ' ')
    .replace(/\((\w+)\)/, ' $1 ')
    .split(/\s+/)) {
    if (token === '') continue;
    if (!readToken(parts, token)) return undefined;
  }
  const complete = parts.year !== undefined && parts.month !== undefined && parts.day !== undefined;
  return complete ? parts : undefined;
}

function readToken(parts: Parts, token: string): boolean {
  const lower = token.toLowerCase().replace(/\.$/, '');
  if (WEEKDAY.test(lower)) return true;
  if (parts.hour !== undefined && (lower === 'am' || lower === 'pm')) {
    parts.half = lower;
    return true;
  }
  return (
    readNumber(parts, lower) ||
    readMonth(parts, lower) ||
    readDashed(parts, lower) ||
    readEnd(parts, token)
  );
}

function readNumber(parts: Parts, token: string): boolean {
  const clock =
    /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?(?:([+-]\d{1,2}:?\d{2}|z)|(am|pm))?$/.exec(
      token,
    );
  if (clock !== null && parts.hour === undefined) {
    setClock(parts, clock);
    if (clock[6] === 'am' || clock[6] === 'pm') parts.half = clock[6];
    const offset = clock[5] === undefined ? undefined : readZone(clock[5]);
    if (offset !== undefined) parts.offsetMinutes = offset;
    return true;
  }
  const number = /^(\d{1,4})(?:st|nd|rd|th)?$/.exec(token);
  return number === null ? false : placeNumber(parts, number[1] ?? '');
}

function placeNumber(parts: Parts, digits: string): boolean {
  if (digits.length <= 2 && parts.day === undefined) {
    parts.day = Number(digits);
    return true;
  }
  if (parts.year !== undefined) return false;
  if (digits.length === 4) parts.year = Number(digits);
  else if (digits.length === 2) parts.year = fullYear(Number(digits));
  else return false;
  return true;
}

function fullYear(short: number): number {
  return short < 70 ? 2000 + short : 1900 + short;
}

function readMonth(parts: Parts, token: string): boolean {
  if (parts.month !== undefined || !/^[a-z]{3,9}$/.test(token)) return false;
  const month = MONTHS.indexOf(token.slice(0, 3));
  if (month === -1) return false;
  parts.month = month + 1;
  return true;
}

/** `03-Jan-2024`, `3-jan-24`. */
function readDashed(parts: Parts, token: string): boolean {
  const dashed = /^(\d{1,2})-([a-z]{3,9})-(\d{4}|\d{2})$/.exec(token);
  if (dashed === null || parts.day !== undefined) return false;
  const [, day, month = '', year = ''] = dashed;
  parts.day = Number(day);
  parts.year = year.length === 4 ? Number(year) : fullYear(Number(year));
  return readMonth(parts, month);
}

function readEnd(parts: Parts, token: string): boolean {
  if (parts.hour === undefined) return false;
  const offset = readZone(token);
  if (offset === undefined) return false;
  // "GMT" after "+0200" only repeats itself.
  parts.offsetMinutes ??= offset;
  return true;
}

function toInstant(parts: Parts): string | null {
  const { year = 0, month = 0, day = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const { offsetMinutes = 0 } = parts;
  const hour = hourOfDay(parts);
  // The day must exist: Date.UTC would turn 31 February into 2 March.
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!exists || hour > 24 || minute > 59) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millisecond);
  return inRange(local - offsetMinutes * MINUTE_MS);
}

function hourOfDay({ hour = 0, half }: Parts): number {
  if (half === undefined || hour > 12) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function inRange(time: number): string | null {
  if (!Number.isFinite(time)) return null;
  const year = new Date(time).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? new Date(time).toISOString() : null;
}

import { wallClock } from '../mentions/day.ts';
import { parseDate } from '../sources/feed/dates.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Day 0 of spreadsheets, with the leap day of 1900 that they believe in. */
const SHEET_EPOCH = Date.UTC(1899, 11, 30);

export type ImportDate =
  | { readonly status: 'ok'; readonly date: string }
  | { readonly status: 'unreadable' }
  /** It reads as two different days. */
  | { readonly status: 'ambiguous' };

/**
 * Reads a date as exports write it: what feeds write, days and months in digits, and the day numbers
 * of spreadsheets. Without a zone it is the wall clock of `timeZone`; without a time it is noon there,
 * which is the same day in nearly every other zone.
 *
 * @param order of day and month in digits; without it a date that reads both ways is refused
 */
export function readImportDate(
  raw: string,
  { timeZone, order }: { readonly timeZone: string; readonly order?: 'dmy' | 'mdy' },
): ImportDate {
  const text = raw.trim();
  const serial = /^\d{5}(?:\.\d{1,12})?$/.test(text) ? Number(text) : undefined;
  if (serial !== undefined && serial > 20_000 && serial < 80_000) {
    const wall = SHEET_EPOCH + Math.round(serial * 86_400) * 1000;
    return {
      status: 'ok',
      date: inZone(Number.isInteger(serial) ? wall + DAY_MS / 2 : wall, timeZone),
    };
  }
  if (/^\d{10}(?:\d{3})?$/.test(text)) return given(parseDate(text));
  const digits = inIsoOrder(text, order);
  if (digits === 'ambiguous') return { status: 'ambiguous' };
  const written = digits ?? text;
  const instant = parseDate(written);
  if (instant === null || hasZone(written)) return given(instant);
  const time = Date.parse(instant);
  const wall = /\d:\d|T\d/.test(written) ? time : time + DAY_MS / 2;
  return { status: 'ok', date: inZone(wall, timeZone) };
}

function given(date: string | null): ImportDate {
  return date === null ? { status: 'unreadable' } : { status: 'ok', date };
}

/** A zone counts only behind a time: what follows a day may be a year. */
function hasZone(text: string): boolean {
  return /\d:\d{2}.{0,20}?(?:z|[+-]\d{1,2}:?\d{2}|\b(?!am\b|pm\b)[a-z]{2,5})\)?$/i.test(text);
}

/** `19/10/2026 14:05` as `2026-10-19 14:05`; undefined where it is written in another way. */
function inIsoOrder(
  text: string,
  order: 'dmy' | 'mdy' | undefined,
): string | 'ambiguous' | undefined {
  const match = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ ,T]{1,3}(\d.{0,30}))?$/.exec(text);
  if (match === null) return undefined;
  const [, first = '', , second = '', year = '', rest] = match;
  const [a, b] = [Number(first), Number(second)];
  if (order === undefined && a <= 12 && b <= 12 && a !== b) return 'ambiguous';
  const isDayFirst = order === undefined ? a > 12 || a === b : order === 'dmy';
  const [day, month] = isDayFirst ? [a, b] : [b, a];
  const full = year.length === 4 ? year : `${Number(year) < 70 ? 20 : 19}${year}`;
  const iso = `${full}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return rest === undefined ? iso : `${iso} ${clock24(rest)}`;
}

/** `2:05 PM` as `14:05`. */
function clock24(clock: string): string {
  const match = /^(\d{1,2})(:\d{2}(?::\d{2})?) ?([ap])\.?m\.?$/i.exec(clock.trim());
  if (match === null) return clock;
  const [, hour = '', rest = '', half = ''] = match;
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `${String(hours).padStart(2, '0')}${rest}`;
}

/**
 * The instant at which the clocks of a zone show a time, given as if it were UTC. A time that clocks
 * skip becomes the one an hour later, of one that they show twice the first counts.
 */
function inZone(wall: number, timeZone: string): string {
  const offsetAt = (time: number) => offsetOf(timeZone, time);
  // The offset changes at most once around it: one of the two neighbours' offsets is right.
  const candidates = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)].map(
    (offset) => wall - offset,
  );
  const right = candidates.filter((time) => time + offsetAt(time) === wall);
  const time = right.length > 0 ? Math.min(...right) : Math.max(...candidates);
  return new Date(time).toISOString();
}

const SLOT_MS = 15 * MINUTE_MS;
const MAX_OFFSETS = 20_000;
const offsets = new Map<string, number>();

/**
 * Milliseconds that a zone is ahead of UTC. Asking for it costs more than all else in a row, and rows
 * share their days: it is asked once for each quarter of an hour, within which no zone changes.
 */
function offsetOf(timeZone: string, time: number): number {
  const slot = Math.floor(time / SLOT_MS);
  const key = `${timeZone} ${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const { day, time: clock } = wallClock(timeZone, new Date(slot * SLOT_MS));
  const offset = Date.parse(`${day}T${clock}:00Z`) - slot * SLOT_MS;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

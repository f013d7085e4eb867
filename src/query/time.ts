import { closest } from '../config/suggest.ts';
import { addDays, daysBetween, startOfDay, wallClock } from '../mentions/day.ts';

/** From `start` to before `end`. Both the same: an instant. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** A time expression that cannot be meant. The message says what can. */
export class UnreadableTime extends Error {
  constructor(text: string) {
    const words = ['today', 'yesterday', ...WEEKDAYS];
    const guess = words.includes(text) ? undefined : closest(text, words);
    const hint = guess === undefined || guess === text ? '' : ` Did you mean "${guess}"?`;
    super(
      `cannot read the time "${text.slice(0, 40)}".${hint} Try 7d, 36h, yesterday, monday, 2026-11-18 or 2026-W47.`,
    );
    this.name = 'UnreadableTime';
  }
}

/**
 * What an expression names: `7d`, `36h`, `90m` and `2w` an instant that long ago; `today`, `yesterday`, a
 * weekday (the latest one strictly before today) and `2026-11-18` a day; `2026-W47` an ISO week, Monday to
 * Sunday; `2026-11` a month; an ISO instant itself. Days begin when they do in the time zone, daylight
 * saving included.
 *
 * @throws {UnreadableTime}
 */
export function readTime(text: string, timeZone: string, now: Date): Span {
  const word = text.trim().toLowerCase();
  const ago = /^(\d{1,5})([mhdw])$/.exec(word);
  if (ago !== null) {
    const at = new Date(now.getTime() - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0));
    return { start: at, end: at };
  }
  const named = namedDays(word, timeZone, now);
  if (named !== undefined) {
    const [first, days] = named;
    return {
      start: startOfDay(timeZone, first),
      end: startOfDay(timeZone, addDays(first, days)),
    };
  }
  const instant = readInstant(text.trim());
  if (instant === undefined) throw new UnreadableTime(text.trim());
  return { start: instant, end: instant };
}

/** First day and number of days. */
function namedDays(word: string, timeZone: string, now: Date): [string, number] | undefined {
  const { day: today } = wallClock(timeZone, now);
  if (word === 'today') return [today, 1];
  if (word === 'yesterday') return [addDays(today, -1), 1];
  const weekday = WEEKDAYS.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (weekday >= 0) {
    const back = (isoWeekday(today) - weekday + 7) % 7;
    return [addDays(today, back === 0 ? -7 : -back), 1];
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(word)) return isDay(word) ? [word, 1] : undefined;
  const week = /^(\d{4})-w(\d{2})$/.exec(word);
  if (week !== null) return isoWeek(Number(week[1]), Number(week[2]));
  return /^\d{4}-\d{2}$/.test(word) && isDay(`${word}-01`) ? month(`${word}-01`) : undefined;
}

/** 0 is Monday. */
function isoWeekday(day: string): number {
  // 1970-01-01 was a Thursday.
  return (((daysBetween('1970-01-01', day) + 3) % 7) + 7) % 7;
}

/** Week 1 is the one with 4 January; a year has 52 or 53. */
function isoWeek(year: number, week: number): [string, number] | undefined {
  const fourth = `${String(year).padStart(4, '0')}-01-04`;
  const monday = addDays(fourth, -isoWeekday(fourth) + 7 * (week - 1));
  const thursday = addDays(monday, 3);
  return week >= 1 && thursday.startsWith(String(year).padStart(4, '0')) ? [monday, 7] : undefined;
}

function month(first: string): [string, number] {
  const next = addDays(first, 31).slice(0, 7);
  return [first, daysBetween(first, `${next}-01`)];
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Only with a zone: what the clocks of the machine show is not what the brand's show. */
function readInstant(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(z|[+-]\d{2}:\d{2})$/i.test(text))
    return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || !isDay(text.slice(0, 10)) ? undefined : at;
}

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a thousand times what using it does. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** What the clocks of a time zone show at an instant, as if it were UTC, in milliseconds since 1970. */
function wallTime(timeZone: string, time: number): number {
  if (timeZone === 'UTC') return Math.floor(time / 1000) * 1000;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The calendar day, `YYYY-MM-DD`, on the clocks of a time zone.
 *
 * @param timeZone IANA name
 * @param instant ISO 8601, or a Date
 * @throws {RangeError} for an unknown time zone or an invalid instant
 */
export function dayIn(timeZone: string, instant: string | Date): string {
  return new Date(wallTime(timeZone, new Date(instant).getTime())).toISOString().slice(0, 10);
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What the clocks and calendars of a time zone show: day, `HH:MM`, and the day of the week. */
export function wallClock(
  timeZone: string,
  instant: string | Date,
): { readonly day: string; readonly time: string; readonly weekday: (typeof WEEKDAYS)[number] } {
  const shown = new Date(wallTime(timeZone, new Date(instant).getTime()));
  const [day = '', time = ''] = shown.toISOString().split('T');
  return { day, time: time.slice(0, 5), weekday: WEEKDAYS[shown.getUTCDay()] ?? 'sun' };
}

/**
 * The first instant of a day in a time zone: midnight, or the end of the gap where clocks skip it.
 *
 * @param day `YYYY-MM-DD`
 * @throws {RangeError} for an unknown time zone or an invalid day
 */
export function startOfDay(timeZone: string, day: string): Date {
  const midnight = utcMidnight(day);
  // The offset can change around it: the earliest instant that shows this day wins.
  const candidates = [midnight - DAY_MS, midnight, midnight + DAY_MS]
    .map((time) => midnight - (wallTime(timeZone, time) - time))
    .filter((time) => dayIn(timeZone, new Date(time)) === day);
  return new Date(
    candidates.length > 0 ? Math.min(...candidates) : afterGap(timeZone, day, midnight),
  );
}

/** The first quarter of an hour that shows the day; all gaps of the tz database end on one. */
function afterGap(timeZone: string, day: string, midnight: number): number {
  for (let time = midnight - DAY_MS; time <= midnight + DAY_MS; time += 15 * 60_000) {
    if (dayIn(timeZone, new Date(time)) === day) return time;
  }
  // A day that a time zone left out altogether (Samoa, 30 December 2011) is empty: it begins where the next does.
  return startOfDay(timeZone, addDays(day, 1)).getTime();
}

/**
 * The day `n` days later, earlier if negative. Calendar arithmetic: no clock and no zone is involved.
 *
 * @throws {RangeError} for an invalid day
 */
export function addDays(day: string, n: number): string {
  return new Date(utcMidnight(day) + n * DAY_MS).toISOString().slice(0, 10);
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utcMidnight(to) - utcMidnight(from)) / DAY_MS);
}

function utcMidnight(day: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time)) throw new RangeError(`Not a day: ${day.slice(0, 20)}. Use YYYY-MM-DD.`);
  return time;
}

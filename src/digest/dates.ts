import type { Day } from '../brands/brand.ts';
import { addDays } from '../mentions/day.ts';
import { dayNumber, weekday } from '../trends/day.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

interface DayParts {
  readonly weekday: string;
  readonly date: number;
  readonly month: string;
  readonly year: number;
}

// Names are spelled out here because the mail must not change with the runtime's locale data.
function parts(day: Day): DayParts {
  return {
    weekday: WEEKDAYS[weekday(dayNumber(day))] ?? '',
    date: Number(day.slice(8, 10)),
    month: MONTHS[Number(day.slice(5, 7)) - 1] ?? '',
    year: Number(day.slice(0, 4)),
  };
}

/** The `count` days that end with `to`, oldest first. */
export function lastDays(to: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, index) => addDays(to, index - count + 1));
}

/** "Thu 19 Nov" */
export function shortDay(day: Day): string {
  const { weekday, date, month } = parts(day);
  return `${weekday.slice(0, 3)} ${date} ${month.slice(0, 3)}`;
}

/** "19 Nov" */
export function tinyDay(day: Day): string {
  const { date, month } = parts(day);
  return `${date} ${month.slice(0, 3)}`;
}

/** "Thursday 19 November" */
export function longDay(day: Day): string {
  const { weekday, date, month } = parts(day);
  return `${weekday} ${date} ${month}`;
}

/** "18–20 Nov 2026", "30 Oct – 2 Nov 2026", "30 Dec 2026 – 2 Jan 2027", "20 Nov 2026" */
export function dayRange(from: Day, to: Day): string {
  const [a, b] = [parts(from), parts(to)];
  const end = `${b.date} ${b.month.slice(0, 3)} ${b.year}`;
  if (from === to) return end;
  if (a.year !== b.year) return `${a.date} ${a.month.slice(0, 3)} ${a.year} – ${end}`;
  if (a.month !== b.month) return `${a.date} ${a.month.slice(0, 3)} – ${end}`;
  return `${a.date}–${end}`;
}

/** "from Wednesday 18 to Friday 20 November", "on Friday 20 November" */
export function longSpan(from: Day, to: Day): string {
  if (from === to) return `on ${longDay(to)}`;
  const [a, b] = [parts(from), parts(to)];
  const start = a.month === b.month ? `${a.weekday} ${a.date}` : longDay(from);
  return `from ${start} to ${longDay(to)}`;
}

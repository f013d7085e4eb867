import type { Recipient } from '../brands/brand.ts';
import { wallClock } from '../mentions/day.ts';

/**
 * Whether a person wants mail now: within their hours, on their days, by their own clocks.
 * Hours that end before they begin run over midnight; the day is the one on which they began.
 *
 * @param brandTimeZone for recipients that name none
 */
export function isOpen(
  { hours, timeZone, seriousAnyTime }: Recipient,
  brandTimeZone: string,
  now: Date,
  serious: boolean,
): boolean {
  if (serious && seriousAnyTime) return true;
  const zone = timeZone ?? brandTimeZone;
  const { time, weekday } = wallClock(zone, now);
  const today = hours.days.includes(weekday);
  if (hours.from <= hours.to) return today && time >= hours.from && time < hours.to;
  const yesterday = wallClock(zone, new Date(now.getTime() - 86_400_000)).weekday;
  return (today && time >= hours.from) || (hours.days.includes(yesterday) && time < hours.to);
}

/** Whether a digest is for this person at all. Periodic kinds have switches of their own. */
export function wants({ level }: Recipient, { serious }: { readonly serious: boolean }): boolean {
  return level === 'all' || (level === 'serious' && serious);
}

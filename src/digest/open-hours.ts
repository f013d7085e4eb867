import type { Recipient } from '../brands/brand.ts';
import { wallClock } from '../mentions/day.ts';
import type { DigestRow } from './outbox-rows.ts';
import { scopeKey } from './recipient-scope.ts';

/** What a person or a channel says about its hours. */
export type Gate = Pick<Recipient, 'hours' | 'timeZone' | 'seriousAnyTime'>;

/**
 * Whether a person wants mail now: within their hours, on their days, by their own clocks.
 * Hours that end before they begin run over midnight; the day is the one on which they began.
 *
 * @param brandTimeZone for recipients that name none
 */
export function isOpen(
  { hours, timeZone, seriousAnyTime }: Gate,
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

type Wishes = Pick<Recipient, 'level' | 'weeklyPulse' | 'everyNegative' | 'scope'>;

/** Whether a digest is for this person at all: of a kind that they asked for, and made for their scope. */
export function wants(
  recipient: Wishes,
  row: Pick<DigestRow, 'kind' | 'serious' | 'scope' | 'scopes'>,
): boolean {
  return wantsKind(recipient, row) && isMadeFor(recipient, row);
}

/** Whether a person asked for digests of this kind. */
export function wantsKind(
  { level, weeklyPulse, everyNegative }: Wishes,
  { kind, serious }: Pick<DigestRow, 'kind' | 'serious'>,
): boolean {
  if (level === 'none') return false;
  switch (kind) {
    case 'weekly-pulse':
      return weeklyPulse || level === 'weekly';
    case 'every-negative':
      return everyNegative;
    case 'first-reading':
      return level !== 'serious';
    default:
      return level === 'all' || (level === 'serious' && serious);
  }
}

/**
 * People without a scope read the digest about everything. So do those whose scope was not known when it was
 * made: what is too much for them is better than nothing.
 */
function isMadeFor({ scope }: Wishes, row: Pick<DigestRow, 'scope' | 'scopes'>): boolean {
  const key = scopeKey(scope);
  if (row.scope !== undefined) return key === row.scope;
  return key === null || row.scopes?.includes(key) !== true;
}

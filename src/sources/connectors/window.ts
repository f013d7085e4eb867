import type { ReadContext } from './connector.ts';

const HOUR_MS = 3_600_000;

/**
 * From when on a search is asked for results: a while before the last whole read, or some days back
 * at the first one. A cursor that is no instant of the past counts as none.
 */
export function sinceOf(
  { cursor, now, backTo }: Pick<ReadContext, 'cursor' | 'now' | 'backTo'>,
  { firstDays, overlapHours }: { readonly firstDays: number; readonly overlapHours: number },
): Date {
  if (backTo !== undefined) return backTo;
  const earliest = now.getTime() - firstDays * 24 * HOUR_MS;
  const last = Date.parse(cursor ?? '');
  if (Number.isNaN(last) || last > now.getTime()) return new Date(earliest);
  return new Date(Math.max(last - overlapHours * HOUR_MS, earliest));
}

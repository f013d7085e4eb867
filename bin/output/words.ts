import type { UnreadableRow } from '../../src/ports.ts';
import type { Share } from '../../src/query/interval.ts';

/** `33 % (20–49)`: a share with its 95 % interval; `–` where there is nothing to take a share of. */
export function shareWords(share: Share | null): string {
  if (share === null) return '–';
  const percent = (part: number) => String(Math.round(part * 100));
  return `${percent(share.value)} % (${percent(share.low)}–${percent(share.high)})`;
}

/** One decimal, or none where it would say nothing. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** `2026-10-22 14:05` on the clocks of a time zone. */
export function localTime(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(new Date(at));
}

/** Of a digest or send that is left out of an answer: which one, and where it says what to do. */
export function unreadableWords({ brand, key }: Pick<UnreadableRow, 'brand' | 'key'>): string {
  return `${brand} ${key} cannot be read: docs/runbook.md#a-row-that-cannot-be-read`;
}

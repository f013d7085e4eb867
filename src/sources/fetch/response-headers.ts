import type { IncomingHttpHeaders } from 'node:http';
import { FETCH_LIMITS } from './limits.ts';

/** What an answer says about asking again, in seconds; a key is missing where it says nothing. */
export type Waits = { readonly retryAfterSeconds?: number; readonly maxAgeSeconds?: number };

/**
 * Reads Retry-After, Cache-Control and Expires. Dates are taken relative to the answer's own Date,
 * so a server whose clock is wrong asks for what it means.
 */
export function waitsOf(headers: IncomingHttpHeaders): Waits {
  const sentAt = Date.parse(headers.date ?? '');
  const retryAfterSeconds = secondsOrDate(headers['retry-after'], sentAt);
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(headers['cache-control'] ?? '')?.[1];
  const maxAgeSeconds = bounded(
    maxAge === undefined ? secondsUntil(headers.expires, sentAt) : Number(maxAge),
  );
  return {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}

function secondsOrDate(value: string | undefined, sentAt: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  return bounded(/^\d+$/.test(text) ? Number(text) : secondsUntil(text, sentAt));
}

function secondsUntil(value: string | undefined, sentAt: number): number | undefined {
  const seconds = Math.ceil((Date.parse(value ?? '') - sentAt) / 1000);
  return Number.isNaN(seconds) ? undefined : seconds;
}

function bounded(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  return Math.min(Math.max(seconds, 0), FETCH_LIMITS.waitSeconds);
}

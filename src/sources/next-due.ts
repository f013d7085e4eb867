const MINUTE_MS = 60_000;
const MAX_BACKOFF_MINUTES = 24 * 60;

/**
 * When a source is read next.
 *
 * After a success: its own interval, or later if the server asks for it (max-age, feed ttl).
 * After the n-th failure in a row: 5 minutes × 2ⁿ, at least its interval, at most a day, and never
 * before the server's Retry-After.
 */
export function nextDue({
  now,
  everyMinutes,
  failures,
  serverSeconds = 0,
}: {
  readonly now: Date;
  readonly everyMinutes: number;
  readonly failures: number;
  /** Retry-After after a failure, cache lifetime after a success; capped to a day. */
  readonly serverSeconds?: number;
}): Date {
  const own =
    failures === 0
      ? everyMinutes
      : Math.min(MAX_BACKOFF_MINUTES, Math.max(everyMinutes, 5 * 2 ** failures));
  const minutes = Math.max(own, Math.min(serverSeconds / 60, MAX_BACKOFF_MINUTES));
  return new Date(now.getTime() + minutes * MINUTE_MS);
}

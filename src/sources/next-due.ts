const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/**
 * A day is checked six hours after it ends, so every source that works is read at least this often:
 * then no mention of the day is missing from the check.
 */
const LONGEST_MINUTES = 6 * 60;
/** The dispatcher looks every 15 minutes: a read that falls due a moment after it would wait for the next. */
const EARLY_MINUTES = 2;
/** Share by which reads are moved, so that sources added together do not stay together. */
const JITTER = 0.15;

/** What one answer says about how often a source has something new. */
export type Pace = {
  /** Items of the answer that were not known. */
  readonly fresh: number;
  /** Publish dates of the items of the answer, ISO, in any order; empty where there are none. */
  readonly dates: readonly string[];
  /** The answer holds the newest items only, and older ones fall out of it. */
  readonly isList: boolean;
};

/**
 * Minutes until the next read of a source that was just read: half the usual gap between its items
 * at first, then shorter by 0.7 when it had something new and longer by 1.5 when not. Never shorter
 * than `everyMinutes`, never longer than six hours, and at most half the time that a full list
 * covers, so that nothing falls out of it unread.
 *
 * @param before the interval that led to this read, null at the first
 */
export function nextInterval(
  before: number | null,
  { fresh, dates, isList }: Pace,
  everyMinutes: number,
): number {
  const longest = Math.max(LONGEST_MINUTES, everyMinutes);
  const times = dates.map((date) => Date.parse(date)).filter((time) => !Number.isNaN(time));
  times.sort((a, b) => a - b);
  const wanted =
    before === null ? (halfUsualGap(times) ?? everyMinutes) : before * (fresh > 0 ? 0.7 : 1.5);
  const covered = isList && times.length >= 5 ? span(times) / 2 : longest;
  return Math.min(Math.max(Math.min(wanted, covered), everyMinutes), longest);
}

/** Half the median gap in minutes, or undefined with fewer than five items: then it says little. */
function halfUsualGap(times: readonly number[]): number | undefined {
  if (times.length < 5) return undefined;
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  gaps.sort((a, b) => a - b);
  return (gaps[Math.floor(gaps.length / 2)] ?? 0) / MINUTE_MS / 2;
}

function span(times: readonly number[]): number {
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / MINUTE_MS;
}

/**
 * When a source is read next after a success: its interval, moved by up to 15 % either way, or later
 * if the server or the feed asks for it.
 */
export function dueAfterSuccess({
  now,
  intervalMinutes,
  everyMinutes,
  serverSeconds = 0,
  chance,
}: {
  readonly now: Date;
  readonly intervalMinutes: number;
  readonly everyMinutes: number;
  /** Cache lifetime or feed ttl; at most a day counts. */
  readonly serverSeconds?: number;
  /** From 0 to 1: where in its range the read is put. */
  readonly chance: number;
}): Date {
  const moved = intervalMinutes * (1 - JITTER + 2 * JITTER * chance);
  const own = Math.max(moved, everyMinutes - EARLY_MINUTES);
  return after(now, Math.max(own, Math.min(serverSeconds / 60, DAY_MINUTES)));
}

/**
 * When a source is tried again after the n-th failure in a row: in 5 minutes × 2ⁿ, at least its
 * shortest interval, at most a day, and never before the server's Retry-After.
 */
export function dueAfterFailure({
  now,
  failures,
  everyMinutes,
  retryAfterSeconds = 0,
}: {
  readonly now: Date;
  /** In a row, this one included. */
  readonly failures: number;
  readonly everyMinutes: number;
  readonly retryAfterSeconds?: number;
}): Date {
  const own = Math.min(DAY_MINUTES, Math.max(everyMinutes, 5 * 2 ** failures));
  return after(now, Math.max(own, Math.min(retryAfterSeconds / 60, DAY_MINUTES)));
}

function after(now: Date, minutes: number): Date {
  return new Date(now.getTime() + minutes * MINUTE_MS);
}

import { CONNECTOR_FAILURES } from './connectors/failures.ts';
import type { SourceProblem, SourceState } from './source-state.ts';

export type HealthState =
  /** Added, its first read has not ended yet. */
  | 'waiting'
  | 'ok'
  /** Read as planned; nothing new for a week. */
  | 'quiet'
  /** Not read, and it is tried again by itself. */
  | 'failing'
  /** The server or its host does not want to be asked now. */
  | 'blocked'
  /** Answers without items where there should be some. */
  | 'suspect-empty'
  /** Not read, and it stays so until a person does something. */
  | 'needs-attention';

export type Health = {
  readonly state: HealthState;
  /** Since when, ISO; null where that is not known. */
  readonly since: string | null;
  /** Why, and what to do; null while there is nothing to do. */
  readonly problem: SourceProblem | null;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const QUIET_DAYS = 7;
/** Answers without items in a row before a source is suspected. */
const EMPTY_READS = 3;
/** A poll waits for the dispatcher at most 15 minutes and holds its lease as long. */
const OVERDUE_MS = 60 * MINUTE_MS;

/** Nothing that happens by itself makes these go away. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'GONE',
  'URL_INVALID',
  'SCHEME_NOT_ALLOWED',
  'HTTP_NOT_ALLOWED',
  'CREDENTIALS_IN_URL',
  'PORT_NOT_ALLOWED',
  'NAME_NOT_ALLOWED',
  'ADDRESS_NOT_ALLOWED',
  'SECRET_MISSING',
  'SECRET_UNREADABLE',
]);
/** Once may be an accident; that many in a row are not. */
const AFTER_FAILURES: Readonly<Record<string, number>> = {
  UNAUTHORIZED: 3,
  FORBIDDEN: 3,
  KEY_REFUSED: 3,
  HTML_NOT_FEED: 3,
  NOT_A_FEED: 3,
  BODY_TOO_LARGE: 3,
  ANSWER_UNREADABLE: 3,
};
/** Days of failing after which waiting makes no sense any more. */
const AFTER_DAYS: Readonly<Record<string, number>> = {
  NOT_FOUND: 3,
  DNS_FAILED: 3,
  TLS_FAILED: 3,
  FEED_OUTAGE: 30,
};
const BLOCKED: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'HOST_PAUSED',
  'UNAUTHORIZED',
  'FORBIDDEN',
]);

/**
 * How a source is doing, from what its reads left behind. A source that was not read is never `ok`
 * or `quiet`, whatever kept it from being read.
 */
export function healthOf(state: SourceState, now: Date): Health {
  const { problem, failingSince, lastReadAt } = state;
  if (problem !== null)
    return { state: stateOf(problem, state, now), since: failingSince ?? lastReadAt, problem };
  if (now.getTime() - Date.parse(state.nextDueAt) > OVERDUE_MS)
    return { state: 'failing', since: state.nextDueAt, problem: problemWith('READ_IS_OLD') };
  if (lastReadAt === null) return { state: 'waiting', since: null, problem: null };
  if (state.emptyReads >= EMPTY_READS)
    return {
      state: 'suspect-empty',
      since: state.lastNewAt,
      problem: problemWith('EMPTY_AFTER_ITEMS'),
    };
  const quietFor = now.getTime() - Date.parse(state.lastNewAt ?? '1970-01-01T00:00:00Z');
  return quietFor > QUIET_DAYS * DAY_MS
    ? { state: 'quiet', since: state.lastNewAt, problem: null }
    : { state: 'ok', since: null, problem: null };
}

function stateOf({ code }: SourceProblem, state: SourceState, now: Date): HealthState {
  const { failures, failingSince } = state;
  const days = failingSince === null ? 0 : (now.getTime() - Date.parse(failingSince)) / DAY_MS;
  if (AT_ONCE.has(code)) return 'needs-attention';
  if (failures >= (AFTER_FAILURES[code] ?? Number.POSITIVE_INFINITY)) return 'needs-attention';
  if (days >= (AFTER_DAYS[code] ?? Number.POSITIVE_INFINITY)) return 'needs-attention';
  if (code === 'SUSPECT_EMPTY') return 'suspect-empty';
  return BLOCKED.has(code) ? 'blocked' : 'failing';
}

function problemWith(code: 'READ_IS_OLD' | 'EMPTY_AFTER_ITEMS'): SourceProblem {
  return { code, ...CONNECTOR_FAILURES[code] };
}

/** What a digest and the commands tell about the reads of one source. */
export interface SourceReading {
  readonly source: string;
  readonly name: string;
  /** End of the last successful read, ISO in UTC; null before the first one. */
  readonly lastReadAt: string | null;
  /** Items listed by that read. */
  readonly items: number;
  /** Since when it is not read as planned, ISO in UTC; null while it is. */
  readonly failingSince: string | null;
  /** Why, in one sentence; where a person must do something, what in a second one. */
  readonly reason: string | null;
}

/** Health in the words of {@link SourceReading}: only `ok`, `quiet` and `waiting` are not failing. */
export function readingOf(
  { id, name }: { readonly id: string; readonly name: string },
  state: SourceState | undefined,
  now: Date,
): SourceReading {
  const {
    problem,
    since,
    state: health,
  } = state === undefined ? { problem: null, since: null, state: 'waiting' } : healthOf(state, now);
  return {
    source: id,
    name,
    lastReadAt: state?.lastReadAt ?? null,
    items: state?.lastItems ?? 0,
    failingSince: problem === null ? null : (since ?? now.toISOString()),
    reason: problem === null ? null : reasonOf(problem, health),
  };
}

function reasonOf({ message, remedy }: SourceProblem, health: string): string {
  return health === 'needs-attention' ? `${message} ${remedy}` : message;
}

import type { Brand } from '../brands/brand.ts';
import { isPolled, type PolledSource, type SourceSettings } from '../brands/source-settings.ts';
import type { Deletion } from '../mentions/deletion.ts';
import type { FeedItem } from '../mentions/feed-item.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Rejection } from '../mentions/normalise.ts';
import type { HostPauses, MentionQueue, SourceStates } from '../ports.ts';
import { addressOf } from './address.ts';
import { CONNECTOR_FAILURES, problemOf } from './connectors/failures.ts';
import { hostOf } from './connectors/registry.ts';
import { chanceOf, dueAfterPause, pauseAsked } from './host-pause.ts';
import { type Complete, compareListing, type Listed } from './listing.ts';
import { dueAfterFailure, dueAfterSuccess, nextInterval, type Pace } from './next-due.ts';
import { forget, newlyGone, remember, unseen } from './seen.ts';
import type { SourceAnswer, Validators } from './source-answer.ts';
import type { PollMessage, SourceProblem, SourceState } from './source-state.ts';

export type CollectReport =
  | {
      readonly source: string;
      readonly status: 'collected';
      readonly items: number;
      /** New or edited mentions that were queued. */
      readonly queued: number;
      /** Mentions that were found to be gone. */
      readonly deleted: number;
      readonly rejected: Readonly<Record<string, number>>;
    }
  | { readonly source: string; readonly status: 'unchanged' }
  | { readonly source: string; readonly status: 'failed'; readonly problem: SourceProblem }
  /** Its host asked for a pause, so it was not asked; it is read when the pause is over. */
  | { readonly source: string; readonly status: 'postponed' }
  /** Another poll holds the lease, or the source is no longer configured. */
  | { readonly source: string; readonly status: 'skipped' };

export interface CollectDeps {
  readonly states: SourceStates;
  readonly queue: MentionQueue;
  readonly pauses: HostPauses;
  readonly read: (
    source: PolledSource,
    last: Validators & { readonly cursor: string | null },
  ) => Promise<SourceAnswer>;
  readonly normalise: (
    item: FeedItem,
    brand: Brand,
    source: SourceSettings,
    fetchedAt: Date,
  ) => { readonly mention: Mention } | { readonly rejected: Rejection; readonly id: string };
}

/**
 * Reads one source once and queues what is new in it.
 *
 * What it has seen is saved only after the queue took everything: a crash before that costs duplicates,
 * which the table refuses, and never a mention. Edits and deletions are forgotten first, under a lease of the
 * collector's own: a poll that fails after that is read again when that lease is over. A source that fails is
 * recorded with its reason; a queue or table that fails is ours, and throws, so that the poll is delivered again.
 */
export async function collect(
  poll: PollMessage,
  configured: { readonly brand: Brand; readonly source: SourceSettings } | undefined,
  now: Date,
  deps: CollectDeps,
): Promise<CollectReport> {
  const state = await deps.states.get(poll.source);
  if (configured === undefined || state === undefined || state.leaseUntil !== poll.leaseUntil)
    return { source: poll.source, status: 'skipped' };
  const { brand, source } = configured;
  if (!isPolled(source)) return { source: poll.source, status: 'skipped' };
  const address = addressOf(source);
  const known =
    state.url === address
      ? state
      : { ...state, etag: null, lastModified: null, cursor: null, intervalMinutes: null };
  let lease = poll.leaseUntil;
  const save = (next: SourceState, leaseUntil: string | null) =>
    deps.states.finish({ ...next, brand: brand.id, url: address, leaseUntil }, lease);
  const context: Context = {
    brand,
    source,
    state: known,
    now,
    deps,
    hold: async (seen) => {
      // A lease of its own: the same poll, delivered twice, must not write back what it read before.
      const own = new Date(Date.parse(lease) + 1).toISOString();
      const isHeld = await save({ ...known, seen }, own);
      if (isHeld) lease = own;
      return isHeld;
    },
  };
  const host = hostOf(source);
  const pausedUntil = await deps.pauses.until(host);
  const { report, next } =
    pausedUntil !== undefined && pausedUntil > now
      ? postpone(context, pausedUntil)
      : await readNow(context, host);
  await save(next, null);
  return report;
}

type Outcome = { readonly report: CollectReport; readonly next: SourceState };

async function readNow(context: Context, host: string): Promise<Outcome> {
  const { source, state, now, deps } = context;
  const { etag, lastModified, cursor } = state;
  const answer = await deps.read(source, { etag, lastModified, cursor });
  const pause = pauseAsked(answer, now);
  if (pause !== undefined) await deps.pauses.pause(host, pause);
  return await applyAnswer(answer, context);
}

/** Not read and not failed either: its failures are not counted up, but nobody can take it for quiet. */
function postpone({ source, state, now }: Context, until: Date): Outcome {
  return {
    report: { source: source.id, status: 'postponed' },
    next: {
      ...state,
      problem: state.problem ?? { code: 'HOST_PAUSED', ...CONNECTOR_FAILURES.HOST_PAUSED },
      failingSince: state.failingSince ?? now.toISOString(),
      nextDueAt: dueAfterPause(source.id, until).toISOString(),
    },
  };
}

interface Context {
  readonly brand: Brand;
  readonly source: PolledSource;
  readonly state: SourceState;
  readonly now: Date;
  readonly deps: CollectDeps;
  /** Saves what was seen and renews the lease; false: another collector was faster. */
  readonly hold: (seen: SourceState['seen']) => Promise<boolean>;
}

async function applyAnswer(answer: SourceAnswer, context: Context): Promise<Outcome> {
  const { source, state, now } = context;
  switch (answer.status) {
    case 'failed':
      return afterFailure(answer, context);
    case 'not-modified': {
      const pace = { fresh: 0, dates: [], isList: false };
      return {
        report: { source: source.id, status: 'unchanged' },
        next: { ...state, ...healthy(now), ...schedule(context, pace, answer.maxAgeSeconds) },
      };
    }
    case 'ok':
      return await afterItems(answer, context);
    default:
      return answer satisfies never;
  }
}

function afterFailure(
  answer: Extract<SourceAnswer, { status: 'failed' }>,
  { source, state, now }: Context,
): Outcome {
  const failures = state.failures + 1;
  const problem = problemOf(answer);
  const { retryAfterSeconds = 0 } = answer;
  const { everyMinutes } = source;
  return {
    report: { source: source.id, status: 'failed', problem },
    next: {
      ...state,
      failures,
      failingSince: state.failingSince ?? now.toISOString(),
      problem,
      nextDueAt: dueAfterFailure({ now, failures, everyMinutes, retryAfterSeconds }).toISOString(),
    },
  };
}

async function afterItems(
  answer: Extract<SourceAnswer, { status: 'ok' }>,
  context: Context,
): Promise<Outcome> {
  const { source, state, now } = context;
  const { items, unreadable = 0, windowed = false } = answer;
  const { mentions, rejected: refused, notices, present } = normaliseAll(items, answer, context);
  const rejected = unreadable === 0 ? refused : { ...refused, unreadable };
  const fresh = unseen(mentions, state.seen);
  const { listed, gone } =
    answer.complete === undefined || answer.partial !== undefined
      ? { listed: state.listed, gone: [] }
      : compareListing(state.listed, present, answer.complete);
  const deleted = newlyGone([...notices, ...gone], state.seen);
  const messages = [...fresh, ...deleted.map((id) => deletionOf(id, context))];
  // An edit is forgotten before it is queued: died here, and edited back, it would be taken for what was seen.
  const before = forget(
    messages.map(({ id }) => id),
    state.seen,
  );
  if (before !== undefined && !(await context.hold(before)))
    return { report: { source: source.id, status: 'skipped' }, next: state };
  if (messages.length > 0) await context.deps.queue.send(messages);
  const isEmpty = items.length === 0 && !windowed && state.lastNewAt !== null;
  const dates = items.flatMap(({ publishedAt }) => publishedAt ?? []);
  const pace = { fresh: fresh.length, dates, isList: !windowed };
  return {
    report: {
      source: source.id,
      status: 'collected',
      items: items.length,
      queued: fresh.length,
      deleted: deleted.length,
      rejected,
    },
    next: {
      ...state,
      ...healthy(now),
      problem: answer.partial ?? null,
      etag: answer.etag,
      lastModified: answer.lastModified,
      cursor: answer.cursor ?? null,
      seen: remember(mentions, [...notices, ...gone], state.seen),
      listed,
      lastItems: items.length,
      lastNewAt: fresh.length > 0 ? now.toISOString() : state.lastNewAt,
      emptyReads: isEmpty ? state.emptyReads + 1 : 0,
      rejected,
      ...schedule(context, pace, answer.maxAgeSeconds),
    },
  };
}

function healthy(now: Date) {
  return { failures: 0, failingSince: null, problem: null, lastReadAt: now.toISOString() };
}

function schedule({ source, state, now }: Context, pace: Pace, serverSeconds = 0) {
  const { everyMinutes } = source;
  const intervalMinutes = nextInterval(state.intervalMinutes, pace, everyMinutes);
  const chance = chanceOf(`${source.id} ${now.toISOString()}`);
  const due = dueAfterSuccess({ now, intervalMinutes, everyMinutes, serverSeconds, chance });
  return { intervalMinutes, nextDueAt: due.toISOString() };
}

interface Normalised {
  readonly mentions: readonly Mention[];
  readonly rejected: Readonly<Record<string, number>>;
  /** Ids of what the source lists as deleted. */
  readonly notices: readonly string[];
  /** Everything listed, mention or not. */
  readonly present: readonly Listed[];
}

function normaliseAll(
  items: readonly FeedItem[],
  { complete }: Pick<Extract<SourceAnswer, { status: 'ok' }>, 'complete'>,
  { brand, source, now, deps }: Context,
): Normalised {
  const mentions = new Map<string, Mention>();
  const rejected: Record<string, number> = {};
  const notices = new Set<string>();
  const present: Listed[] = [];
  for (const item of items) {
    const result = deps.normalise(item, brand, source, now);
    const id = 'rejected' in result ? result.id : result.mention.id;
    present.push({ id, at: sortedBy(item, complete) });
    if ('rejected' in result) {
      rejected[result.rejected] = (rejected[result.rejected] ?? 0) + 1;
      if (result.rejected === 'deleted') notices.add(id);
      // A feed that lists one statement twice: the first is the newest in every known format.
    } else if (!mentions.has(id)) mentions.set(id, result.mention);
  }
  return { mentions: [...mentions.values()], rejected, notices: [...notices], present };
}

function sortedBy(
  { publishedAt, updatedAt }: FeedItem,
  complete: Complete | undefined,
): string | null {
  return complete?.by === 'updatedAt' ? (updatedAt ?? publishedAt) : publishedAt;
}

function deletionOf(id: string, { brand, source, now }: Context): Deletion {
  return {
    deletion: true,
    id,
    brand: brand.id,
    source: source.id,
    noticedAt: now.toISOString(),
  };
}

/** The report as one flat log line: ids, counts and codes only. */
export function reportFields(report: CollectReport): Record<string, string | number> {
  const { source, status } = report;
  if (status === 'failed') return { source, status, code: report.problem.code };
  if (status !== 'collected') return { source, status };
  const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  const { items, queued, deleted } = report;
  return { source, status, items, queued, deleted, rejected };
}

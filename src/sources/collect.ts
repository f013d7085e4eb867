import type { Brand, SourceSettings } from '../brands/brand.ts';
import type { FeedItem } from '../mentions/feed-item.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Rejection } from '../mentions/normalise.ts';
import type { MentionQueue, SourceStates } from '../ports.ts';
import { nextDue } from './next-due.ts';
import type { SourceAnswer } from './read-source.ts';
import { remember, unseen } from './seen.ts';
import type { PollMessage, SourceProblem, SourceState } from './source-state.ts';

export type CollectReport =
  | {
      readonly source: string;
      readonly status: 'collected';
      readonly items: number;
      /** New or edited mentions that were queued. */
      readonly queued: number;
      readonly rejected: Readonly<Record<string, number>>;
    }
  | { readonly source: string; readonly status: 'unchanged' }
  | { readonly source: string; readonly status: 'failed'; readonly problem: SourceProblem }
  /** Another poll holds the lease, or the source is no longer configured. */
  | { readonly source: string; readonly status: 'skipped' };

export interface CollectDeps {
  readonly states: SourceStates;
  readonly queue: MentionQueue;
  readonly read: (
    source: SourceSettings,
    validators: { readonly etag: string | null; readonly lastModified: string | null },
  ) => Promise<SourceAnswer>;
  readonly normalise: (
    item: FeedItem,
    brand: Brand,
    source: SourceSettings,
    fetchedAt: Date,
  ) => { readonly mention: Mention } | { readonly rejected: Rejection };
}

/**
 * Reads one source once and queues what is new in it.
 *
 * What it has seen is saved only after the queue took everything: a crash before that costs duplicates,
 * which the table refuses, and never a mention. A source that fails is recorded with its reason; a queue
 * or table that fails is ours, and throws, so that the poll is delivered again.
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
  const sameAddress = state.url === source.url;
  const answer = await deps.read(source, {
    etag: sameAddress ? state.etag : null,
    lastModified: sameAddress ? state.lastModified : null,
  });
  const { report, next } = await applyAnswer(answer, { brand, source, state, now, deps });
  await deps.states.finish(
    { ...next, brand: brand.id, url: source.url, leaseUntil: null },
    poll.leaseUntil,
  );
  return report;
}

interface Context {
  readonly brand: Brand;
  readonly source: SourceSettings;
  readonly state: SourceState;
  readonly now: Date;
  readonly deps: CollectDeps;
}

async function applyAnswer(
  answer: SourceAnswer,
  context: Context,
): Promise<{ report: CollectReport; next: SourceState }> {
  const { source, state, now } = context;
  const due = (failures: number, serverSeconds: number | undefined) =>
    nextDue({
      now,
      everyMinutes: source.everyMinutes,
      failures,
      ...(serverSeconds !== undefined && { serverSeconds }),
    }).toISOString();
  const healthy = { failures: 0, failingSince: null, problem: null, lastReadAt: now.toISOString() };
  switch (answer.status) {
    case 'failed': {
      const failures = state.failures + 1;
      const { code, message, remedy } = answer;
      const problem = { code, message, remedy };
      return {
        report: { source: source.id, status: 'failed', problem },
        next: {
          ...state,
          failures,
          failingSince: state.failingSince ?? now.toISOString(),
          problem,
          nextDueAt: due(failures, answer.retryAfterSeconds),
        },
      };
    }
    case 'not-modified':
      return {
        report: { source: source.id, status: 'unchanged' },
        next: { ...state, ...healthy, nextDueAt: due(0, answer.maxAgeSeconds) },
      };
    case 'ok': {
      const { mentions, rejected } = normaliseAll(answer.items, context);
      const fresh = unseen(mentions, state.seen);
      if (fresh.length > 0) await context.deps.queue.send(fresh);
      return {
        report: {
          source: source.id,
          status: 'collected',
          items: answer.items.length,
          queued: fresh.length,
          rejected,
        },
        next: {
          ...state,
          ...healthy,
          etag: answer.etag,
          lastModified: answer.lastModified,
          seen: remember(mentions, state.seen),
          lastItems: answer.items.length,
          lastNewAt: fresh.length > 0 ? now.toISOString() : state.lastNewAt,
          emptyReads:
            answer.items.length === 0 && state.lastNewAt !== null ? state.emptyReads + 1 : 0,
          rejected,
          nextDueAt: due(0, answer.maxAgeSeconds),
        },
      };
    }
    default:
      return answer satisfies never;
  }
}

function normaliseAll(
  items: readonly FeedItem[],
  { brand, source, now, deps }: Context,
): { mentions: Mention[]; rejected: Record<string, number> } {
  const mentions = new Map<string, Mention>();
  const rejected: Record<string, number> = {};
  for (const item of items) {
    const result = deps.normalise(item, brand, source, now);
    if ('rejected' in result) rejected[result.rejected] = (rejected[result.rejected] ?? 0) + 1;
    // A feed that lists one statement twice: the first is the newest in every known format.
    else if (!mentions.has(result.mention.id)) mentions.set(result.mention.id, result.mention);
  }
  return { mentions: [...mentions.values()], rejected };
}

/** The report as one flat log line: ids, counts and codes only. */
export function reportFields(report: CollectReport): Record<string, string | number> {
  const { source, status } = report;
  if (status === 'failed') return { source, status, code: report.problem.code };
  if (status !== 'collected') return { source, status };
  const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  return { source, status, items: report.items, queued: report.queued, rejected };
}

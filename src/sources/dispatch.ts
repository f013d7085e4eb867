import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isPolled } from '../brands/source-settings.ts';
import type { Settings } from '../config/config.ts';
import { readJson } from '../parse.ts';
import type { Checkpoints, PollQueue, SourceStates } from '../ports.ts';
import { addressOf } from './address.ts';
import { hostSpacing } from './host-spacing.ts';
import { neverRead, type PollMessage } from './source-state.ts';

/** A poll that has not ended by then is given up and the source falls due again. */
export const LEASE_MINUTES = 15;

/** Sources written or leased at the same time. */
const PARALLEL = 20;
const SENT_TOGETHER = 200;

export interface DispatchReport {
  readonly due: number;
  readonly leased: number;
  /** Sources that stay due because their host is asked often enough as it is. */
  readonly held: number;
  /** Polls that the queue did not take; their sources fall due again when the lease ends. */
  readonly refused: number;
}

/**
 * Takes every source that is due, for one poll each, and queues the polls.
 * Two dispatchers at once, or one called twice, never send the same poll twice.
 */
export async function dispatch(
  current: { readonly version: number; readonly settings: Settings },
  now: Date,
  deps: {
    readonly states: SourceStates;
    readonly checkpoints: Pick<Checkpoints, 'get' | 'set'>;
    readonly polls: PollQueue;
    /** Kept between the calls of one environment, so that an unchanged configuration costs no read. */
    readonly memory: DispatchMemory;
  },
): Promise<DispatchReport> {
  const { memory } = deps;
  if (!isFresh(memory.synced, current.version, now))
    memory.synced = await syncSources(current, now, deps);
  const { shards } = memory.synced as SyncCheckpoint;
  const due = await deps.states.due(now, shards);
  const until = new Date(now.getTime() + LEASE_MINUTES * 60_000);
  const { startOf } = hostSpacing(current.settings);
  const starts = new Map<string, number>();
  const wanted = due.filter(({ source }) => {
    const start = startOf(source);
    if (start !== undefined) starts.set(source, start);
    return start !== undefined;
  });
  let leased = 0;
  let refused = 0;
  // Sent as they are leased: a dispatcher that runs out of time has lost none of those before.
  for (let from = 0; from < wanted.length; from += SENT_TOGETHER) {
    const polls: PollMessage[] = [];
    await inParallel(wanted.slice(from, from + SENT_TOGETHER), async ({ source, nextDueAt }) => {
      if (await deps.states.lease(source, nextDueAt, until))
        polls.push({ v: 1, source, leaseUntil: until.toISOString() });
    });
    polls.sort((a, b) => (a.source < b.source ? -1 : 1));
    leased += polls.length;
    if (polls.length > 0)
      refused += (await deps.polls.send(polls, ({ source }) => starts.get(source) ?? 0)).length;
  }
  return { due: due.length, leased, refused, held: due.length - wanted.length };
}

/** Sources from which one shard of the due index is no longer enough to take their writes. */
const SOURCES_PER_SHARD = 1000;
const MAX_SHARDS = 8;

export interface DispatchMemory {
  synced?: SyncCheckpoint;
}

/** What the last dispatcher that went through the configured sources left behind. */
interface SyncCheckpoint {
  readonly version: number;
  /** Missing in checkpoints of earlier versions. */
  readonly at?: string;
  readonly sources: readonly string[];
  /** Never falls: a source stays in the shard that it was put into. */
  readonly shards: number;
}

/** A source whose state was lost is scheduled again after this time: nothing else would ever read it. */
const SYNC_HOURS = 24;

function isFresh(synced: SyncCheckpoint | undefined, version: number, now: Date): boolean {
  if (synced?.at === undefined || synced.version !== version) return false;
  return now.getTime() - Date.parse(synced.at) < SYNC_HOURS * 3_600_000;
}

/** After a new configuration and once a day: schedules the sources that are not, and retires those it no longer has. */
async function syncSources(
  { version, settings }: { readonly version: number; readonly settings: Settings },
  now: Date,
  {
    states,
    checkpoints,
  }: { readonly states: SourceStates; readonly checkpoints: Pick<Checkpoints, 'get' | 'set'> },
): Promise<SyncCheckpoint> {
  const stored = await checkpoints.get('dispatch');
  const before = stored === undefined ? undefined : unpacked(stored);
  if (before !== undefined && isFresh(before, version, now)) return before;
  const configured = settings.brands.flatMap((brand) =>
    brand.sources
      .filter(isPolled)
      .map((source) => ({ brand: brand.id, source: source.id, url: addressOf(source) })),
  );
  const needed = Math.min(MAX_SHARDS, Math.ceil(configured.length / SOURCES_PER_SHARD));
  const shards = Math.max(needed, before?.shards ?? 1, 1);
  await inParallel(configured, (source) =>
    states.add(neverRead(source, shardOf(source.source, shards), now)),
  );
  const sources = configured.map(({ source }) => source);
  const kept = new Set(sources);
  await inParallel(
    (before?.sources ?? []).filter((source) => !kept.has(source)),
    (source) => states.retire(source),
  );
  const checkpoint = { version, at: now.toISOString(), sources, shards };
  await checkpoints.set('dispatch', packed(checkpoint));
  return checkpoint;
}

/** Compressed, because 10,000 ids of 40 characters are more than an item of the table holds. */
function packed(checkpoint: SyncCheckpoint): string {
  return gzipSync(JSON.stringify(checkpoint)).toString('base64');
}

/** Earlier versions stored plain JSON. */
function unpacked(stored: string): SyncCheckpoint {
  const json = stored.startsWith('{')
    ? stored
    : gunzipSync(Buffer.from(stored, 'base64')).toString('utf8');
  return readJson(json, 'checkpoint of dispatch') as SyncCheckpoint;
}

/** Its part of the due index follows from its id. */
function shardOf(source: string, shards: number): number {
  return (createHash('sha256').update(source).digest()[0] ?? 0) % shards;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>) {
  for (let i = 0; i < items.length; i += PARALLEL)
    await Promise.all(items.slice(i, i + PARALLEL).map(work));
}

import type { Settings } from '../config/config.ts';
import type { Checkpoints, PollQueue, SourceStates } from '../ports.ts';
import type { PollMessage, SourceState } from './source-state.ts';

/** A poll that has not ended by then is given up and the source falls due again. */
export const LEASE_MINUTES = 15;

/** Sources written or leased at the same time. */
const PARALLEL = 20;

export interface DispatchReport {
  readonly due: number;
  readonly leased: number;
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
    readonly checkpoints: Checkpoints;
    readonly polls: PollQueue;
  },
): Promise<DispatchReport> {
  await syncSources(current, now, deps);
  const due = await deps.states.due(now);
  const until = new Date(now.getTime() + LEASE_MINUTES * 60_000);
  const leased: PollMessage[] = [];
  await inParallel(due, async ({ source, nextDueAt }) => {
    if (await deps.states.lease(source, nextDueAt, until))
      leased.push({ v: 1, source, leaseUntil: until.toISOString() });
  });
  leased.sort((a, b) => (a.source < b.source ? -1 : 1));
  const refused = leased.length === 0 ? [] : await deps.polls.send(leased);
  return { due: due.length, leased: leased.length, refused: refused.length };
}

/** After a new configuration: schedules its new sources and retires those it no longer has. */
async function syncSources(
  { version, settings }: { readonly version: number; readonly settings: Settings },
  now: Date,
  { states, checkpoints }: { readonly states: SourceStates; readonly checkpoints: Checkpoints },
): Promise<void> {
  const stored = await checkpoints.get('dispatch');
  const before = stored === undefined ? undefined : (JSON.parse(stored) as SyncCheckpoint);
  if (before?.version === version) return;
  const configured = settings.brands.flatMap((brand) =>
    brand.sources.map((source) => newState(brand.id, source.id, source.url, now)),
  );
  await inParallel(configured, (state) => states.add(state));
  const ids = new Set(configured.map(({ source }) => source));
  await inParallel(
    (before?.sources ?? []).filter((source) => !ids.has(source)),
    (source) => states.retire(source),
  );
  await checkpoints.set('dispatch', JSON.stringify({ version, sources: [...ids] }));
}

interface SyncCheckpoint {
  readonly version: number;
  readonly sources: string[];
}

function newState(brand: string, source: string, url: string, now: Date): SourceState {
  return {
    source,
    brand,
    url,
    nextDueAt: now.toISOString(),
    leaseUntil: null,
    etag: null,
    lastModified: null,
    seen: new Uint8Array(),
    lastReadAt: null,
    lastItems: 0,
    lastNewAt: null,
    failures: 0,
    failingSince: null,
    problem: null,
    emptyReads: 0,
    rejected: {},
  };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>) {
  for (let i = 0; i < items.length; i += PARALLEL)
    await Promise.all(items.slice(i, i + PARALLEL).map(work));
}

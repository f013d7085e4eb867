import type { SourceState } from '../../src/sources/source-state.ts';

/** The state of a source that was read half an hour before noon, and what differs. */
export function aState(different: Partial<SourceState> = {}): SourceState {
  return {
    source: 'a',
    brand: 'northbell',
    shard: 0,
    url: 'https://feeds.example/a.rss',
    nextDueAt: '2026-10-20T12:15:00.000Z',
    leaseUntil: null,
    etag: null,
    lastModified: null,
    cursor: null,
    intervalMinutes: 45,
    seen: new Uint8Array(),
    listed: new Uint8Array(),
    lastReadAt: '2026-10-20T11:30:00.000Z',
    lastItems: 20,
    lastNewAt: '2026-10-20T11:30:00.000Z',
    failures: 0,
    failingSince: null,
    problem: null,
    emptyReads: 0,
    rejected: {},
    ...different,
  };
}

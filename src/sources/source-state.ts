import * as z from 'zod';

/** Why a source could not be read: a code of the table of failures, a sentence, and what a person can do. */
export const SourceProblem = z.strictObject({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type SourceProblem = z.infer<typeof SourceProblem>;

/** What is remembered about a source between two reads. Losing it costs requests, never mentions. */
export const SourceState = z.strictObject({
  source: z.string(),
  brand: z.string(),
  /** Part of the due index that it is listed in, 0–7. */
  shard: z.int().min(0).max(7),
  /** Address that etag and lastModified belong to; another address in the settings voids them. */
  url: z.string(),
  /** When the dispatcher takes it up next; while a poll is under way, the end of its lease. */
  nextDueAt: z.iso.datetime(),
  /** End of the lease of the poll under way, else null. It is also the poll's token. */
  leaseUntil: z.iso.datetime().nullable(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** What the connector left behind for its next read; another address in the settings voids it. */
  cursor: z.string().max(2000).nullable().default(null),
  /** Minutes between reads that its pace has led to; null until it has been read. */
  intervalMinutes: z.number().positive().nullable().default(null),
  /** Eight bytes per item: what the queue took last of it; a cost filter only. */
  seen: z.instanceof(Uint8Array),
  /** Entries of the last complete answer, see listing.ts; empty for sources that never give one. */
  listed: z.instanceof(Uint8Array).default(new Uint8Array()),
  /** Last answer that could be read, unchanged ones included. */
  lastReadAt: z.iso.datetime().nullable(),
  /** Items in the last answer that had a body. */
  lastItems: z.int().min(0),
  lastNewAt: z.iso.datetime().nullable(),
  /** Failed reads in a row. */
  failures: z.int().min(0),
  failingSince: z.iso.datetime().nullable(),
  problem: SourceProblem.nullable(),
  /** Answers in a row without any item where earlier ones had some; not counted for searches. */
  emptyReads: z.int().min(0),
  /** Items of the last answer that were refused, by reason (too-old, no-text, not-about-brand, deleted, unreadable). */
  rejected: z.record(z.string(), z.int().min(0)),
});
export type SourceState = z.infer<typeof SourceState>;

/** A source that nobody has read yet. @param due when it falls due */
export function neverRead(
  { source, brand, url }: Pick<SourceState, 'source' | 'brand' | 'url'>,
  shard: number,
  due: Date,
): SourceState {
  return {
    source,
    brand,
    shard,
    url,
    nextDueAt: due.toISOString(),
    leaseUntil: null,
    etag: null,
    lastModified: null,
    cursor: null,
    intervalMinutes: null,
    seen: new Uint8Array(),
    listed: new Uint8Array(),
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

/** One message of the poll queue: read this source once. */
export const PollMessage = z.strictObject({
  v: z.literal(1),
  source: z.string(),
  /** Token of the lease it was sent under; a message with another one is a repeat and does nothing. */
  leaseUntil: z.iso.datetime(),
});
export type PollMessage = z.infer<typeof PollMessage>;

/**
 * What a source that lists everything listed at its last read: 16 bytes of the mention's id, 4 of the
 * time it is sorted by (seconds since 1970), 1 of how many reads in a row it was missing.
 */
const ENTRY_BYTES = 21;
/** The newest so many are watched: state rows are written at every read. */
const WATCHED = 200;
/** Reads in a row without it, after which an entry is gone: services have bad moments. */
const MISSES = 2;
/** Fewer than this say nothing about a share. */
const FEW = 4;

/** That an answer holds every entry of the source from a point on. */
export type Complete = {
  /** Entries sorted behind this instant are all in the answer, ISO; null where all that exist are. */
  readonly since: string | null;
  /** What the source sorts by. */
  readonly by: 'publishedAt' | 'updatedAt';
};

/** An entry of the answer, whatever became of it. `at`: the instant it is sorted by, ISO. */
export type Listed = { readonly id: string; readonly at: string | null };

type Entry = { readonly id: string; readonly seconds: number; readonly misses: number };

/**
 * Compares a complete answer with the one before.
 *
 * An entry that should be in the answer and is not, twice in a row, is gone. When more than half of
 * those that should be there are missing at once, it is the answer that is wrong, and nothing is.
 *
 * @param before what the last call returned; empty before the first
 * @returns what to keep for the next call, and the ids of mentions that are gone
 */
export function compareListing(
  before: Uint8Array,
  present: readonly Listed[],
  { since }: Pick<Complete, 'since'>,
): { readonly listed: Uint8Array<ArrayBuffer>; readonly gone: readonly string[] } {
  const now = new Map(present.map(({ id, at }) => [id, secondsOf(at)]));
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since) / 1000;
  // Entries of the same second as the last of the answer may lie on its other side.
  const expected = entriesOf(before).filter(({ id, seconds }) => now.has(id) || seconds > from + 1);
  const missing = expected.filter(({ id }) => !now.has(id));
  const isDoubtful = missing.length >= FEW && missing.length * 2 > expected.length;
  const missed = missing.map((entry) => ({
    ...entry,
    misses: isDoubtful ? entry.misses : entry.misses + 1,
  }));
  const here = [...now].flatMap(([id, seconds]) =>
    seconds === null ? [] : [{ id, seconds, misses: 0 }],
  );
  return {
    listed: bytesOf([...here, ...missed.filter(({ misses }) => misses < MISSES)]),
    gone: missed.filter(({ misses }) => misses >= MISSES).map(({ id }) => id),
  };
}

function secondsOf(at: string | null): number | null {
  const seconds = Math.floor(Date.parse(at ?? '') / 1000);
  return seconds >= 0 && seconds < 2 ** 32 ? seconds : null;
}

function entriesOf(bytes: Uint8Array): Entry[] {
  const buffer = Buffer.from(bytes);
  return Array.from({ length: Math.floor(buffer.length / ENTRY_BYTES) }, (_, n) => ({
    id: buffer.toString('hex', n * ENTRY_BYTES, n * ENTRY_BYTES + 16),
    seconds: buffer.readUInt32BE(n * ENTRY_BYTES + 16),
    misses: buffer.readUInt8(n * ENTRY_BYTES + 20),
  }));
}

function bytesOf(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const newest = entries.toSorted((a, b) => b.seconds - a.seconds).slice(0, WATCHED);
  const buffer = Buffer.alloc(newest.length * ENTRY_BYTES);
  for (const [n, { id, seconds, misses }] of newest.entries()) {
    buffer.write(id, n * ENTRY_BYTES, 16, 'hex');
    buffer.writeUInt32BE(seconds, n * ENTRY_BYTES + 16);
    buffer.writeUInt8(misses, n * ENTRY_BYTES + 20);
  }
  return new Uint8Array(buffer);
}

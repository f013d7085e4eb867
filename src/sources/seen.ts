import { createHash } from 'node:crypto';

const BYTES = 8;
/** Remembered beyond the items of the last answer, for feeds that drop and re-list items. */
const KEEP = 500;

const fingerprint = ({ id, contentHash }: { id: string; contentHash: string }): string =>
  createHash('sha256')
    .update(`${id}#${contentHash}`)
    .digest('hex')
    .slice(0, 2 * BYTES);

/** Items of an answer that the queue has not taken before, in their order. An edit is not seen yet. */
export function unseen<Item extends { id: string; contentHash: string }>(
  items: readonly Item[],
  seen: Uint8Array,
): Item[] {
  const known = new Set(fingerprints(seen));
  return items.filter((item) => !known.has(fingerprint(item)));
}

/** The new memory: everything in this answer, then the newest of what was remembered, up to 500 in all. */
export function remember(
  items: readonly { id: string; contentHash: string }[],
  seen: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const all = [...new Set([...items.map(fingerprint), ...fingerprints(seen)])];
  return new Uint8Array(Buffer.from(all.slice(0, Math.max(KEEP, items.length)).join(''), 'hex'));
}

function fingerprints(seen: Uint8Array): string[] {
  const hex = Buffer.from(seen).toString('hex');
  return hex.match(/.{16}/g) ?? [];
}

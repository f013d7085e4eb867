import { createHash } from 'node:crypto';

const BYTES = 8;
/** Remembered beyond the items of the last answer, for feeds that drop and re-list items. */
const KEEP = 500;

const fingerprint = ({ id, contentHash }: { id: string; contentHash: string }): string =>
  createHash('sha256')
    .update(`${id}#${contentHash}`)
    .digest('hex')
    .slice(0, 2 * BYTES);

/** Stands in the memory for a mention that was found gone. */
const goneMark = (id: string) => fingerprint({ id, contentHash: 'gone' });

/**
 * Items of an answer that the queue has not taken before, in their order. An edit is not seen yet, nor
 * is what was found gone and is shown again.
 */
export function unseen<Item extends { id: string; contentHash: string }>(
  items: readonly Item[],
  seen: Uint8Array,
): Item[] {
  const known = new Set(fingerprints(seen));
  return items.filter((item) => !known.has(fingerprint(item)) || known.has(goneMark(item.id)));
}

/** Ids of mentions whose deletion the queue has not taken before. */
export function newlyGone(ids: readonly string[], seen: Uint8Array): string[] {
  const known = new Set(fingerprints(seen));
  return [...new Set(ids)].filter((id) => !known.has(goneMark(id)));
}

/**
 * The new memory: everything in this answer, then the newest of what was remembered, up to 500 in all.
 *
 * @param gone ids that are deleted as of this answer
 */
export function remember(
  items: readonly { id: string; contentHash: string }[],
  gone: readonly string[],
  seen: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const back = new Set(items.map(({ id }) => goneMark(id)));
  const kept = fingerprints(seen).filter((one) => !back.has(one));
  const all = [...new Set([...gone.map(goneMark), ...items.map(fingerprint), ...kept])];
  const most = Math.max(KEEP, items.length + gone.length);
  return new Uint8Array(Buffer.from(all.slice(0, most).join(''), 'hex'));
}

function fingerprints(seen: Uint8Array): string[] {
  const hex = Buffer.from(seen).toString('hex');
  return hex.match(/.{16}/g) ?? [];
}

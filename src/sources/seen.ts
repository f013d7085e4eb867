/** Of an entry: five bytes of the mention's id, three of what it said last. */
const ID_DIGITS = 10;
const CONTENT_DIGITS = 6;
const ENTRY_DIGITS = ID_DIGITS + CONTENT_DIGITS;
/** Remembered beyond the items of the last answer, for feeds that drop and re-list items. */
const KEEP = 500;
/** In the place of the content: the mention was found gone. */
const GONE = 'f'.repeat(CONTENT_DIGITS);

type Statement = { readonly id: string; readonly contentHash: string };

const keyOf = (id: string) => id.slice(-ID_DIGITS);
const contentOf = ({ contentHash }: Statement) => contentHash.slice(-CONTENT_DIGITS);

/**
 * Items of an answer that differ from what the queue took last of them, in their order: those never taken, edits
 * (back to an earlier wording, too), and what was found gone and is shown again.
 *
 * Both hashes are cut: two of a thousand items are taken for one with a probability below one in a million, which
 * costs duplicates; an edit is overlooked once in 16 million.
 */
export function unseen<Item extends Statement>(items: readonly Item[], seen: Uint8Array): Item[] {
  const last = entriesOf(seen);
  return items.filter((item) => last.get(keyOf(item.id)) !== contentOf(item));
}

/**
 * The memory without what it says of these mentions; undefined where it says nothing of them. What is not remembered is
 * queued again, whatever it says then.
 */
export function forget(
  ids: readonly string[],
  seen: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const entries = entriesOf(seen);
  const known = ids.filter((id) => entries.delete(keyOf(id)));
  return known.length === 0 ? undefined : bytesOf(entries);
}

/** Ids of mentions whose deletion the queue has not taken before. */
export function newlyGone(ids: readonly string[], seen: Uint8Array): string[] {
  const last = entriesOf(seen);
  return [...new Set(ids)].filter((id) => last.get(keyOf(id)) !== GONE);
}

/**
 * The new memory: everything in this answer, then the newest of what was remembered, up to 500 in all.
 *
 * @param gone ids that are deleted as of this answer
 */
export function remember(
  items: readonly Statement[],
  gone: readonly string[],
  seen: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const all = new Map<string, string>();
  for (const id of gone) all.set(keyOf(id), GONE);
  for (const item of items) all.set(keyOf(item.id), contentOf(item));
  const most = Math.max(KEEP, all.size);
  for (const [key, content] of entriesOf(seen)) {
    if (all.size >= most) break;
    if (!all.has(key)) all.set(key, content);
  }
  return bytesOf(all);
}

function bytesOf(entries: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from([...entries].map((entry) => entry.join('')).join(''), 'hex'));
}

/** What was taken last, by the key of the mention; newest first. */
function entriesOf(seen: Uint8Array): Map<string, string> {
  const digits = Buffer.from(seen).toString('hex');
  const entries = new Map<string, string>();
  for (let at = 0; at < digits.length; at += ENTRY_DIGITS)
    entries.set(digits.slice(at, at + ID_DIGITS), digits.slice(at + ID_DIGITS, at + ENTRY_DIGITS));
  return entries;
}

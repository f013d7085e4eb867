import * as z from 'zod';

/** A message about a mention that its source no longer shows; it travels where mentions do. */
export const Deletion = z.strictObject({
  deletion: z.literal(true),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  brand: z.string().min(1),
  source: z.string().min(1),
  /** When a read found it gone. */
  noticedAt: z.iso.datetime(),
});
export type Deletion = z.infer<typeof Deletion>;

/** Whether a message is about a deletion and not a mention. */
export function isDeletion(message: unknown): boolean {
  return typeof message === 'object' && message !== null && Object.hasOwn(message, 'deletion');
}

const LONGEST_NOTICE = 120;
const BRACKETED =
  /^\[ ?(?:deleted|removed|dead|flagged)(?: by (?:user|author|moderator|reddit))? ?\](?: ?\[(?:dead|flagged)\])?$/;
/** What services write in the place of words that are gone, in lower case without signs around it. */
const NOTICES: ReadonlySet<string> = new Set([
  'permanently deleted',
  'deleted by creator',
  'removed by mod',
  'removed by moderator',
  'post deleted by author',
  'topic deleted by author',
  'comment deleted by author',
  'post withdrawn by author',
  'this comment has been deleted',
  'this comment was deleted',
  'this post has been deleted',
  'this post was deleted by its author',
  'this review has been deleted',
  'this review has been removed',
]);

/**
 * Whether a text is only the notice that there was one: `[deleted]`, `[removed]`, `(post deleted by
 * author)`. A customer who writes more than the notice, or the bare word, is a customer.
 */
export function isDeletionNotice(text: string): boolean {
  if (text.length > LONGEST_NOTICE) return false;
  const plain = text.trim().toLowerCase();
  return (
    BRACKETED.test(plain) || NOTICES.has(plain.replaceAll(/^[*_([ ]{1,5}|[*_)\]. ]{1,5}$/g, ''))
  );
}

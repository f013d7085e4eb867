import * as z from 'zod';
import { languageOf } from '../feed/values.ts';
import type { SourceAnswer, SourceFailure } from '../source-answer.ts';
import type { Connector, ReadContext } from './connector.ts';
import { connectorFailure, withKeyRefused } from './failures.ts';
import {
  dateOf,
  fieldOf,
  type ItemsAnswer,
  id,
  itemOf,
  readEntries,
  readJson,
  text,
} from './fields.ts';
import { readFeedAt } from './read-feed-at.ts';
import { readPages } from './read-pages.ts';
import { readSecret } from './secrets.ts';
import type { Token } from './tokens.ts';
import { sinceOf } from './window.ts';

const SERVER = 'https://bsky.social/xrpc';
const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const FIRST_DAYS = 30;
const OVERLAP_HOURS = 3;
/** A session holds for about two hours; logins are limited to 300 a day per account. */
const SESSION_MS = 90 * 60_000;

const Account = z.object({ identifier: z.string().min(3), password: z.string().min(8) });

/** Posts of one account without a key, or of everybody who uses given words with the operator's account. */
export const bluesky: Connector<'bluesky'> = {
  manifest: {
    name: 'bluesky',
    title: 'Bluesky posts',
    kind: 'official API',
    terms: 'https://bsky.social/about/support/tos',
    ownListingsOnly: false,
    keys: 'none for a profile; for a search the account of the operator: {"identifier": "you.bsky.social", "password": "an app password"}',
    limits:
      '3,000 requests in 5 minutes per address, 300 logins a day per account; 500 posts a read',
    sees: 'the newest posts of a profile; or posts of everybody with the words',
    cannotSee: 'edits and deletions, replies in a profile’s feed, accounts that ask to be left out',
    reach: 'a profile: what its feed lists now; a search: any day, 20,000 posts',
    evidence: 'a recorded profile feed of 2023-12; the search from its documentation, not yet run',
    isUntried: false,
  },
  host: ({ search }) => (search === undefined ? 'bsky.app' : 'bsky.social'),
  async read({ profile, search, secret }, context) {
    if (search === undefined || secret === undefined)
      return await readFeedAt(`https://bsky.app/profile/${profile}/rss`, context);
    const session = await context.tokens.get(`bluesky ${secret}`, context.now, () =>
      logIn(secret, context),
    );
    if (session.status === 'failed') return session;
    const answer = await searchPosts(search, session, context);
    if (answer.status === 'failed' && answer.code === 'KEY_REFUSED')
      context.tokens.forget(`bluesky ${secret}`);
    return answer;
  },
};

async function logIn(secret: string, context: ReadContext): Promise<Token | SourceFailure> {
  const account = await readSecret(secret, Account, context);
  if (account.status === 'failed') return account;
  const fetched = await context.fetch(`${SERVER}/com.atproto.server.createSession`, {
    post: JSON.stringify(account.value),
    headers: { 'content-type': 'application/json' },
    accept: 'application/json',
  });
  if (fetched.status === 'failed') return withKeyRefused(fetched);
  const json = fetched.status === 'ok' ? readJson(fetched.body, fetched.contentType) : undefined;
  const token = json?.status === 'ok' ? fieldOf(json.value, 'accessJwt') : undefined;
  if (typeof token !== 'string') return connectorFailure('ANSWER_UNREADABLE');
  return { status: 'ok', value: token, until: context.now.getTime() + SESSION_MS };
}

async function searchPosts(
  query: string,
  { value: token }: Token,
  context: ReadContext,
): Promise<SourceAnswer> {
  const since = sinceOf(context, { firstDays: FIRST_DAYS, overlapHours: OVERLAP_HOURS });
  return await readPages(
    searchAddress(query, since, null),
    (json) => {
      const posts = parsePosts(json);
      if (posts.status === 'failed') return posts;
      const { cursor, ...read } = posts;
      const isLast = cursor === null || posts.items.length + posts.unreadable === 0;
      return { ...read, next: isLast ? null : searchAddress(query, since, cursor) };
    },
    {
      context,
      headers: { authorization: `Bearer ${token}` },
      maxPages: MAX_PAGES,
      cursor: () => context.now.toISOString(),
      windowed: true,
      beyond: 'lost',
    },
  );
}

export function searchAddress(query: string, since: Date, cursor: string | null): string {
  const parameters = new URLSearchParams({
    q: query,
    sort: 'latest',
    since: since.toISOString(),
    limit: String(PAGE_SIZE),
  });
  if (cursor !== null) parameters.set('cursor', cursor);
  return `${SERVER}/app.bsky.feed.searchPosts?${parameters}`;
}

const Post = z.object({
  uri: id,
  author: z.object({ did: text, handle: text }),
  record: z.object({ text: text, createdAt: text, langs: z.array(z.string()).catch([]) }),
  indexedAt: text,
});

export type PostsAnswer =
  | (Extract<ItemsAnswer, { status: 'ok' }> & { readonly cursor: string | null })
  | SourceFailure;

/** The posts of one page of results, and where the next one begins. */
export function parsePosts(answer: unknown): PostsAnswer {
  const read = readEntries(fieldOf(answer, 'posts'), Post, ({ uri, author, record, indexedAt }) =>
    itemOf({
      nativeId: uri,
      link: postAddress(uri, author.handle ?? author.did),
      text: record.text ?? '',
      author: author.did ?? author.handle,
      // Clients write createdAt as they like; when it is not a date, the index knows when it came.
      publishedAt: dateOf(record.createdAt) ?? dateOf(indexedAt),
      language: record.langs.length === 1 ? languageOf(record.langs[0]) : null,
      given: record.createdAt !== null || indexedAt !== null,
    }),
  );
  if (read.status === 'failed') return read;
  const next = fieldOf(answer, 'cursor');
  return { ...read, cursor: typeof next === 'string' && next !== '' ? next : null };
}

function postAddress(uri: string, account: string | null): string | null {
  const key = /\/app\.bsky\.feed\.post\/([\w.~:-]{1,100})$/.exec(uri)?.[1];
  return key === undefined || account === null
    ? null
    : `https://bsky.app/profile/${encodeURIComponent(account)}/post/${key}`;
}

import * as z from 'zod';
import type { SettingsOf } from '../../brands/source-settings.ts';
import type { FeedItem } from '../../mentions/feed-item.ts';
import { languageOf } from '../feed/values.ts';
import type { SourceAnswer, SourceFailure } from '../source-answer.ts';
import type { Connector, ReadContext } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { dateOf, id, itemOf, readEntries, text } from './fields.ts';
import { readFeedAt } from './read-feed-at.ts';
import { readPages } from './read-pages.ts';

const PAGE_SIZE = 40;
const MAX_PAGES = 5;
/** Instances may keep their API to members while they still publish the feed. */
const REFUSALS: ReadonlySet<string> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'HTTP_ERROR',
  'ANSWER_NOT_JSON',
]);

/** Public posts with a hashtag, as one instance knows them. */
export const mastodon: Connector<'mastodon'> = {
  manifest: {
    name: 'mastodon',
    title: 'Mastodon posts with a hashtag',
    kind: 'official API',
    terms: 'https://docs.joinmastodon.org/methods/timelines/',
    ownListingsOnly: false,
    keys: 'none; where an instance keeps its API to members, its RSS is read instead',
    limits: '300 requests in 5 minutes per address; 200 posts a read, about 20 by RSS',
    sees: 'public posts with the hashtag that the instance knows of; edits of the newest 40',
    cannotSee:
      'posts without the hashtag (search needs a login), private posts, other instances, deletions',
    reach: 'any day that the instance keeps; 8,000 posts',
    evidence: 'a recorded RSS answer of 2023-12; the API from its documentation, not yet run',
    isUntried: false,
  },
  host: ({ instance }) => instance,
  async read(settings, context) {
    const answer = await readTimeline(settings, context);
    if (answer.status !== 'failed' || !REFUSALS.has(answer.code)) return answer;
    const tag = encodeURIComponent(tagOf(settings));
    const feed = await readFeedAt(`https://${settings.instance}/tags/${tag}.rss`, context);
    return feed.status === 'ok' ? { ...feed, cursor: context.cursor } : feed;
  },
};

function tagOf({ hashtag }: SettingsOf<'mastodon'>): string {
  return hashtag.replace(/^#/, '');
}

export function timelineAddress(settings: SettingsOf<'mastodon'>, before: string | null): string {
  const parameters = new URLSearchParams({ limit: String(PAGE_SIZE) });
  if (before !== null) parameters.set('max_id', before);
  const tag = encodeURIComponent(tagOf(settings));
  return `https://${settings.instance}/api/v1/timelines/tag/${tag}?${parameters}`;
}

/**
 * From the newest post back to the last one known, so that edits of the newest are seen as well. At
 * the first read the newest page is enough: older ones are history.
 */
async function readTimeline(
  settings: SettingsOf<'mastodon'>,
  context: ReadContext,
): Promise<SourceAnswer> {
  const { cursor } = context;
  let newest = cursor;
  return await readPages(
    timelineAddress(settings, null),
    (json) => {
      const posts = parseStatuses(json);
      if (posts.status === 'failed') return posts;
      const { count, newestId, oldestId, ...read } = posts;
      if (isLater(newestId, newest)) newest = newestId;
      const isKnown = cursor === null || !isLater(oldestId, cursor);
      const isLast = count < PAGE_SIZE || (isKnown && context.backTo === undefined);
      return { ...read, next: isLast ? null : timelineAddress(settings, oldestId) };
    },
    { context, maxPages: MAX_PAGES, cursor: () => newest, windowed: false, beyond: 'lost' },
  );
}

/** Ids are numbers too large for JavaScript: the longer one is later, of equal length the larger. */
function isLater(a: string | null, b: string | null): boolean {
  if (a === null) return false;
  if (b === null) return true;
  return a.length === b.length ? a > b : a.length > b.length;
}

const Status = z.object({
  id,
  uri: text,
  url: text,
  created_at: text,
  edited_at: text,
  language: text,
  content: text,
  spoiler_text: text,
  visibility: text,
  account: z.object({ url: text, acct: text }).nullable().catch(null),
  tags: z.array(z.object({ name: text })).catch([]),
});

export type StatusesAnswer =
  | {
      readonly status: 'ok';
      readonly items: readonly FeedItem[];
      readonly unreadable: number;
      /** Posts in the answer, read or not. */
      readonly count: number;
      readonly newestId: string | null;
      readonly oldestId: string | null;
    }
  | SourceFailure;

/** The posts of one page of a timeline. */
export function parseStatuses(answer: unknown): StatusesAnswer {
  let newestId: string | null = null;
  let oldestId: string | null = null;
  if (!Array.isArray(answer)) return connectorFailure('ANSWER_UNREADABLE');
  const read = readEntries(answer, Status, (status) => {
    const { id: own } = status;
    if (isLater(own, newestId)) newestId = own;
    if (oldestId === null || isLater(oldestId, own)) oldestId = own;
    if (status.visibility !== null && status.visibility !== 'public') return undefined;
    return itemOf({
      // The address of the page, as the RSS has it: a source may change between the two.
      nativeId: status.url ?? status.uri ?? status.id,
      link: status.url,
      title: status.spoiler_text,
      titleIsText: true,
      html: status.content,
      author: status.account?.url ?? status.account?.acct ?? null,
      publishedAt: dateOf(status.created_at),
      updatedAt: dateOf(status.edited_at),
      language: languageOf(status.language),
      categories: status.tags.flatMap(({ name }) => name ?? []).slice(0, 50),
      given: status.created_at !== null,
    });
  });
  if (read.status === 'failed') return read;
  return { ...read, count: answer.length, newestId, oldestId };
}

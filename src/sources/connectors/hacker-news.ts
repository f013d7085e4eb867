import * as z from 'zod';
import type { Connector } from './connector.ts';
import {
  fieldOf,
  flag,
  type ItemsAnswer,
  id,
  instantOf,
  itemOf,
  number,
  readEntries,
  text,
} from './fields.ts';
import { readPages } from './read-pages.ts';
import { sinceOf } from './window.ts';

const HOST = 'hn.algolia.com';
const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const PAGES_A_SEARCH = 10;
const FIRST_DAYS = 30;
/** A comment can be edited for two hours, and the search index lags behind. */
const OVERLAP_HOURS = 3;

/** Stories and comments that contain given words, from the search that Algolia runs for Hacker News. */
export const hackerNews: Connector<'hacker-news'> = {
  manifest: {
    name: 'hacker-news',
    title: 'Hacker News stories and comments',
    kind: 'official API',
    terms: 'https://hn.algolia.com/api',
    ownListingsOnly: false,
    keys: 'none',
    limits: '10,000 requests an hour per address; 500 results a read',
    sees: 'stories and comments with the words, of the last 30 days at first, then since the last read',
    cannotSee: 'edits and deletions after two hours, votes',
    reach: 'any day; 20,000 results',
    evidence: 'a recorded answer of 2024',
    isUntried: false,
  },
  host: () => HOST,
  async read({ query }, context) {
    const since = sinceOf(context, { firstDays: FIRST_DAYS, overlapHours: OVERLAP_HOURS });
    let until: string | null = null;
    return await readPages(
      searchAddress(query, since, 0),
      (json, page) => {
        const hits = parseHits(json);
        if (hits.status === 'failed') return hits;
        const isFull = hits.items.length + hits.unreadable >= PAGE_SIZE;
        if (!isFull) return { ...hits, next: null };
        if (page % PAGES_A_SEARCH !== 0)
          return { ...hits, next: searchAddress(query, since, page % PAGES_A_SEARCH, until) };
        // No search shows more than a thousand: the next one ends where this one did.
        until = hits.items.at(-1)?.publishedAt ?? until;
        return { ...hits, next: searchAddress(query, since, 0, until) };
      },
      {
        context,
        maxPages: MAX_PAGES,
        cursor: () => context.now.toISOString(),
        windowed: true,
        beyond: 'lost',
        listsAllBy: 'publishedAt',
        since,
      },
    );
  },
};

export function searchAddress(
  query: string,
  since: Date,
  page: number,
  until: string | null = null,
): string {
  const seconds = (instant: string | Date) => Math.floor(new Date(instant).getTime() / 1000);
  const parameters = new URLSearchParams({
    query,
    tags: '(story,comment)',
    numericFilters: [
      `created_at_i>=${seconds(since)}`,
      ...(until === null ? [] : [`created_at_i<=${seconds(until)}`]),
    ].join(','),
    hitsPerPage: String(PAGE_SIZE),
    page: String(page),
    advancedSyntax: 'true',
    typoTolerance: 'false',
  });
  return `https://${HOST}/api/v1/search_by_date?${parameters}`;
}

const Hit = z.object({
  objectID: id,
  author: text,
  created_at_i: number,
  created_at: text,
  title: text,
  story_text: text,
  comment_text: text,
  deleted: flag,
  dead: flag,
});

/** The hits of one page of results. */
export function parseHits(answer: unknown): ItemsAnswer {
  return readEntries(fieldOf(answer, 'hits'), Hit, (hit) =>
    itemOf({
      nativeId: hit.objectID,
      link: `https://news.ycombinator.com/item?id=${encodeURIComponent(hit.objectID)}`,
      // A comment has no title of its own; that of its story is somebody else's words.
      title: hit.comment_text === null ? hit.title : null,
      titleIsText: true,
      html: hit.comment_text ?? hit.story_text,
      author: hit.author,
      publishedAt: instantOf(hit.created_at_i),
      given: hit.created_at_i !== null || hit.created_at !== null,
      ...(hit.deleted || hit.dead ? { isDeleted: true } : {}),
    }),
  );
}

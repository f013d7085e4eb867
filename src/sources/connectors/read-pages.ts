import type { FeedItem } from '../../mentions/feed-item.ts';
import { MAX_ITEMS } from '../feed/feed.ts';
import type { Complete } from '../listing.ts';
import type { SourceAnswer, SourceFailure } from '../source-answer.ts';
import type { ReadContext } from './connector.ts';
import { connectorFailure, problemOf, withKeyRefused } from './failures.ts';
import { readJson } from './fields.ts';

/** Most pages of a backfill; enough for years of most brands, and an end for a service that has none. */
const BACKFILL_PAGES = 200;

/** One page of results and where the next one is. */
export type Page = {
  readonly status: 'ok';
  readonly items: readonly FeedItem[];
  readonly unreadable: number;
  /** Address of the next page, null after the last one. */
  readonly next: string | null;
  /** How long the service asks to be left alone before the next request. */
  readonly waitSeconds?: number;
};

export type PagesRequest = {
  readonly context: Pick<ReadContext, 'fetch' | 'cursor' | 'backTo'>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxPages: number;
  /** The same for a backfill. */
  readonly backfillPages?: number;
  /** What to remember when the pages have been read; asked after the last one. */
  readonly cursor: () => string | null;
  /** The service was asked for a window of time, so that no results are nothing unusual. */
  readonly windowed: boolean;
  /** What pages beyond `maxPages` hold: results that nobody will see, or those of earlier reads. */
  readonly beyond: 'lost' | 'known';
  /** The pages hold all that exists, newest first by this; left out where that is not sure. */
  readonly listsAllBy?: Complete['by'];
  /** From when on a windowed search was asked. */
  readonly since?: Date;
};

/**
 * Reads pages of JSON until there are no more, or no more are wanted. A page that fails after others
 * costs itself: what was read counts, the problem is told, and the cursor stays where it was.
 */
export async function readPages(
  first: string,
  parse: (json: unknown, page: number) => Page | SourceFailure,
  request: PagesRequest,
): Promise<SourceAnswer> {
  const read = await gather(first, parse, request);
  const { items, unreadable, pages, failure, isLast } = read;
  if (failure !== undefined && pages === 0) return failure;
  const { context, cursor, windowed, beyond } = request;
  const isCut = !isLast && (beyond === 'lost' || context.backTo !== undefined);
  const problem = failure ?? (isCut ? connectorFailure('WINDOW_CUT') : undefined);
  const complete =
    problem === undefined && unreadable === 0 ? completeness(items, isLast, request) : undefined;
  return {
    status: 'ok',
    items: context.backTo === undefined ? items.slice(0, MAX_ITEMS) : items,
    unreadable,
    etag: null,
    lastModified: null,
    maxAgeSeconds: read.waitSeconds,
    cursor: failure === undefined ? cursor() : context.cursor,
    windowed,
    ...(problem === undefined ? {} : { partial: problemOf(problem) }),
    ...(complete === undefined ? {} : { complete }),
  };
}

type Gathered = {
  readonly items: readonly FeedItem[];
  readonly unreadable: number;
  readonly waitSeconds: number;
  /** Pages that could be read. */
  readonly pages: number;
  /** Of the page after them. */
  readonly failure?: SourceFailure;
  /** No page is left, or none that is wanted. */
  readonly isLast: boolean;
};

async function gather(
  first: string,
  parse: (json: unknown, page: number) => Page | SourceFailure,
  request: PagesRequest,
): Promise<Gathered> {
  const { context, headers, maxPages, backfillPages = BACKFILL_PAGES } = request;
  const most = context.backTo === undefined ? maxPages : backfillPages;
  const items: FeedItem[] = [];
  let unreadable = 0;
  let waitSeconds = 0;
  let pages = 0;
  let address: string | null = first;
  while (pages < most && address !== null && waitSeconds === 0) {
    const json = await readJsonAt(address, context, headers);
    const page = json.status === 'ok' ? parse(json.value, pages + 1) : json;
    if (page.status === 'failed')
      return { items, unreadable, waitSeconds, pages, failure: page, isLast: false };
    pages += 1;
    items.push(...page.items);
    unreadable += page.unreadable;
    waitSeconds = page.waitSeconds ?? 0;
    address = isBefore(page.items, request) ? null : page.next;
  }
  return { items, unreadable, waitSeconds, pages, isLast: address === null };
}

/** Whether a page, newest first, has come to what was published before the start of a backfill. */
function isBefore(
  items: readonly FeedItem[],
  { context: { backTo }, listsAllBy = 'publishedAt' }: PagesRequest,
): boolean {
  const last = items.at(-1)?.[listsAllBy] ?? null;
  return backTo !== undefined && last !== null && Date.parse(last) < backTo.getTime();
}

/** From when on nothing is left out; undefined where an item without a time could lie anywhere. */
function completeness(
  items: readonly FeedItem[],
  isLast: boolean,
  { listsAllBy: by, since }: PagesRequest,
): Complete | undefined {
  if (by === undefined) return undefined;
  if (isLast) return { by, since: since?.toISOString() ?? null };
  const times = items.map((item) => item[by] ?? item.publishedAt);
  if (times.includes(null)) return undefined;
  return { by, since: times.toSorted().at(0) ?? null };
}

async function readJsonAt(
  address: string,
  { fetch }: Pick<ReadContext, 'fetch'>,
  headers: Readonly<Record<string, string>> | undefined,
): Promise<ReturnType<typeof readJson>> {
  const request = { accept: 'application/json', ...(headers === undefined ? {} : { headers }) };
  const fetched = await fetch(address, request);
  // No validators were sent, so nothing can be unmodified.
  if (fetched.status === 'not-modified') return connectorFailure('ANSWER_UNREADABLE');
  if (fetched.status === 'failed') return headers === undefined ? fetched : withKeyRefused(fetched);
  return readJson(fetched.body, fetched.contentType);
}

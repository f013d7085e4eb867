import type { FeedItem } from '../../mentions/feed-item.ts';
import { feedFailure } from '../feed/feed.ts';
import type { SourceAnswer, SourceFailure } from '../source-answer.ts';
import type { Connector, ReadContext } from './connector.ts';
import { problemOf } from './failures.ts';
import { readFeedAt } from './read-feed-at.ts';

const HOST = 'itunes.apple.com';
/** Apple refuses page 11. */
const PAGES = 10;
const PAGE_SIZE = 50;
/** An answer in these ways is worth another form of the address; in others the host would be bothered. */
const TRY_ANOTHER: ReadonlySet<string> = new Set([
  'SUSPECT_EMPTY',
  'EMPTY_DOCUMENT',
  'HTML_NOT_FEED',
  'NOT_A_FEED',
  'UNREADABLE',
  'NOT_FOUND',
  'HTTP_ERROR',
]);

/** Reviews of an app in the stores of several countries, from the feed that Apple publishes. */
export const appStore: Connector<'app-store'> = {
  manifest: {
    name: 'app-store',
    title: 'Apple App Store reviews',
    kind: 'feed',
    terms: 'https://www.apple.com/legal/internet-services/itunes/',
    ownListingsOnly: false,
    keys: 'none',
    limits: 'read hourly at most; 50 reviews a page; the first read takes up to 10 pages a store',
    sees: 'reviews with text, stars and author of the countries listed; edits',
    cannotSee: 'more than the newest 500 a country; ratings without text; deleted reviews',
    reach: 'the newest 500 reviews a country',
    evidence:
      'recorded answers of 2020 and 2026-09. Apple answers empty at times: that counts as a failure, never as quiet',
    isUntried: false,
  },
  host: () => HOST,
  async read({ app, storefronts }, context) {
    const known = knownStores(context.cursor);
    const answers: StoreAnswer[] = [];
    for (const store of storefronts) {
      const answer = await readStore(app, store, known.has(store) ? 1 : PAGES, context);
      answers.push(answer);
      // The other stores are on the same host, which has just asked for a pause.
      if (answer.status === 'failed' && answer.code === 'RATE_LIMITED') break;
    }
    return together(answers, known);
  },
};

/** One answer of several stores; a store that failed while others did not is told and tried again. */
function together(answers: readonly StoreAnswer[], known: ReadonlySet<string>): SourceAnswer {
  const failure = answers.find((answer) => answer.status === 'failed');
  const told = failure && {
    ...failure,
    message: `Storefront ${failure.store}: ${failure.message}`,
  };
  const read = answers.filter((answer) => answer.status === 'ok');
  if (told !== undefined && read.length === 0) return told;
  const done = [...known, ...read.filter(({ whole }) => whole).map(({ store }) => store)];
  return {
    status: 'ok',
    items: read.flatMap(({ items }) => items),
    etag: null,
    lastModified: null,
    cursor: [...new Set(done)].join(','),
    maxAgeSeconds: Math.max(...read.map(({ maxAgeSeconds }) => maxAgeSeconds)),
    ...(told === undefined ? {} : { partial: problemOf(told) }),
  };
}

/** The stores whose history has been read; of these the newest page is enough. */
function knownStores(cursor: string | null): ReadonlySet<string> {
  return new Set((cursor ?? '').split(',').filter((store) => /^[a-z]{2}$/.test(store)));
}

type StoreAnswer =
  | {
      readonly status: 'ok';
      readonly store: string;
      readonly items: readonly FeedItem[];
      readonly maxAgeSeconds: number;
      /** Every page that was asked for was read. */
      readonly whole: boolean;
    }
  | (SourceFailure & { readonly store: string });

async function readStore(
  app: string,
  store: string,
  pages: number,
  context: ReadContext,
): Promise<StoreAnswer> {
  const items: FeedItem[] = [];
  let maxAgeSeconds = 0;
  for (let page = 1; page <= pages; page += 1) {
    const answer = await readPage(reviewAddresses(app, store, page), context);
    if (answer.status === 'failed') {
      if (page === 1) return { ...answer, store };
      // A page after the last one is empty too, and cannot be told from a refusal.
      const whole = answer.code === 'SUSPECT_EMPTY' || answer.code === 'HTTP_ERROR';
      return { status: 'ok', store, items, maxAgeSeconds, whole };
    }
    items.push(...answer.items);
    maxAgeSeconds = Math.max(maxAgeSeconds, answer.maxAgeSeconds ?? 0);
    if (answer.items.length < PAGE_SIZE) break;
  }
  return { status: 'ok', store, items, maxAgeSeconds, whole: true };
}

/** JSON in both forms of the address, then XML: Apple has answered empty at one and in full at another. */
export function reviewAddresses(app: string, store: string, page: number): readonly string[] {
  const base = `https://${HOST}/${store}/rss/customerreviews`;
  return [
    `${base}/page=${page}/id=${app}/sortby=mostrecent/json`,
    `${base}/id=${app}/sortBy=mostRecent/page=${page}/json`,
    `${base}/page=${page}/id=${app}/sortby=mostrecent/xml`,
  ];
}

/** The first form of the address that answers with reviews. */
async function readPage(
  addresses: readonly string[],
  context: ReadContext,
): Promise<Extract<SourceAnswer, { status: 'ok' }> | SourceFailure> {
  let first: SourceFailure | undefined;
  for (const address of addresses) {
    const answer = await readFeedAt(address, {
      fetch: context.fetch,
      validators: { etag: null, lastModified: null },
    });
    if (answer.status === 'ok' && answer.items.length > 0) return answer;
    const failure = answer.status === 'failed' ? answer : noReviews();
    first ??= failure;
    if (!TRY_ANOTHER.has(failure.code)) return failure;
  }
  return first ?? noReviews();
}

function noReviews(): SourceFailure {
  return feedFailure('SUSPECT_EMPTY');
}

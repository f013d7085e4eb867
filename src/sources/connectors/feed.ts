import type { FeedItem } from '../../mentions/feed-item.ts';
import type { Connector } from './connector.ts';
import { readFeedAt } from './read-feed-at.ts';

type Preset = 'google-alerts' | 'lemmy';

/** Any feed at an address that the operator gives. */
export const feed: Connector<'feed'> = {
  manifest: {
    name: 'feed',
    title:
      'RSS, Atom, RDF or JSON Feed: blogs, news, forums (Discourse, Lemmy), WordPress.org reviews, podcasts, GitHub, Google Alerts',
    kind: 'feed',
    terms: null,
    ownListingsOnly: false,
    keys: 'none',
    limits: 'read every 15 minutes at most; waits as long as the server or the feed asks',
    sees: 'what the feed lists: mostly the newest 10 to 100 entries, WordPress.org stars included',
    cannotSee:
      'older entries, deletions that leave no notice, replies (Discourse), pages behind a login',
    reach: 'what the feed lists now',
    evidence: 'recorded feeds of 2019 to 2026; the terms are those of each publisher',
    isUntried: false,
  },
  host: ({ url }) => URL.parse(url)?.hostname ?? '',
  async read({ url, http, preset }, context) {
    const answer = await readFeedAt(url, context, { allowHttp: http });
    if (answer.status !== 'ok' || preset === undefined) return answer;
    return { ...answer, items: answer.items.map((item) => withPreset(item, preset)) };
  },
};

/** An item of a service that does not mean by a feed what others mean. */
export function withPreset(item: FeedItem, preset: Preset): FeedItem {
  switch (preset) {
    case 'google-alerts':
      // The same page in two alerts has two ids; the page that it points to is what it is.
      return { ...item, nativeId: null };
    case 'lemmy':
      return fromLemmy(item);
    default:
      return preset satisfies never;
  }
}

/**
 * Lemmy begins each entry with who posted it where, its points and comments, which change all the
 * time, and the address it links to; and it gives that address as the entry's own.
 */
function fromLemmy(item: FeedItem): FeedItem {
  const html = item.html?.slice(0, 20_000) ?? '';
  const header =
    /^\s{0,20}submitted by <a [^>]{0,500}>[^<]{0,200}<\/a> to <a [^>]{0,500}>[^<]{0,200}<\/a><br\s?\/?>-?\d{1,9} points \| <a [^>]{0,500}>\d{1,9} comments<\/a>/i.exec(
      html,
    )?.[0];
  if (header === undefined) return item;
  const body = html
    .slice(header.length)
    .replace(/^<br\s?\/?><a href="[^"<>]{0,2000}">(?:<img [^<>]{0,2000}>|[^<]{0,2000})<\/a>/i, '');
  const own = item.nativeId !== null && /^https?:\/\//.test(item.nativeId) ? item.nativeId : null;
  return { ...item, html: body.trim() === '' ? null : body, link: own ?? item.link };
}

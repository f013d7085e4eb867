import { Brand } from '../../src/brands/brand.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { type ToMentionOptions, toMention } from '../../src/mentions/normalise.ts';

export const northbell = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  sources: [
    { id: 'reviews', name: 'Reviews', url: 'https://reviews.example/feed', kind: 'review' },
    {
      id: 'forum',
      name: 'Forum',
      url: 'https://forum.example/feed',
      kind: 'forum',
      language: 'en',
    },
  ],
});

export function sourceOf(brand: Brand, at = 0): Brand['sources'][number] {
  const source = brand.sources[at];
  if (source === undefined) throw new Error('no such source');
  return source;
}

/** An item as a source gives it; only what a test is about differs. */
export function anItem(changes: Partial<FeedItem> = {}): FeedItem {
  return {
    nativeId: '17',
    link: 'https://reviews.example/northbell/17',
    title: 'Never again',
    html: '<p>I waited <b>twenty</b> minutes.</p>',
    author: 'Ines',
    publishedAt: '2026-10-05T10:00:00.000Z',
    updatedAt: null,
    dateSuspect: false,
    rating: null,
    categories: [],
    language: null,
    ...changes,
  };
}

export const OPTIONS: ToMentionOptions = {
  brand: northbell,
  source: sourceOf(northbell),
  timeZone: 'Europe/London',
  authorKey: 'a key for tests',
  retentionDays: 395,
  fetchedAt: '2026-10-06T09:00:00.000Z',
};

/** The mention of an item that must become one. */
export function mentionOf(
  changes: Partial<FeedItem> = {},
  options: Partial<ToMentionOptions> = {},
): Mention {
  const result = toMention(anItem(changes), { ...OPTIONS, ...options });
  if ('rejected' in result) throw new Error(result.rejected);
  return result.mention;
}

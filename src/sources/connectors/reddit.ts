import type { SettingsOf } from '../../brands/source-settings.ts';
import type { Connector } from './connector.ts';
import { readFeedAt } from './read-feed-at.ts';

/** Posts of a subreddit or a search, from the feed, which Reddit often refuses to cloud addresses. */
export const reddit: Connector<'reddit'> = {
  manifest: {
    name: 'reddit',
    title: 'Reddit posts',
    kind: 'feed',
    terms: 'https://redditinc.com/policies/data-api-terms',
    ownListingsOnly: false,
    keys: 'none; its API needs an approval that is rarely given',
    limits: 'read every 30 minutes at most. Best effort: most reads from cloud addresses get 429',
    sees: 'the newest 100 posts of a subreddit or a search; deletions that leave a notice',
    cannotSee: 'comments, votes, anything while Reddit refuses',
    reach: 'what the feed lists now',
    evidence: 'recorded feeds of 2020 and 2023; that 429 is usual was reported in 2026-08',
    isUntried: false,
  },
  host: () => 'www.reddit.com',
  // Six requests a minute are borne.
  gapSeconds: 10,
  read: (settings, context) => readFeedAt(feedAddress(settings), context),
};

export function feedAddress({ subreddit, search }: SettingsOf<'reddit'>): string {
  const base = 'https://www.reddit.com';
  if (search === undefined) return `${base}/r/${subreddit}/new/.rss?limit=100`;
  const parameters = new URLSearchParams({ q: search, sort: 'new', limit: '100' });
  if (subreddit === undefined) return `${base}/search.rss?${parameters}`;
  parameters.set('restrict_sr', 'on');
  return `${base}/r/${subreddit}/search.rss?${parameters}`;
}

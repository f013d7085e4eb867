import type { Connector } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { readFeedAt } from './read-feed-at.ts';

/** YouTube has answered 404 and 500 for weeks at channels that were there. */
const OUTAGES: ReadonlySet<string> = new Set(['NOT_FOUND', 'GONE', 'SERVER_ERROR']);

/** Videos of one channel. */
export const youtube: Connector<'youtube'> = {
  manifest: {
    name: 'youtube',
    title: 'YouTube videos of a channel',
    kind: 'feed',
    terms: 'https://www.youtube.com/t/terms',
    ownListingsOnly: false,
    keys: 'none',
    limits: 'read every 30 minutes at most',
    sees: 'titles and descriptions of the newest 15 videos of one channel',
    cannotSee: 'comments, what is said in a video, other channels, deletions',
    reach: 'the newest 15 videos',
    evidence: 'recorded feeds of 2015 and 2020; outages of 2024 to 2026 never count as a removal',
    isUntried: false,
  },
  host: () => 'www.youtube.com',
  async read({ channel }, context) {
    const answer = await readFeedAt(
      `https://www.youtube.com/feeds/videos.xml?channel_id=${channel}`,
      context,
    );
    if (answer.status !== 'failed' || !OUTAGES.has(answer.code)) return answer;
    const { retryAfterSeconds } = answer;
    return {
      ...connectorFailure('FEED_OUTAGE'),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  },
};

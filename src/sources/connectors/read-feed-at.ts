import { readFeed } from '../feed/read-feed.ts';
import type { SourceAnswer } from '../source-answer.ts';
import type { ConnectorRequest, ReadContext } from './connector.ts';

/** Reads the feed at an address, asking only for what has changed. */
export async function readFeedAt(
  url: string,
  { fetch, validators }: Pick<ReadContext, 'fetch' | 'validators'>,
  request: ConnectorRequest = {},
): Promise<SourceAnswer> {
  const fetched = await fetch(url, { ...validators, ...request });
  if (fetched.status !== 'ok') return fetched;
  const { body, contentType, finalUrl } = fetched;
  const reading = await readFeed(body, { contentType, url: finalUrl });
  if (reading.status === 'failed') return reading;
  const { feed } = reading;
  return {
    status: 'ok',
    items: feed.items,
    // A cut-off answer is read again next time, not "unchanged".
    etag: feed.truncated ? null : fetched.etag,
    lastModified: feed.truncated ? null : fetched.lastModified,
    maxAgeSeconds: Math.max(fetched.maxAgeSeconds ?? 0, (feed.ttlMinutes ?? 0) * 60),
  };
}

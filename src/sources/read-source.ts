import type { SourceSettings } from '../brands/brand.ts';
import type { FeedItem } from '../mentions/feed-item.ts';
import { readFeed } from './feed/read-feed.ts';
import { safeFetch } from './fetch/safe-fetch.ts';

/** What one read of a source brought, whatever connector read it. */
export type SourceAnswer =
  | {
      readonly status: 'ok';
      readonly items: readonly FeedItem[];
      readonly etag: string | null;
      readonly lastModified: string | null;
      /** How long the server or the feed asks to be left alone. */
      readonly maxAgeSeconds?: number;
    }
  | { readonly status: 'not-modified'; readonly maxAgeSeconds?: number }
  | {
      readonly status: 'failed';
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly retryAfterSeconds?: number;
    };

export interface ReadOptions {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** host:port pairs on this machine that may be read; empty in the cloud. */
  readonly allowedLoopback: readonly string[];
}

/** Fetches a feed and reads its items. Everything a server can do is an answer; nothing is thrown. */
export async function readSource(
  source: SourceSettings,
  { etag, lastModified, allowedLoopback }: ReadOptions,
): Promise<SourceAnswer> {
  const fetched = await safeFetch(source.url, {
    etag,
    lastModified,
    allowHttp: source.http,
    allowedLoopback,
  });
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

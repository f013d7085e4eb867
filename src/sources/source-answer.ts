import type { FeedItem } from '../mentions/feed-item.ts';
import type { Complete } from './listing.ts';
import type { SourceProblem } from './source-state.ts';

/** What one read of a source brought, whatever connector read it. */
export type SourceAnswer =
  | {
      readonly status: 'ok';
      readonly items: readonly FeedItem[];
      readonly etag: string | null;
      readonly lastModified: string | null;
      /** How long the server or the feed asks to be left alone. */
      readonly maxAgeSeconds?: number;
      /** Where the next read goes on; only its connector can read it. */
      readonly cursor?: string | null;
      /** Only what is new since the cursor was asked for, so that no items say nothing. */
      readonly windowed?: boolean;
      /** Entries that could not be read as items. */
      readonly unreadable?: number;
      /** A part of the source that could not be read, while the rest could. */
      readonly partial?: SourceProblem;
      /** Nothing is left out of it from a point on, so that what is missing there was deleted. */
      readonly complete?: Complete;
    }
  | { readonly status: 'not-modified'; readonly maxAgeSeconds?: number }
  | SourceFailure;

export type SourceFailure = {
  readonly status: 'failed';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly retryAfterSeconds?: number;
};

/** The validators of the last answer that was taken over whole. */
export type Validators = { readonly etag: string | null; readonly lastModified: string | null };

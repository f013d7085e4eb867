import type { FeedItem } from '../../mentions/feed-item.ts';

export type FeedFormat = 'rss' | 'rdf' | 'atom' | 'json-feed' | 'apple-reviews';

/** What one answer of a source holds, whatever format it came in. */
export type Feed = {
  readonly format: FeedFormat;
  readonly title: string | null;
  /** At most {@link MAX_ITEMS}, in the order of the document. */
  readonly items: readonly FeedItem[];
  /** What had to be mended to read it, each kind once. Empty for a well-formed feed. */
  readonly repairs: readonly Repair[];
  /** The document ends before its root does; whole items before that point are in `items`. */
  readonly truncated: boolean;
  /** Character encoding that the bytes were read in, lower case. */
  readonly encoding: string;
  /** How long the feed asks to be left alone. */
  readonly ttlMinutes?: number;
};

export type Repair =
  | 'attributes-capped'
  | 'bare-ampersand'
  | 'bare-less-than'
  | 'closing-tag'
  | 'control-character'
  | 'doctype'
  | 'encoding-label'
  | 'entity'
  | 'entities-capped'
  | 'fields-capped'
  | 'items-capped'
  | 'junk-around-root'
  | 'json-salvaged'
  | 'markup-in-text'
  | 'nested-item'
  | 'repeated-ids'
  | 'unclosed-element'
  | 'unreadable-item';

export type FeedFailureCode = keyof typeof FEED_FAILURES;

export type FeedFailure = {
  readonly status: 'failed';
  readonly code: FeedFailureCode;
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly remedy: string;
};

export type FeedReading = { readonly status: 'ok'; readonly feed: Feed } | FeedFailure;

/** Items of one document that are read; the rest is left for the next poll of a shorter feed. */
export const MAX_ITEMS = 2000;

/** Every way in which an answer is not a feed. */
export const FEED_FAILURES = {
  HTML_NOT_FEED: {
    message: 'The address answers with a web page, not with a feed.',
    remedy:
      'Open it in a browser: use the feed address that the page links to, or log in where it asks for it.',
  },
  NOT_A_FEED: {
    message: 'The answer is neither RSS, Atom, RDF nor JSON Feed.',
    remedy: 'Check the address of the source.',
  },
  EMPTY_DOCUMENT: {
    message: 'The answer has no content.',
    remedy: 'If it stays empty, check the address of the source in a browser.',
  },
  SUSPECT_EMPTY: {
    message:
      'The store answered without any reviews, which it also does when it refuses to answer.',
    remedy:
      'Nothing to do at first: other forms of the address are tried. If it lasts, check the app id and the storefront.',
  },
  TOO_DEEP: {
    message: 'The feed nests elements more than 200 deep, which no real feed does.',
    remedy: 'Tell the publisher of the feed, or remove the source.',
  },
  PARSE_NEVER_SETTLED: {
    message: 'The parser did not come to an end.',
    remedy: 'Report the feed as a defect of promisewatch; the other sources are read as usual.',
  },
  UNREADABLE: {
    message: 'The feed is damaged in a way that could not be mended.',
    remedy: 'Check the feed with a feed validator and tell its publisher.',
  },
} as const;

/** The failure of this code, with its sentences. */
export function feedFailure(code: FeedFailureCode): FeedFailure {
  return { status: 'failed', code, ...FEED_FAILURES[code] };
}

import product from '../../../package.json' with { type: 'json' };

/** What one fetch may cost, whatever the server does. Bytes and milliseconds. */
export const FETCH_LIMITS = {
  redirects: 5,
  /** On the wire, and the same again after decompression. */
  bodyBytes: 5 * 1024 * 1024,
  headerBytes: 16 * 1024,
  /** Redirects and body included. */
  totalMs: 20_000,
  /** Name resolution, connection and TLS of one hop. */
  connectMs: 5_000,
  /** Silence while waiting for headers or more of the body. */
  idleMs: 10_000,
  /** Encodings on top of each other. */
  encodings: 2,
  /** What a server can ask for at most with Retry-After or Cache-Control. */
  waitSeconds: 24 * 60 * 60,
  urlLength: 2_000,
} as const;
export type FetchLimits = { readonly [name in keyof typeof FETCH_LIMITS]: number };

/** How promisewatch names itself to servers. */
export const USER_AGENT = `promisewatch/${product.version} (+https://github.com/promisewatch/promisewatch)`;

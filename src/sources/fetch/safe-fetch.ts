import { lookup as systemLookup } from 'node:dns/promises';
import { decompress } from './decompress.ts';
import { type FetchFailure, type FetchFailureCode, FetchStop, fetchFailure } from './failures.ts';
import { type Allowance, guardedAddresses, hostAndPort, type Lookup, refusal } from './guard.ts';
import { type Hop, header, readBody, requestHop, stopFor } from './hop.ts';
import { FETCH_LIMITS, type FetchLimits, USER_AGENT } from './limits.ts';
import { waitsOf } from './response-headers.ts';

export type FetchOptions = {
  /** Of the last answer that was taken over whole, as it came. */
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  /** The operator allowed plain http for this source. */
  readonly allowHttp?: boolean;
  /**
   * `host:port` pairs on this machine that may be read, for the local run; empty in the cloud.
   * Such a fetch may be redirected within its own pair and to public addresses, never to another one.
   */
  readonly allowedLoopback?: readonly string[];
  readonly lookup?: Lookup;
  readonly userAgent?: string;
  /** Further request headers, e.g. a key; dropped when a redirect leaves the origin. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: string;
  /** Body of a POST, for interfaces that log in or ask that way; such a request follows no redirect. */
  readonly post?: string;
  /** Smaller limits, for tests. */
  readonly limits?: Partial<FetchLimits>;
};

export type FetchOutcome =
  | {
      readonly status: 'ok';
      readonly body: Uint8Array;
      readonly contentType: string | null;
      readonly etag: string | null;
      readonly lastModified: string | null;
      readonly finalUrl: string;
      /** Where every redirect on the way said "for good"; believe it only after three equal sightings. */
      readonly permanentlyMovedTo?: string;
      readonly retryAfterSeconds?: number;
      readonly maxAgeSeconds?: number;
    }
  | {
      readonly status: 'not-modified';
      readonly retryAfterSeconds?: number;
      readonly maxAgeSeconds?: number;
    }
  | FetchFailure;

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const PERMANENT: readonly number[] = [301, 308];

/**
 * Reads one public address within fixed limits of time, size and reach, and never throws for what
 * a server, a resolver or an address does.
 *
 * Nothing but global unicast addresses on port 80 or 443 is ever connected to: numbers are judged
 * when the address is parsed, names by the very addresses that the connection then uses, and each
 * redirect from the start.
 */
export async function safeFetch(url: string, options: FetchOptions = {}): Promise<FetchOutcome> {
  const limits = { ...FETCH_LIMITS, ...options.limits };
  const total = new AbortController();
  const timer = setTimeout(() => total.abort(new FetchStop('TOTAL_TIMEOUT')), limits.totalMs);
  try {
    return await Promise.race([
      follow(url, options, { limits, signal: total.signal }),
      whenAborted(total.signal),
    ]);
  } catch (error) {
    // An abort surfaces in many shapes; the reason it was given is the one that counts.
    const { aborted, reason } = total.signal;
    return fetchFailure(stopFor(aborted ? reason : error).code);
  } finally {
    clearTimeout(timer);
    total.abort();
  }
}

/** Rejects when the time is up, also while a resolver does not answer. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

type Running = { readonly limits: FetchLimits; readonly signal: AbortSignal };

async function follow(
  start: string,
  options: FetchOptions,
  running: Running,
): Promise<FetchOutcome> {
  let url = URL.parse(start);
  if (url === null) return fetchFailure('URL_INVALID');
  const pair = hostAndPort(url);
  const allowance: Allowance = {
    allowHttp: options.allowHttp ?? false,
    loopback: options.allowedLoopback?.includes(pair) === true ? pair : undefined,
  };
  const context = { ...running, allowance, origin: url.origin };
  let permanent = true;
  for (let redirects = 0; ; redirects += 1) {
    const hop = await openHop(url, options, context);
    if (!REDIRECTS.includes(hop.status)) {
      const moved = redirects > 0 && permanent ? url.href : undefined;
      return believed(await finish(hop, url, moved, running.limits), options);
    }
    // A body that was meant for one address, a login say, is shown to no other.
    if (options.post !== undefined) {
      hop.response.destroy();
      throw new FetchStop('POST_REDIRECTED');
    }
    permanent &&= PERMANENT.includes(hop.status);
    if (redirects >= running.limits.redirects) throw new FetchStop('TOO_MANY_REDIRECTS');
    url = redirectTarget(hop, url);
  }
}

/** Nothing was read where a server says "as before" to somebody who never was there. */
function believed(outcome: FetchOutcome, { etag, lastModified }: FetchOptions): FetchOutcome {
  return outcome.status === 'not-modified' && !etag && !lastModified
    ? fetchFailure('UNASKED_NOT_MODIFIED', { httpStatus: 304 })
    : outcome;
}

/** @throws {FetchStop} REDIRECT_BROKEN */
function redirectTarget({ response }: Hop, from: URL): URL {
  response.destroy();
  const location = header(response.headers, 'location');
  const target = location === null ? null : URL.parse(location, from.href);
  if (target === null) throw new FetchStop('REDIRECT_BROKEN');
  return target;
}

async function openHop(
  url: URL,
  options: FetchOptions,
  context: Running & { readonly allowance: Allowance; readonly origin: string },
): Promise<Hop> {
  const { allowance, signal, limits } = context;
  const refused = refusal(url, allowance);
  if (refused !== undefined) throw new FetchStop(refused);
  const addresses = await guardedAddresses(url, allowance, options.lookup ?? allAddresses);
  signal.throwIfAborted();
  const headers = {
    accept: options.accept ?? ACCEPT,
    'accept-encoding': 'gzip, br, deflate',
    'user-agent': options.userAgent ?? USER_AGENT,
    ...(options.etag ? { 'if-none-match': options.etag } : {}),
    ...(options.lastModified ? { 'if-modified-since': options.lastModified } : {}),
    ...(url.origin === context.origin ? options.headers : {}),
  };
  const loopback = hostAndPort(url) === allowance.loopback;
  const { post } = options;
  return await requestHop({ url, headers, addresses, loopback, signal, limits, post });
}

function allAddresses(hostname: string): ReturnType<Lookup> {
  return systemLookup(hostname, { all: true });
}

async function finish(
  { response, status }: Hop,
  url: URL,
  movedTo: string | undefined,
  limits: FetchLimits,
): Promise<FetchOutcome> {
  const { headers } = response;
  const waits = waitsOf(headers);
  if (status !== 200) {
    response.destroy();
    if (status === 304) return { status: 'not-modified', ...waits };
    const { retryAfterSeconds } = waits;
    const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return fetchFailure(codeOf(status), { httpStatus: status, ...retry });
  }
  const wire = await readBody(response, limits.bodyBytes);
  const body = await decompress(wire, header(headers, 'content-encoding'), limits.bodyBytes);
  return {
    status: 'ok',
    body,
    contentType: header(headers, 'content-type'),
    etag: header(headers, 'etag'),
    lastModified: header(headers, 'last-modified'),
    finalUrl: url.href,
    ...(movedTo === undefined ? {} : { permanentlyMovedTo: movedTo }),
    ...waits,
  };
}

const CODES: Readonly<Record<number, FetchFailureCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  410: 'GONE',
  429: 'RATE_LIMITED',
};

function codeOf(status: number): FetchFailureCode {
  return CODES[status] ?? (status >= 500 ? 'SERVER_ERROR' : 'HTTP_ERROR');
}

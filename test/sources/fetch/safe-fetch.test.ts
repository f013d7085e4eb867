import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FETCH_FAILURES } from '../../../src/sources/fetch/failures.ts';
import { safeFetch } from '../../../src/sources/fetch/safe-fetch.ts';
import { codeOf, fetchFrom, serve, type TestServer } from './servers.ts';

const FEED = '<rss version="2.0"><channel/></rss>';
const zeros = Buffer.alloc(30_000_000);
const bomb = gzipSync(zeros);

type Route = (response: ServerResponse, request: IncomingMessage) => void;

const respond =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Route =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

const ROUTES: Readonly<Record<string, Route>> = {
  '/feed': respond(
    200,
    {
      etag: '"v1"',
      'last-modified': 'Mon, 05 Oct 2026 10:00:00 GMT',
      'content-type': 'text/xml; charset=utf-8',
      'cache-control': 'public, max-age=900',
    },
    FEED,
  ),
  '/conditional': (response, request) => {
    const same =
      request.headers['if-none-match'] === '"v1"' &&
      request.headers['if-modified-since'] === 'then';
    response
      .writeHead(same ? 304 : 200, {
        expires: 'Mon, 05 Oct 2026 11:00:00 GMT',
        date: 'Mon, 05 Oct 2026 10:00:00 GMT',
      })
      .end();
  },
  '/echo': (response, request) => {
    response.writeHead(200, { 'content-type': request.method ?? '' });
    request.pipe(response);
  },
  '/moved-post': respond(307, { location: '/echo' }),
  '/gzip': respond(200, { 'content-encoding': 'gzip' }, gzipSync(FEED)),
  '/x-gzip': respond(200, { 'content-encoding': 'X-GZip' }, gzipSync(FEED)),
  '/br': respond(200, { 'content-encoding': 'br' }, brotliCompressSync(FEED)),
  '/deflate': respond(200, { 'content-encoding': 'deflate' }, deflateSync(FEED)),
  '/deflate-raw': respond(200, { 'content-encoding': 'deflate' }, deflateRawSync(FEED)),
  '/gzip-unnamed': respond(200, {}, gzipSync(FEED)),
  '/twice': respond(200, { 'content-encoding': 'gzip, br' }, brotliCompressSync(gzipSync(FEED))),
  '/thrice': respond(200, { 'content-encoding': 'gzip, gzip, gzip' }, FEED),
  '/zstd': respond(200, { 'content-encoding': 'zstd' }, FEED),
  '/not-gzip': respond(200, { 'content-encoding': 'gzip' }, FEED),
  '/bomb': respond(200, { 'content-encoding': 'gzip' }, bomb),
  '/double-bomb': respond(200, { 'content-encoding': 'gzip, gzip' }, gzipSync(bomb)),
  '/unnamed-bomb': respond(200, {}, bomb),
  '/six-megabytes': respond(200, {}, zeros.subarray(0, 6_000_000)),
  '/endless': (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(zeros.subarray(0, 65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/silent': () => {},
  '/stalls': (response) => {
    response.write('<rss>');
  },
  '/drips': (response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  '/breaks': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('<rss>');
    setTimeout(() => response.destroy(), 20);
  },
  '/big-headers': respond(200, { 'x-large': 'x'.repeat(20_000) }, FEED),
  '/loop': respond(302, { location: '/loop' }),
  '/nowhere': respond(302),
  '/bad-target': respond(302, { location: 'http://[' }),
  '/moved': respond(301, { location: '/moved-again' }),
  '/moved-again': respond(308, { location: 'feed' }),
  '/moved-for-now': respond(301, { location: '/found' }),
  '/found': respond(302, { location: '/feed' }),
  '/retry': respond(429, { 'retry-after': '120' }),
  '/retry-date': respond(503, {
    date: 'Mon, 05 Oct 2026 10:00:00 GMT',
    'retry-after': 'Mon, 05 Oct 2026 10:05:00 GMT',
  }),
  '/retry-long': respond(503, { 'retry-after': '99999999999999' }),
};

let server: TestServer;

beforeAll(async () => {
  server = await serve((request, response) => {
    const path = request.url ?? '';
    const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
    const route = status === undefined ? ROUTES[path] : respond(Number(status));
    (route ?? respond(404))(response, request);
  });
});

afterAll(() => server.close());

async function bodyOf(path: string): Promise<string> {
  const outcome = await fetchFrom(server, path);
  if (outcome.status !== 'ok') return codeOf(outcome);
  return Buffer.from(outcome.body).toString();
}

describe('an answer', () => {
  it('comes with what the next request and the reader need', async () => {
    expect(await fetchFrom(server, '/feed')).toEqual({
      status: 'ok',
      body: Buffer.from(FEED),
      contentType: 'text/xml; charset=utf-8',
      etag: '"v1"',
      lastModified: 'Mon, 05 Oct 2026 10:00:00 GMT',
      finalUrl: server.url('/feed'),
      maxAgeSeconds: 900,
    });
  });

  it('can be asked for with a body, which goes to no other address', async () => {
    const echoed = await fetchFrom(server, '/echo', { post: '{"q":"ü"}' });
    expect(echoed).toMatchObject({ status: 'ok', contentType: 'POST' });
    expect(echoed.status === 'ok' && Buffer.from(echoed.body).toString()).toBe('{"q":"ü"}');
    const before = server.requests().length;
    expect(codeOf(await fetchFrom(server, '/moved-post', { post: 'secret' }))).toBe(
      'POST_REDIRECTED',
    );
    expect(server.requests()).toHaveLength(before + 1);
  });

  it('is asked for under our own name, without cookies, and with the validators as they came', async () => {
    const outcome = await fetchFrom(server, '/conditional', { etag: '"v1"', lastModified: 'then' });
    expect(outcome).toEqual({ status: 'not-modified', maxAgeSeconds: 3600 });
    const headers = server.requests().at(-1)?.headers;
    expect(headers?.['user-agent']).toMatch(
      /^promisewatch\/\d+\.\d+\.\d+ \(\+https:\/\/github\.com\/promisewatch\/promisewatch\)$/,
    );
    expect(headers).not.toHaveProperty('cookie');
    expect((await fetchFrom(server, '/conditional', { etag: '"v0"' })).status).toBe('ok');
  });

  it.each(['/gzip', '/x-gzip', '/br', '/deflate', '/deflate-raw', '/gzip-unnamed', '/twice'])(
    'is decompressed from %s',
    async (path) => {
      expect(await bodyOf(path)).toBe(FEED);
    },
  );

  it('says where it moved only when every redirect said "for good"', async () => {
    const moved = await fetchFrom(server, '/moved');
    expect(moved).toMatchObject({
      status: 'ok',
      permanentlyMovedTo: server.url('/feed'),
      finalUrl: server.url('/feed'),
    });
    const found = await fetchFrom(server, '/moved-for-now');
    expect(found).toMatchObject({ status: 'ok', finalUrl: server.url('/feed') });
    expect(found).not.toHaveProperty('permanentlyMovedTo');
  });

  it('keeps a key within the origin it belongs to', async () => {
    const other = await serve(respondTo(302, { location: 'https://other.example.com/' }));
    const seen: string[] = [];
    const lookup = async (host: string) => {
      seen.push(host);
      return [];
    };
    await fetchFrom(other, '/', { headers: { authorization: 'key' }, lookup });
    expect(other.requests()[0]?.headers.authorization).toBe('key');
    expect(seen).toEqual(['other.example.com']);
    await other.close();
  });
});

function respondTo(status: number, headers: Record<string, string>) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end();
  };
}

describe('a server that misbehaves', () => {
  it.each([
    ['BODY_TOO_LARGE', '/bomb'],
    ['BODY_TOO_LARGE', '/double-bomb'],
    ['BODY_TOO_LARGE', '/unnamed-bomb'],
    ['BODY_TOO_LARGE', '/six-megabytes'],
    ['BODY_TOO_LARGE', '/endless'],
    ['ENCODING_CHAIN', '/thrice'],
    ['ENCODING_UNKNOWN', '/zstd'],
    ['ENCODING_BROKEN', '/not-gzip'],
    ['HEADERS_TOO_LARGE', '/big-headers'],
    ['CONNECTION_FAILED', '/breaks'],
    ['TOO_MANY_REDIRECTS', '/loop'],
    ['REDIRECT_BROKEN', '/nowhere'],
    ['REDIRECT_BROKEN', '/bad-target'],
    ['UNAUTHORIZED', '/status/401'],
    ['FORBIDDEN', '/status/403'],
    ['NOT_FOUND', '/status/404'],
    ['GONE', '/status/410'],
    ['RATE_LIMITED', '/status/429'],
    ['SERVER_ERROR', '/status/500'],
    ['SERVER_ERROR', '/status/503'],
    ['HTTP_ERROR', '/status/418'],
    ['HTTP_ERROR', '/status/204'],
    // Nobody asked what is new, so nothing was read: it must not pass for a quiet feed.
    ['UNASKED_NOT_MODIFIED', '/status/304'],
  ])('fails as %s at %s', async (code, path) => {
    expect(codeOf(await fetchFrom(server, path))).toBe(code);
  });

  it.each([
    ['IDLE_TIMEOUT', '/silent', { idleMs: 80 }],
    ['IDLE_TIMEOUT', '/stalls', { idleMs: 80 }],
    ['TOTAL_TIMEOUT', '/silent', { totalMs: 80 }],
    ['TOTAL_TIMEOUT', '/drips', { totalMs: 150 }],
  ])('fails as %s at %s', async (code, path, limits) => {
    expect(codeOf(await fetchFrom(server, path, { limits }))).toBe(code);
  });

  it('follows five redirects and no more', async () => {
    const before = server.requests().length;
    await fetchFrom(server, '/loop');
    expect(server.requests().length - before).toBe(6);
  });

  it.each([
    ['/retry', { httpStatus: 429, retryAfterSeconds: 120 }],
    ['/retry-date', { httpStatus: 503, retryAfterSeconds: 300 }],
    ['/retry-long', { httpStatus: 503, retryAfterSeconds: 86_400 }],
  ])('says with %s how long to wait', async (path, details) => {
    expect(await fetchFrom(server, path)).toMatchObject(details);
  });

  it('that nobody answers at is told from one that hangs while connecting', async () => {
    const closed = await serve(() => {});
    await closed.close();
    expect(codeOf(await fetchFrom(closed, '/'))).toBe('CONNECTION_FAILED');
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const limits = { connectMs: 80 };
    const pair = `127.0.0.1:${port}`;
    // It takes the connection and then never says hello.
    expect(codeOf(await safeFetch(`https://${pair}/`, { allowedLoopback: [pair], limits }))).toBe(
      'CONNECT_TIMEOUT',
    );
    mute.close();
  });

  it('without TLS or with a bad certificate is not read over https', async () => {
    const outcome = await safeFetch(`https://${server.pair}/feed`, {
      allowedLoopback: [server.pair],
    });
    expect(codeOf(outcome)).toBe('TLS_FAILED');
  });

  it('whose name does not resolve, or never, fails within the time', async () => {
    const none = async () => [];
    const broken = () => Promise.reject(new Error('SERVFAIL'));
    const never = () => new Promise<never>(() => {});
    const url = 'https://feeds.example.com/';
    expect(codeOf(await safeFetch(url, { lookup: none }))).toBe('DNS_FAILED');
    expect(codeOf(await safeFetch(url, { lookup: broken }))).toBe('DNS_FAILED');
    expect(codeOf(await safeFetch(url, { lookup: never, limits: { totalMs: 50 } }))).toBe(
      'TOTAL_TIMEOUT',
    );
  });
});

describe('plain http', () => {
  it('is refused unless the source allows it, also behind a redirect', async () => {
    expect(codeOf(await safeFetch('http://feeds.example.com/'))).toBe('HTTP_NOT_ALLOWED');
    expect(codeOf(await fetchFrom(server, '/feed', { allowHttp: false }))).toBe('HTTP_NOT_ALLOWED');
  });
});

describe('every failure', () => {
  it.each(Object.entries(FETCH_FAILURES))(
    '%s has a sentence and a remedy',
    (_, { message, remedy }) => {
      expect(message).toMatch(/^[A-Z].+\.$/);
      expect(remedy).toMatch(/^[A-Z].+\.$/);
    },
  );
});

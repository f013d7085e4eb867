import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PolledSource, SourceSettings } from '../../src/brands/source-settings.ts';
import { readSource } from '../../src/sources/read-source.ts';

const FEED =
  '<rss version="2.0"><channel><title>t</title><ttl>90</ttl><item><guid isPermaLink="false">1</guid><title>Nobody called back</title></item></channel></rss>';

let server: Server;
let pair: string;
let asked: { path: string; headers: Record<string, unknown> }[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    if (request.headers['if-none-match'] === '"2"') response.writeHead(304).end();
    else if (request.url === '/moved') response.writeHead(302, { location: '/feed' }).end();
    else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '120' }).end();
    else response.writeHead(200, { etag: '"2"', 'content-type': 'application/rss+xml' }).end(FEED);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pair = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function source(settings: object): PolledSource {
  const parsed = SourceSettings.parse({ id: 'a', name: 'A', ...settings });
  if (parsed.connector === 'import' || parsed.connector === 'webhook')
    throw new Error('is never read');
  return parsed;
}

const read = (settings: object, more: Partial<Parameters<typeof readSource>[1]> = {}) =>
  readSource(source(settings), {
    etag: null,
    lastModified: null,
    cursor: null,
    now: new Date('2026-10-20T12:00:00.000Z'),
    allowedLoopback: [pair],
    secret: async () => undefined,
    ...more,
  });
const feedAt = (path: string) => ({ url: `http://${pair}${path}`, kind: 'review', http: true });

describe('reading a source', () => {
  it('asks a real server by the rules of the guarded fetch', async () => {
    expect(await read(feedAt('/moved'))).toMatchObject({
      status: 'ok',
      items: [{ nativeId: '1', title: 'Nobody called back' }],
      etag: '"2"',
      maxAgeSeconds: 90 * 60,
    });
    expect(asked.map(({ path }) => path)).toEqual(['/moved', '/feed']);
    expect(asked[0]?.headers['user-agent']).toMatch(/^promisewatch\//);
  });

  it('asks only for what has changed', async () => {
    expect(await read(feedAt('/feed'), { etag: '"2"' })).toMatchObject({ status: 'not-modified' });
  });

  it('hands on how long the server wants to be left alone', async () => {
    expect(await read(feedAt('/busy'))).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 120,
    });
  });

  it('connects nowhere on this machine that is not allowed, whatever the connector', async () => {
    expect(await read(feedAt('/feed'), { allowedLoopback: [] })).toMatchObject({
      status: 'failed',
      code: expect.stringMatching(/NOT_ALLOWED$/),
    });
    const mastodon = { connector: 'mastodon', instance: 'fedi.localhost', hashtag: 'x' };
    expect(await read(mastodon)).toMatchObject({ status: 'failed', code: 'NAME_NOT_ALLOWED' });
    expect(asked).toEqual([]);
  });

  it('says that a key is missing before it asks anybody', async () => {
    const secret = '/promisewatch/secrets/none';
    for (const settings of [
      { connector: 'trustpilot', businessUnit: 'a'.repeat(24), secret },
      { connector: 'app-store-connect', app: 1, secret },
      { connector: 'google-play', package: 'com.northbell.app', secret },
      { connector: 'google-business-profile', account: 1, location: 2, secret },
      { connector: 'bluesky', search: 'northbell', secret },
    ])
      expect(await read(settings)).toMatchObject({ status: 'failed', code: 'SECRET_MISSING' });
  });

  it('throws where the key could not be asked for, so that the poll is delivered again', async () => {
    const settings = {
      connector: 'trustpilot',
      businessUnit: 'a'.repeat(24),
      secret: '/promisewatch/secrets/key',
    };
    const secret = () => Promise.reject(new Error('access denied'));
    await expect(read(settings, { secret })).rejects.toThrow('access denied');
  });
});

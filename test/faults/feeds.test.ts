import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import { SourceSettings } from '../../src/brands/source-settings.ts';
import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { safeFetch } from '../../src/sources/fetch/safe-fetch.ts';
import { readSource } from '../../src/sources/read-source.ts';
import { acme } from '../fixtures.ts';
import { afterRest, directedWorld } from './directed.ts';

const FEED =
  '<rss version="2.0"><channel><title>t</title><item><guid isPermaLink="false">1</guid><title>Größe stimmt nicht, sagt er</title></item></channel></rss>';

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  '/304': (response) => response.writeHead(304).end(),
  '/429': (response) => response.writeHead(429, { 'retry-after': '120' }).end(),
  '/500': (response) => response.writeHead(500).end('broken'),
  '/loop': (response) => response.writeHead(301, { location: '/loop' }).end(),
  '/html': (response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><html><body>Please log in</body></html>'),
  '/empty': (response) => response.writeHead(200).end(),
  '/truncated': (response) =>
    response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(FEED.repeat(20)).subarray(0, 60)),
  '/charset': (response) =>
    response
      .writeHead(200, { 'content-type': 'application/rss+xml; charset=iso-8859-1' })
      .end(Buffer.from(FEED, 'latin1')),
  '/bom': (response) => response.writeHead(200).end(`\ufeff${FEED}`),
  '/good': (response) => response.writeHead(200).end(FEED),
  '/drip': (response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
};

let server: Server;
let pair: string;
const asked = new Map<string, number>();
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    asked.set(url, (asked.get(url) ?? 0) + 1);
    ANSWERS[url]?.(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  pair = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function read(path: string, etag: string | null = null) {
  const source = SourceSettings.parse({
    id: 'a',
    name: 'A',
    kind: 'review',
    url: `http://${pair}${path}`,
    http: true,
  });
  if (source.connector === 'import' || source.connector === 'webhook')
    throw new Error('not polled');
  return readSource(source, {
    etag,
    lastModified: null,
    cursor: null,
    now: new Date('2026-10-20T12:00:00.000Z'),
    allowedLoopback: [pair],
    secret: async () => undefined,
  });
}

describe('feeds that misbehave', () => {
  it('fault 8: dates out of order, 40 days late, in 2099 and in 1970', async () => {
    const world = directedWorld();
    const [source] = acme.sources;
    if (source === undefined) throw new Error('the brand has a source');
    const fetched = new Date(world.now());
    const daysAgo = (days: number) => new Date(world.now() - days * 86_400_000).toISOString();
    const dated = (publishedAt: string, retentionDays = 400) => {
      const item: FeedItem = {
        nativeId: publishedAt,
        link: null,
        title: null,
        html: `They never called back about order ${publishedAt}.`,
        author: null,
        publishedAt,
        updatedAt: null,
        dateSuspect: false,
        rating: null,
        categories: [],
        language: 'en',
      };
      const fetchedAt = fetched.toISOString();
      return toMention(item, {
        brand: acme,
        source,
        timeZone: 'UTC',
        authorKey: 'k',
        retentionDays,
        fetchedAt,
      });
    };
    const dates = [daysAgo(1), '2099-01-01T00:00:00.000Z', daysAgo(40), '1970-01-01T00:00:00.000Z'];
    const mentions = dates.flatMap((date) => {
      const result = dated(date);
      return 'rejected' in result ? [] : [result.mention];
    });
    const [yesterday, today, late] = [daysAgo(1), daysAgo(0), daysAgo(40)].map((at) =>
      at.slice(0, 10),
    );
    expect(mentions.map(({ bucketDay, clamped }) => [bucketDay, clamped])).toEqual([
      [yesterday, false],
      [today, true],
      [late, false],
      [today, true],
    ]);
    // Whatever the source says, none expires before its time, and none stays for ever.
    const inDays = ({ ttl }: Mention) => ttl / 86_400 - fetched.getTime() / 86_400_000;
    for (const mention of mentions) {
      expect(inDays(mention)).toBeGreaterThan(399);
      expect(inDays(mention)).toBeLessThan(402);
    }
    expect(dated(daysAgo(40), 30)).toMatchObject({ rejected: expect.any(String) });
    for (const body of chunkBodies(mentions)) world.queues.mentions.add(body);
    world.start.mentions();
    await world.settle();
    expect(await afterRest(world)).toEqual([]);
    const counted = world.table.rows().filter(({ PK }) => PK === `R#${acme.id}`);
    expect(new Set(counted.map(({ day }) => day))).toEqual(new Set([late, yesterday, today]));
  });

  it('fault 23: every kind of bad answer is a failure with a code and a remedy, and hurts no other source', async () => {
    expect(await read('/304', '"1"')).toMatchObject({ status: 'not-modified' });
    // Nothing was asked for, so nothing was read.
    expect(await read('/304')).toMatchObject({ code: 'UNASKED_NOT_MODIFIED' });
    expect(await read('/429')).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 120 });
    for (const path of ['/500', '/loop', '/html', '/empty', '/truncated']) {
      const answer = await read(path);
      expect(answer, path).toMatchObject({ status: 'failed' });
      if (answer.status !== 'failed') continue;
      expect(answer.code, path).toMatch(/^[A-Z_]+$/);
      expect(answer.remedy.length, path).toBeGreaterThan(5);
    }
    // Five redirects are followed, and not one more.
    expect(asked.get('/loop')).toBe(6);
    for (const path of ['/charset', '/bom', '/good'])
      expect(await read(path), path).toMatchObject({
        status: 'ok',
        items: [{ title: 'Größe stimmt nicht, sagt er' }],
      });
  });

  it('fault 24: a server that sends a byte now and then is left after the time limit', async () => {
    const ended: string[] = [];
    const noted = async <T>(name: string, work: Promise<T>): Promise<T> => {
      const result = await work;
      ended.push(name);
      return result;
    };
    const limits = { totalMs: 1500, idleMs: 500 };
    const options = { allowedLoopback: [pair], allowHttp: true, limits };
    const [dripping, good] = await Promise.all([
      noted('drip', safeFetch(`http://${pair}/drip`, options)),
      noted('good', read('/good')),
    ]);
    expect(dripping).toMatchObject({ status: 'failed', code: 'TOTAL_TIMEOUT' });
    expect(good).toMatchObject({ status: 'ok' });
    expect(ended).toEqual(['good', 'drip']);
  });
});

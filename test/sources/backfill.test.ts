import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../bin/command.ts';
import { main } from '../../bin/main.ts';
import { isPolled } from '../../src/brands/source-settings.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { backfill } from '../../src/sources/backfill.ts';
import { itemOf } from '../../src/sources/connectors/fields.ts';
import { hackerNews } from '../../src/sources/connectors/hacker-news.ts';
import { mastodon } from '../../src/sources/connectors/mastodon.ts';
import { trustpilot } from '../../src/sources/connectors/trustpilot.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import { northbell, OPTIONS, sourceOf } from '../mentions/item.ts';
import { common, itemsOf, service } from './connectors/answers.ts';
import { serve, type TestServer } from './fetch/servers.ts';

const now = new Date('2026-10-20T12:00:00Z');
const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);

describe('Hacker News', () => {
  const settings = {
    ...common,
    connector: 'hacker-news' as const,
    query: 'northbell',
    kind: 'forum' as const,
  };

  it('is searched window by window, since no search shows more than a thousand', async () => {
    const all = Array.from({ length: 2350 }, (_, n) => ({
      objectID: String(n),
      author: 'wren',
      created_at_i: Math.floor(now.getTime() / 1000) - n * 600,
      comment_text: `Northbell, case ${n}.`,
    }));
    const { context, sent } = service(
      ({ searchParams }) => {
        const [from = 0, to = Number.POSITIVE_INFINITY] = (searchParams.get('numericFilters') ?? '')
          .split(',')
          .map((filter) => Number(filter.split('=')[1]));
        const found = all.filter((hit) => hit.created_at_i >= from && hit.created_at_i <= to);
        const page = Number(searchParams.get('page'));
        return { json: { hits: found.slice(0, 1000).slice(page * 100, page * 100 + 100) } };
      },
      { backTo: daysAgo(30), cursor: '2026-10-20T11:00:00.000Z' },
    );
    const answer = await hackerNews.read(settings, context);
    const ids = itemsOf(answer).map((item) => (item as { nativeId: string }).nativeId);
    expect(new Set(ids).size).toBe(2350);
    expect(sent.length).toBeLessThan(30);
    expect(answer).not.toHaveProperty('partial');
  });
});

describe('a timeline', () => {
  it('is read back to the day that was asked for, and no further', async () => {
    const { context, sent } = service(
      ({ searchParams }) => {
        const before = Number(searchParams.get('max_id') ?? 100_000);
        return {
          json: Array.from({ length: 40 }, (_, n) => ({
            id: String(before - 1 - n),
            url: `https://fedi.example/@wren/${before - 1 - n}`,
            created_at: new Date(now.getTime() - (100_000 - before + n) * 3_600_000).toISOString(),
            content: `<p>Northbell post ${before - 1 - n}</p>`,
            visibility: 'public',
          })),
        };
      },
      { backTo: daysAgo(10) },
    );
    const answer = await mastodon.read(
      {
        ...common,
        connector: 'mastodon',
        instance: 'fedi.example',
        hashtag: 'northbell',
        kind: 'social',
      },
      context,
    );
    expect(itemsOf(answer)).toHaveLength(280);
    expect(sent).toHaveLength(7);
  });

  it('that has no end is left after many pages, and says that it was', async () => {
    let reviews = 0;
    const { context, sent } = service(
      () => ({
        json: {
          reviews: Array.from({ length: 100 }, () => ({
            id: `r${reviews++}`,
            stars: 1,
            text: 'Slow.',
            createdAt: '2026-10-19T10:00:00Z',
          })),
        },
      }),
      { backTo: daysAgo(60), secrets: { '/promisewatch/secrets/t': 'key-of-tests' } },
    );
    const answer = await trustpilot.read(
      {
        ...common,
        connector: 'trustpilot',
        businessUnit: '0'.repeat(24),
        secret: '/promisewatch/secrets/t',
        kind: 'review',
      },
      context,
    );
    expect(sent).toHaveLength(200);
    expect(answer).toMatchObject({ status: 'ok', partial: { code: 'WINDOW_CUT' } });
  });
});

describe('a backfill', () => {
  const source = sourceOf(northbell);
  const item = (days: number) =>
    itemOf({
      nativeId: `n${days}`,
      text: `Said ${days} days ago.`,
      publishedAt: daysAgo(days).toISOString(),
      given: true,
    });
  const run = async (answer: SourceAnswer, isDry = false) => {
    const sent: Mention[] = [];
    if (!isPolled(source)) throw new Error('not read');
    const report = await backfill(
      { brand: northbell, source },
      { since: daysAgo(40), now },
      {
        read: async () => answer,
        normalise: (one, brand, from, fetchedAt) =>
          toMention(one, { ...OPTIONS, brand, source: from, retentionDays: 90, fetchedAt }),
        queue: isDry ? undefined : { send: async (some) => void sent.push(...(some as Mention[])) },
      },
    );
    return { report, sent };
  };
  const answer: SourceAnswer = {
    status: 'ok',
    items: [item(1), item(1), item(30), item(41), item(200)],
    etag: null,
    lastModified: null,
  };

  it('counts each mention on the day it was published, and leaves out what is earlier', async () => {
    const { report, sent } = await run(answer);
    expect(sent.map(({ bucketDay }) => bucketDay)).toEqual(['2026-10-19', '2026-09-20']);
    expect(report).toEqual({
      source: 'reviews',
      items: 5,
      mentions: 2,
      before: 1,
      oldest: daysAgo(200).toISOString(),
      rejected: { 'too-old': 1 },
      problem: null,
    });
  });

  it('does not call a date to come how far it reaches', async () => {
    const { report } = await run({ ...answer, items: [item(-3000)] });
    expect(report).toMatchObject({ items: 1, mentions: 1, oldest: null });
  });

  it('says the same in a dry run and sends nothing', async () => {
    const dry = await run(answer, true);
    expect(dry.sent).toEqual([]);
    expect(dry.report).toEqual((await run(answer)).report);
  });

  it('tells why a source could not be read', async () => {
    const failure = { code: 'RATE_LIMITED', message: 'm', remedy: 'r' };
    expect((await run({ status: 'failed', ...failure })).report).toMatchObject({
      items: 0,
      problem: failure,
    });
    expect((await run({ ...answer, partial: failure })).report).toMatchObject({
      mentions: 2,
      problem: failure,
    });
  });
});

describe('promisewatch backfill', () => {
  let folder: string;
  let server: TestServer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'promisewatch-backfill-'));
    server = await serve(({ url }, response) => {
      if (url === '/gone.rss') return response.writeHead(410).end();
      return response.end(
        `<rss version="2.0"><channel>${[1, 30].map((n) => `<item><guid isPermaLink="false">${n}</guid><title>Case ${n}</title><pubDate>${daysAgo(n).toUTCString()}</pubDate></item>`).join('')}</channel></rss>`,
      );
    });
    writeFileSync(
      join(folder, 'promisewatch.yaml'),
      `deploy: { region: eu-west-1, mailFrom: a@acme.example, alarmEmail: b@acme.example }
brands:
  - id: acme
    name: Acme
    code: AC
    sources:
      - { id: reviews, name: Reviews, kind: review, url: "${server.url('/f.rss')}", http: true }
      - { id: gone, name: Gone, kind: review, url: "${server.url('/gone.rss')}", http: true }
      - { id: play, name: Play, connector: google-play, package: com.acme.app, secret: /promisewatch/secrets/play }
      - { id: old, name: Old, connector: import }
`,
    );
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const type = async (...words: string[]) => {
    const out: string[] = [];
    const told: string[] = [];
    const world: World = {
      print: (line) => out.push(line),
      complain: (line) => told.push(line),
      now: () => now,
      env: {},
      cwd: folder,
      randomBytes: (size) => Buffer.alloc(size),
    };
    const code = await main(['backfill', ...words], world);
    return { code, out, told: told.join('\n') };
  };

  it('says of each source what it read, how far back, and what it can reach', async () => {
    const { code, out, told } = await type('--since', '2026-09-01', '--dry-run');
    expect(out).toEqual([
      'reviews: 2 mentions of 2 entries would be queued, back to 2026-09-20. It reaches: what the feed lists now.',
      'gone: 0 mentions of 0 entries would be queued. It reaches: what the feed lists now.',
      'play: left out, its key is not read in a dry run. It reaches: a week; import what is older.',
      'Nothing was sent. Run it again without --dry-run to backfill.',
    ]);
    expect(told).toContain('gone: The feed has been taken down for good (410).');
    expect(code).toBe(5);
  });

  it('begins where mentions are kept from', async () => {
    const { told } = await type('--since', '2020-01-01', '--dry-run', '--source', 'reviews');
    expect(told).toBe('mentions are kept for 90 days (retentionDays), so it begins on 2026-07-22.');
  });

  it.each([
    [[], 'say from which day on'],
    [['--since', 'August'], '--since takes a day, e.g. --since 2026-08-21'],
    [['--since', '2026-02-31'], '--since takes a day'],
    [['--since', '2027-01-01'], 'has not come yet'],
    [['--since', '2026-09-01', '--source', 'review'], 'Did you mean "reviews"?'],
    [['--since', '2026-09-01', '--source', 'old'], 'promisewatch import'],
    [['--since', '2026-09-01', '--config', 'no.yaml'], 'no.yaml'],
  ])('refuses %j with a remedy', async (words, message) => {
    const { code, told } = await type(...words, '--dry-run');
    expect(told).toContain(message);
    expect(code).toBe(2);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalRun, openRun } from '../../bin/local-run/open-run.ts';
import { virtualClock } from '../../local/clock.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { Config } from '../../src/config/config.ts';

const CORPORA = process.env['PROMISEWATCH_CORPORA'];
const FEEDS = join(CORPORA ?? '', 'fixtures', 'feeds');

/** What is in each file, counted by hand. `failed`: an interface of its own, which is no feed. */
const FILES: Record<string, { stored: number; tooOld?: number } | 'failed'> = {
  'appstore_customerreviews_2020-08_jp_FixtureReviewAPI.json': { stored: 50 },
  'appstore_customerreviews_2020-08_jp_fixtureReviewAPIXML.xml': { stored: 50 },
  'appstore_customerreviews_2026-09_in.json': { stored: 2 },
  'appstoreconnect_docs.json': 'failed',
  'bluesky_profile_2023-12.rss': { stored: 1 },
  'discourse_item_2026-09.rss': { stored: 1 },
  'google_alerts_2019-07.atom': { stored: 20 },
  'google_news_search_2026-09-25.xml': { stored: 2 },
  'google_play_reviews_docs.json': 'failed',
  'hn_algolia_search_2024.json': 'failed',
  'hnrss_newest_q_2026-03-07_TRUNCATED.rss': { stored: 2 },
  'mastodon_tag_2023-12_v4.2.1.rss': { stored: 2 },
  'reddit_mediarss_2020s.atom': { stored: 25 },
  'reddit_subreddit_2020-05.atom': { stored: 1 },
  'steam_appreviews_2025-05_single.json': 'failed',
  'youtube_channel_feedjira.atom': { stored: 0, tooOld: 15 },
  'youtube_channel_feedrs.atom': { stored: 1 },
};
const names = Object.keys(FILES);
const sourceOf = (file: string) => `f${names.indexOf(file)}`;

type Stored = Record<string, unknown> & { text: string };

describe.skipIf(CORPORA === undefined)('real feeds, through the whole pipeline', () => {
  let server: Server;
  let run: LocalRun;
  let folder: string;
  let first: Stored[];
  let second: Stored[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = decodeURIComponent(request.url ?? '').slice(1);
      if (name in FILES) response.end(readFileSync(join(FEEDS, name)));
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    folder = mkdtempSync(join(tmpdir(), 'promisewatch-feeds-'));
    run = await openRun({
      config: configFor(port),
      clock: virtualClock('2026-10-01T10:02:00.000Z'),
      dataDir: folder,
      randomBytes: (size) => Buffer.alloc(size, 7),
    });
    await run.aws.runUntil('2026-10-01T10:40:00.000Z');
    first = await storedMentions(run);
    await run.aws.runUntil('2026-10-01T12:40:00.000Z');
    second = await storedMentions(run);
  }, 240_000);

  afterAll(async () => {
    await run?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (file: string) => first.filter(({ source }) => source === sourceOf(file));
  const raw = (file: string) => readFileSync(join(FEEDS, file), 'utf8');
  const state = (file: string) =>
    dynamoSourceStates(dynamoTable(run.stack.dynamodb, run.stack.tableName)).get(sourceOf(file));

  it('stores what each file holds, and says why where it holds none', async () => {
    const found: typeof FILES = {};
    for (const file of names) {
      const { problem, rejected } = (await state(file)) ?? {};
      const tooOld = rejected?.['too-old'];
      found[file] =
        problem === null
          ? { stored: of(file).length, ...(tooOld !== undefined && { tooOld }) }
          : 'failed';
    }
    expect(found).toEqual(FILES);
  });

  it('stores nothing twice on further polls', () => {
    const keys = (mentions: Stored[]) => mentions.map(({ PK }) => String(PK)).toSorted();
    expect(keys(second)).toEqual(keys(first));
    expect(new Set(second.map(({ version }) => version))).toEqual(new Set([1]));
  });

  it('gave up no message', () => {
    const depth = run.aws.queues().map(({ ready, inFlight }) => ready + inFlight);
    expect(depth.reduce((sum, one) => sum + one, 0)).toBe(0);
  });

  it('keeps every rating of the app store, with its text', () => {
    const file = 'appstore_customerreviews_2020-08_jp_FixtureReviewAPI.json';
    const { feed } = JSON.parse(raw(file)) as {
      feed: { entry: { 'im:rating': Label; content: Label; title: Label }[] };
    };
    const plain = (text: string) => text.replaceAll(/\s+/g, '');
    const written = feed.entry.map((entry) => [
      Number(entry['im:rating'].label),
      plain(entry.content.label),
      plain(entry.title.label),
    ]);
    const stored = of(file).map(({ rating, text, title }) => [
      rating,
      plain(text),
      plain(String(title)),
    ]);
    const inOrder = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(inOrder(stored)).toEqual(inOrder(written));
  });

  it('reads the same ratings from the XML of the app store', () => {
    const file = 'appstore_customerreviews_2020-08_jp_fixtureReviewAPIXML.xml';
    const written = [...raw(file).matchAll(/<im:rating>(\d)<\/im:rating>/g)].map(([, stars]) =>
      Number(stars),
    );
    expect(
      of(file)
        .map(({ rating }) => rating)
        .toSorted(),
    ).toEqual(written.toSorted());
  });

  it.each([
    ['google_alerts_2019-07.atom', /<published>([^<]+)</g],
    ['mastodon_tag_2023-12_v4.2.1.rss', /<pubDate>([^<]+)</g],
    ['reddit_mediarss_2020s.atom', /<published>([^<]+)</g],
    ['bluesky_profile_2023-12.rss', /<pubDate>([^<]+)</g],
  ])('keeps every date of %s', (file, pattern) => {
    const written = [...raw(file).matchAll(pattern)].map(([, date]) =>
      new Date(String(date)).toISOString(),
    );
    // The date stands once, at the head of the key that mentions are sorted by.
    const stored = of(file).map(({ GSI1SK }) => String(GSI1SK).split('#')[0]);
    expect(stored.toSorted()).toEqual(written.toSorted());
  });

  it('stores plain text only', () => {
    const marked = first.filter(({ text }) => /<\/?(p|br|b|a|span|table|div|font)\b/i.test(text));
    expect(marked.map(({ source, text }) => [source, text.slice(0, 80)])).toEqual([]);
  });

  it('never stores an author’s name', () => {
    const all = JSON.stringify(first.map(({ text: _, title: _title, url: _url, ...rest }) => rest));
    expect(all).not.toMatch(/reviewer-\d/);
    expect(first.filter(({ authorHash }) => typeof authorHash === 'string').length).toBeGreaterThan(
      100,
    );
  });
});

interface Label {
  readonly label: string;
}

function configFor(port: number): Config {
  return Config.parse({
    deploy: {
      stackName: 'real-feeds',
      region: 'eu-west-1',
      mailFrom: 'a@example.com',
      alarmEmail: 'b@example.com',
      retentionDays: 3650,
    },
    brands: [
      {
        id: 'brand',
        name: 'Brand',
        code: 'BR',
        sources: names.map((file) => ({
          id: sourceOf(file),
          name: file.slice(0, 60),
          kind: 'review',
          url: `http://127.0.0.1:${port}/${encodeURIComponent(file)}`,
          http: true,
          everyMinutes: 60,
        })),
      },
    ],
  });
}

async function storedMentions({ stack }: LocalRun): Promise<Stored[]> {
  const all: Stored[] = [];
  for await (const page of paginateScan({ client: stack.dynamodb }, { TableName: stack.tableName }))
    for (const item of page.Items ?? []) {
      const plain = unmarshall(item);
      if (String(plain['PK']).startsWith('M#') && plain['SK'] === 'M') all.push(plain as Stored);
    }
  return all;
}

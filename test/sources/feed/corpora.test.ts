import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Mention } from '../../../src/mentions/mention.ts';
import { toMention } from '../../../src/mentions/normalise.ts';
import { OPTIONS } from '../../mentions/item.ts';
import { read } from './read.ts';

/** A folder with corpora/feedparser and fixtures/feeds; without it these checks are skipped. */
const corpora = process.env['PROMISEWATCH_CORPORA'] ?? '';
const run = promisify(execFile);

describe.skipIf(corpora === '')('the test feeds of feedparser', () => {
  it.each(['UTC', 'America/New_York'])(
    'are read right with the clock in %s',
    async (TZ) => {
      const { stdout } = await run(
        process.execPath,
        ['bin/check-feeds.ts', '--corpus', path.join(corpora, 'corpora/feedparser')],
        { env: { ...process.env, TZ }, maxBuffer: 10_000_000 },
      );
      const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect(result).toMatchObject({ files: 2106, slow: 0, unsettled: 0 });
      expect(result.right / result.files).toBeGreaterThanOrEqual(0.99);
      const { wellformed, encoding } = result.rightByFolder;
      expect(wellformed.right / wellformed.of).toBeGreaterThanOrEqual(0.999);
      expect(encoding.right / encoding.of).toBeGreaterThanOrEqual(0.98);
      expect(result.titles).toBeGreaterThanOrEqual(0.9);
      expect(result.dates).toBeGreaterThanOrEqual(0.9);
    },
    120_000,
  );
});

/** Items in each captured answer, and how many of them are dated and rated. */
const CAPTURED: Readonly<Record<string, { items: number; dated: number; rated: number }>> = {
  'appstore_customerreviews_2020-08_jp_FixtureReviewAPI.json': { items: 50, dated: 0, rated: 50 },
  'appstore_customerreviews_2020-08_jp_fixtureReviewAPIXML.xml': {
    items: 50,
    dated: 50,
    rated: 50,
  },
  'appstore_customerreviews_2026-09_in.json': { items: 2, dated: 2, rated: 2 },
  'bluesky_profile_2023-12.rss': { items: 1, dated: 1, rated: 0 },
  'discourse_item_2026-09.rss': { items: 1, dated: 1, rated: 0 },
  'google_alerts_2019-07.atom': { items: 20, dated: 20, rated: 0 },
  'google_news_search_2026-09-25.xml': { items: 2, dated: 2, rated: 0 },
  'hnrss_newest_q_2026-03-07_TRUNCATED.rss': { items: 2, dated: 2, rated: 0 },
  'mastodon_tag_2023-12_v4.2.1.rss': { items: 2, dated: 2, rated: 0 },
  'reddit_mediarss_2020s.atom': { items: 25, dated: 25, rated: 0 },
  'reddit_subreddit_2020-05.atom': { items: 1, dated: 1, rated: 0 },
  'youtube_channel_feedjira.atom': { items: 15, dated: 15, rated: 0 },
  'youtube_channel_feedrs.atom': { items: 1, dated: 1, rated: 0 },
};

describe.skipIf(corpora === '')('a captured answer', () => {
  const folder = path.join(corpora, 'fixtures/feeds');
  const files = corpora === '' ? [] : readdirSync(folder).filter((file) => file in CAPTURED);

  it('of each service is there', () => {
    expect(files.toSorted()).toEqual(Object.keys(CAPTURED).toSorted());
  });

  it.each(Object.keys(CAPTURED))('%s becomes mentions, each once', async (file) => {
    const feed = await read(readFileSync(path.join(folder, file)));
    const results = feed.items.map((item) =>
      toMention(item, { ...OPTIONS, retentionDays: 10_000, fetchedAt: '2026-11-01T00:00:00Z' }),
    );
    const mentions = results.flatMap((result) => ('mention' in result ? [result.mention] : []));
    for (const mention of mentions) expect(Mention.parse(mention)).toEqual(mention);
    expect(new Set(mentions.map(({ id }) => id)).size).toBe(mentions.length);
    expect({
      items: mentions.length,
      dated: mentions.filter(({ publishedAt }) => publishedAt !== null).length,
      rated: mentions.filter(({ rating }) => rating !== null).length,
    }).toEqual(CAPTURED[file]);
    for (const { text } of mentions)
      expect(text).not.toMatch(/<\/?(?:p|div|span|a|b|br|table)\b|&[a-z]+;|submitted by/);
  });
});

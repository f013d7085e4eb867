import { describe, expect, it } from 'vitest';
import { bluesky } from '../../../src/sources/connectors/bluesky.ts';
import { mastodon } from '../../../src/sources/connectors/mastodon.ts';
import { feedAddress, reddit } from '../../../src/sources/connectors/reddit.ts';
import { youtube } from '../../../src/sources/connectors/youtube.ts';
import type { FetchFailureCode } from '../../../src/sources/fetch/failures.ts';
import { type Answer, common, itemsOf, service } from './answers.ts';

const rss = (items: string) =>
  `<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;

describe('Mastodon', () => {
  const settings = {
    ...common,
    connector: 'mastodon' as const,
    instance: 'fedi.example',
    hashtag: '#northbell',
    kind: 'social' as const,
  };
  const status = (id: number, more: object = {}) => ({
    id: String(id),
    uri: `https://elsewhere.example/users/moss/statuses/${id}`,
    url: `https://elsewhere.example/@moss/${id}`,
    created_at: '2026-10-19T10:00:00.000Z',
    edited_at: null,
    language: 'en',
    content: `<p>Post ${id} about <a href="#">#<span>northbell</span></a></p>`,
    visibility: 'public',
    account: { url: 'https://elsewhere.example/@moss', acct: 'moss@elsewhere.example' },
    tags: [{ name: 'northbell' }],
    ...more,
  });
  /** A timeline of posts 1 to `newest` that pages like the real one. */
  const timeline =
    (newest: number) =>
    (url: URL): Answer => {
      const before = Number(url.searchParams.get('max_id') ?? newest + 1);
      const ids = Array.from(
        { length: Math.max(Math.min(40, before - 1), 0) },
        (_, n) => before - 1 - n,
      );
      return { json: ids.map((id) => status(id)) };
    };

  it('is read page by page back to the last known post', async () => {
    const { context, sent } = service(timeline(1100), { cursor: '1010' });
    const answer = await mastodon.read(settings, context);
    expect(sent).toHaveLength(3);
    expect(sent[0]?.url.href).toBe('https://fedi.example/api/v1/timelines/tag/northbell?limit=40');
    expect(answer).toMatchObject({ cursor: '1100' });
    expect(itemsOf(answer)).toHaveLength(120);
  });

  it('takes the newest page at first, and again when nothing is new, for edits', async () => {
    for (const cursor of [null, '1100']) {
      const { context, sent } = service(timeline(1100), { cursor });
      expect(itemsOf(await mastodon.read(settings, context))).toHaveLength(40);
      expect(sent).toHaveLength(1);
    }
  });

  it('orders ids that are too large for numbers', async () => {
    const posts = [status(1), status(2)].map((post, n) => ({
      ...post,
      id: ['115000000000000000010', '99999999999999999999'][n],
    }));
    const { context } = service(() => ({ json: posts }), { cursor: '99999999999999999998' });
    expect(await mastodon.read(settings, context)).toMatchObject({
      cursor: '115000000000000000010',
    });
  });

  it('says when more was posted than it may page through', async () => {
    const { context, sent } = service(timeline(9000), { cursor: '1000' });
    expect(await mastodon.read(settings, context)).toMatchObject({
      partial: { code: 'WINDOW_CUT' },
    });
    expect(sent).toHaveLength(5);
  });

  it('gives language, author, edit and hashtags, and leaves posts out that are not public', async () => {
    const { context } = service(() => ({
      json: [
        status(2, { edited_at: '2026-10-19T11:00:00.000Z', spoiler_text: 'Rant' }),
        status(1, { visibility: 'private' }),
      ],
    }));
    expect(itemsOf(await mastodon.read(settings, context))).toMatchObject([
      {
        nativeId: 'https://elsewhere.example/@moss/2',
        title: 'Rant',
        language: 'en',
        author: 'https://elsewhere.example/@moss',
        updatedAt: '2026-10-19T11:00:00.000Z',
        categories: ['northbell'],
      },
    ]);
  });

  const feed = rss(
    '<item><guid isPermaLink="true">https://elsewhere.example/@moss/2</guid><link>https://elsewhere.example/@moss/2</link><pubDate>Mon, 19 Oct 2026 10:00:00 +0000</pubDate><description>&lt;p&gt;Post 2&lt;/p&gt;</description></item>',
  );

  it.each<FetchFailureCode>(['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'HTTP_ERROR'])(
    'is read by RSS, with the same ids, when the API answers %s',
    async (failure) => {
      const { context, sent } = service(
        ({ pathname }) => (pathname.endsWith('.rss') ? { text: feed } : { failure }),
        { cursor: '1000' },
      );
      const answer = await mastodon.read(settings, context);
      expect(itemsOf(answer)).toMatchObject([{ nativeId: 'https://elsewhere.example/@moss/2' }]);
      expect(sent.at(-1)?.url.href).toBe('https://fedi.example/tags/northbell.rss');
      // When the API answers again, it is asked from where it left off.
      expect(answer).toMatchObject({ cursor: '1000' });
    },
  );

  it('is left alone when it asks for it', async () => {
    const { context, sent } = service(() => ({ failure: 'RATE_LIMITED' }));
    expect(await mastodon.read(settings, context)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(sent).toHaveLength(1);
  });
});

describe('Bluesky', () => {
  const base = { ...common, connector: 'bluesky' as const, kind: 'social' as const };
  const secret = '/promisewatch/secrets/bluesky';
  const account = JSON.stringify({ identifier: 'watch.example', password: 'abcd-efgh-ijkl' });
  const search = { ...base, search: 'northbell', secret };
  const post = (n: number) => ({
    uri: `at://did:plc:abc/app.bsky.feed.post/3k${n}`,
    author: { did: 'did:plc:abc', handle: 'moss.example' },
    record: { text: `Post ${n} <3`, createdAt: '2026-10-19T10:00:00.000Z', langs: ['en-GB'] },
    indexedAt: '2026-10-19T10:00:02.000Z',
  });
  const respond = ({ pathname, searchParams }: URL): Answer =>
    pathname.endsWith('createSession')
      ? { json: { accessJwt: 'session-1', did: 'did:plc:me' } }
      : searchParams.get('cursor') === null
        ? { json: { posts: [post(1)], cursor: 'next' } }
        : { json: { posts: [post(2)] } };

  it('profiles are read from their feed without any key', async () => {
    const item =
      '<item><link>https://bsky.app/profile/northbell.example/post/3k</link><description>We are back.</description><pubDate>2026-10-19T10:00:00.000Z</pubDate><guid>at://did:plc:abc/app.bsky.feed.post/3k</guid></item>';
    const { context, sent } = service(() => ({ text: rss(item) }));
    const answer = await bluesky.read({ ...base, profile: 'northbell.example' }, context);
    expect(itemsOf(answer)).toMatchObject([{ nativeId: 'at://did:plc:abc/app.bsky.feed.post/3k' }]);
    expect(sent[0]?.url.href).toBe('https://bsky.app/profile/northbell.example/rss');
    expect(sent[0]?.request.headers).toBeUndefined();
  });

  it('searches log in once for several reads and follow the pages', async () => {
    const { context, sent } = service(respond, { secrets: { [secret]: account } });
    const answer = await bluesky.read(search, context);
    await bluesky.read(search, context);
    expect(itemsOf(answer)).toMatchObject([
      {
        nativeId: 'at://did:plc:abc/app.bsky.feed.post/3k1',
        link: 'https://bsky.app/profile/moss.example/post/3k1',
        text: 'Post 1 <3',
        language: 'en',
      },
      { nativeId: 'at://did:plc:abc/app.bsky.feed.post/3k2' },
    ]);
    const logins = sent.filter(({ url }) => url.pathname.endsWith('createSession'));
    expect(logins).toHaveLength(1);
    expect(JSON.parse(logins[0]?.request.post ?? '')).toEqual(JSON.parse(account));
    expect(sent[1]?.request.headers).toEqual({ authorization: 'Bearer session-1' });
  });

  it('searches log in again after a session was refused', async () => {
    let refuses = true;
    const { context, sent } = service(
      (url) =>
        refuses && url.pathname.endsWith('searchPosts')
          ? { failure: 'UNAUTHORIZED' }
          : respond(url),
      { secrets: { [secret]: account } },
    );
    expect(await bluesky.read(search, context)).toMatchObject({ code: 'KEY_REFUSED' });
    refuses = false;
    expect((await bluesky.read(search, context)).status).toBe('ok');
    expect(sent.filter(({ url }) => url.pathname.endsWith('createSession'))).toHaveLength(2);
  });

  it.each([
    ['is missing', undefined, 'SECRET_MISSING'],
    ['is not JSON', 'hunter2hunter2', 'SECRET_UNREADABLE'],
    ['lacks the password', '{"identifier":"watch.example"}', 'SECRET_UNREADABLE'],
  ])(
    'searches fail without a request and without showing it when the secret %s',
    async (_, stored, code) => {
      const { context, sent } = service(respond, {
        secrets: stored === undefined ? {} : { [secret]: stored },
      });
      const answer = await bluesky.read(search, context);
      expect(answer).toMatchObject({ status: 'failed', code });
      expect(JSON.stringify(answer)).not.toContain(stored ?? 'nothing stored');
      expect(sent).toHaveLength(0);
    },
  );
});

describe('Reddit', () => {
  const base = { ...common, connector: 'reddit' as const, kind: 'forum' as const };

  it.each([
    [{ subreddit: 'broadband' }, 'https://www.reddit.com/r/broadband/new/.rss?limit=100'],
    [
      { search: 'northbell app' },
      'https://www.reddit.com/search.rss?q=northbell+app&sort=new&limit=100',
    ],
    [
      { subreddit: 'broadband', search: 'northbell' },
      'https://www.reddit.com/r/broadband/search.rss?q=northbell&sort=new&limit=100&restrict_sr=on',
    ],
  ])('is asked for %j at its feed', (settings, address) => {
    expect(feedAddress({ ...base, ...settings })).toBe(address);
  });

  it('says that it refuses, with the time to wait', async () => {
    const { context } = service(() => ({ failure: 'RATE_LIMITED', retryAfterSeconds: 480 }));
    expect(await reddit.read({ ...base, subreddit: 'broadband' }, context)).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 480,
    });
  });
});

describe('YouTube', () => {
  const settings = {
    ...common,
    connector: 'youtube' as const,
    channel: `UC${'a'.repeat(22)}`,
    kind: 'social' as const,
  };

  it.each<FetchFailureCode>(['NOT_FOUND', 'GONE', 'SERVER_ERROR'])(
    'takes %s for one of its outages, never for the end of a channel',
    async (failure) => {
      const { context } = service(() => ({ failure }));
      expect(await youtube.read(settings, context)).toMatchObject({ code: 'FEED_OUTAGE' });
    },
  );

  it('gives the words of a video’s description', async () => {
    const { context } = service(() => ({
      text: `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/">
        <entry><id>yt:video:abc</id><title>Northbell: my honest year</title><link rel="alternate" href="https://www.youtube.com/watch?v=abc"/>
        <author><name>moss</name></author><published>2026-10-19T10:00:00+00:00</published>
        <media:group><media:description>Four engineers, no fix.</media:description></media:group></entry></feed>`,
    }));
    expect(itemsOf(await youtube.read(settings, context))).toMatchObject([
      { nativeId: 'yt:video:abc', html: 'Four engineers, no fix.', author: 'moss' },
    ]);
  });
});

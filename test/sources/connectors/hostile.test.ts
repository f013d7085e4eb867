import { describe, expect, it } from 'vitest';
import { Brand } from '../../../src/brands/brand.ts';
import type { FeedItem } from '../../../src/mentions/feed-item.ts';
import { Mention } from '../../../src/mentions/mention.ts';
import { toMention } from '../../../src/mentions/normalise.ts';
import { parseReviews as parseAppStoreConnect } from '../../../src/sources/connectors/app-store-connect.ts';
import { parsePosts } from '../../../src/sources/connectors/bluesky.ts';
import { parseReviews as parseGoogle } from '../../../src/sources/connectors/google-business-profile.ts';
import { parseReviews as parsePlay } from '../../../src/sources/connectors/google-play.ts';
import { parseHits } from '../../../src/sources/connectors/hacker-news.ts';
import { parseStatuses } from '../../../src/sources/connectors/mastodon.ts';
import { parseQuestions } from '../../../src/sources/connectors/stack-exchange.ts';
import { parseReviews as parseTrustpilot } from '../../../src/sources/connectors/trustpilot.ts';

type Parsed =
  | { readonly status: 'ok'; readonly items: readonly FeedItem[]; readonly unreadable: number }
  | { readonly status: 'failed'; readonly code: string };
type Fields = Readonly<Record<string, unknown>>;

/** How each service wraps its entries, an entry of it, and how an answer without any looks. */
const SERVICES: readonly {
  readonly name: string;
  readonly parse: (answer: unknown) => Parsed;
  readonly wrap: (entries: unknown) => unknown;
  readonly entry: Fields;
  /** A service that leaves an empty list out. */
  readonly omitsEmpty?: boolean;
}[] = [
  {
    name: 'hacker-news',
    parse: parseHits,
    wrap: (hits) => ({ hits }),
    entry: {
      objectID: '501',
      author: 'quillfeather',
      created_at_i: 1_792_000_000,
      comment_text: 'Northbell rang back within the hour.',
    },
  },
  {
    name: 'mastodon',
    parse: parseStatuses,
    wrap: (statuses) => statuses,
    entry: {
      id: '112',
      uri: 'https://fedi.example/users/moss/statuses/112',
      url: 'https://fedi.example/@moss/112',
      created_at: '2026-10-19T10:00:00.000Z',
      content: '<p>Two hours in the queue again</p>',
      visibility: 'public',
      account: { url: 'https://fedi.example/@moss', acct: 'moss' },
    },
  },
  {
    name: 'bluesky',
    parse: parsePosts,
    wrap: (posts) => ({ posts }),
    entry: {
      uri: 'at://did:plc:abc/app.bsky.feed.post/3kx',
      author: { did: 'did:plc:abc', handle: 'moss.example' },
      record: { text: 'Nobody called back.', createdAt: '2026-10-19T10:00:00.000Z' },
      indexedAt: '2026-10-19T10:00:02.000Z',
    },
  },
  {
    name: 'stack-exchange',
    parse: parseQuestions,
    wrap: (items) => ({ items }),
    entry: {
      question_id: 77,
      title: 'How do I reach Northbell?',
      body: '<p>The line is dead.</p>',
      creation_date: 1_792_000_000,
      owner: { user_id: 5, display_name: 'moss' },
    },
  },
  {
    name: 'google-business-profile',
    parse: (answer) => parseGoogle(answer, { account: '1', location: '2' }),
    wrap: (reviews) => ({ reviews }),
    entry: {
      reviewId: 'r1',
      reviewer: { displayName: 'Moss', isAnonymous: false },
      starRating: 'TWO',
      comment: 'Waited an hour.',
      createTime: '2026-10-19T10:00:00Z',
      updateTime: '2026-10-19T11:00:00Z',
    },
    omitsEmpty: true,
  },
  {
    name: 'google-play',
    parse: (answer) => parsePlay(answer, 'com.northbell.app'),
    wrap: (reviews) => ({ reviews }),
    entry: {
      reviewId: 'p1',
      authorName: 'Moss',
      comments: [
        {
          userComment: { text: 'Crashes.', lastModified: { seconds: '1792000000' }, starRating: 1 },
        },
      ],
    },
    omitsEmpty: true,
  },
  {
    name: 'app-store-connect',
    parse: parseAppStoreConnect,
    wrap: (data) => ({ data }),
    entry: {
      id: 'c1',
      attributes: {
        rating: 2,
        title: 'Slow',
        body: 'Every tap takes a minute.',
        reviewerNickname: 'moss',
        createdDate: '2026-10-19T03:00:00-07:00',
      },
    },
  },
  {
    name: 'trustpilot',
    parse: (answer) => parseTrustpilot(answer, 'a'.repeat(24), 1),
    wrap: (reviews) => ({ reviews }),
    entry: {
      id: 't1',
      stars: 1,
      title: 'Never again',
      text: 'They never answer.',
      createdAt: '2026-10-19T10:00:00Z',
      consumer: { id: 'u1', displayName: 'Moss' },
    },
  },
];

const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  sources: [{ id: 'a', name: 'A', kind: 'review', url: 'https://feeds.example/a.rss' }],
});

/** What every item must survive: becoming a mention that the queue accepts. */
function mentionsOf(items: readonly FeedItem[]): Mention[] {
  return items.flatMap((item) => {
    const [source] = brand.sources;
    if (source === undefined) throw new Error('the brand has no source');
    const made = toMention(item, {
      brand,
      source,
      timeZone: 'Europe/London',
      authorKey: 'k'.repeat(32),
      retentionDays: 365,
      fetchedAt: '2026-10-20T12:00:00.000Z',
    });
    return 'mention' in made ? [Mention.parse(made.mention)] : [];
  });
}

/** Values that no service documents. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  1e300,
  -1,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '9'.repeat(400),
  '<script>alert(1)</script>',
  '\u0000\ud800',
  [],
  [[]],
  {},
  { label: 'x' },
];

describe.each(SERVICES)('the answer of $name', ({ parse, wrap, entry, omitsEmpty = false }) => {
  it('becomes an item with text, id and date', () => {
    const parsed = parse(wrap([entry]));
    expect(parsed).toMatchObject({ status: 'ok', unreadable: 0 });
    const [mention, ...others] = parsed.status === 'ok' ? mentionsOf(parsed.items) : [];
    expect(others).toEqual([]);
    expect(mention?.publishedAt).toMatch(/^2026-10-/);
    expect(mention?.authorHash).toMatch(/^[0-9a-f]{32}$/);
    expect(mention?.identity).toMatch(/^a id /);
  });

  it.each([null, 3, 'Service unavailable', true])('is refused when it is %j', (answer) => {
    expect(parse(answer)).toMatchObject({ status: 'failed', code: 'ANSWER_UNREADABLE' });
  });

  it('is refused when its list is missing, unless the service leaves empty lists out', () => {
    expect(parse({}).status).toBe(omitsEmpty ? 'ok' : 'failed');
  });

  it('without entries has no items and is no failure', () => {
    expect(parse(wrap([]))).toMatchObject({ status: 'ok', items: [], unreadable: 0 });
  });

  it('loses an entry that is none, and only that', () => {
    const parsed = parse(wrap([null, entry, 'x', 7, []]));
    expect(parsed).toMatchObject({ status: 'ok', unreadable: 4 });
    expect(parsed.status === 'ok' && parsed.items).toHaveLength(1);
  });

  it('is refused when no entry at all can be read', () => {
    expect(parse(wrap([null, 'x', {}]))).toMatchObject({ code: 'ANSWER_UNREADABLE' });
  });

  it('survives every field of any type', () => {
    let mentions = 0;
    for (const field of Object.keys(entry))
      for (const value of ODD_VALUES) {
        const parsed = parse(wrap([{ ...entry, [field]: value }, entry]));
        expect(parsed.status).toBe('ok');
        if (parsed.status === 'ok') mentions += mentionsOf(parsed.items).length;
      }
    const fields = Object.keys(entry).length;
    expect(mentions).toBeGreaterThanOrEqual(fields * ODD_VALUES.length);
  });
});

describe('one entry that is not in a list', () => {
  it.each(SERVICES.filter(({ name }) => name !== 'mastodon'))('is read for $name', (service) => {
    const parsed = service.parse(service.wrap(service.entry));
    expect(parsed).toMatchObject({ status: 'ok', unreadable: 0 });
    expect(parsed.status === 'ok' && parsed.items).toHaveLength(1);
  });
});

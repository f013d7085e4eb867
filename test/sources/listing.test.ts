import { describe, expect, it } from 'vitest';
import { googleBusinessProfile } from '../../src/sources/connectors/google-business-profile.ts';
import { hackerNews } from '../../src/sources/connectors/hacker-news.ts';
import { trustpilot } from '../../src/sources/connectors/trustpilot.ts';
import { compareListing } from '../../src/sources/listing.ts';
import { common, service } from './connectors/answers.ts';

const id = (n: number) => n.toString(16).padStart(32, '0');
const at = (day: number) => `2026-10-${String(day).padStart(2, '0')}T10:00:00.000Z`;
const entry = (n: number, day = n) => ({ id: id(n), at: at(day) });
const entries = (...days: number[]) => days.map((day) => entry(day));
const nothing = new Uint8Array();

describe('a list that leaves nothing out', () => {
  it('has lost what two reads in a row are without', () => {
    const first = compareListing(nothing, entries(1, 2, 3), { since: null });
    const second = compareListing(first.listed, entries(1, 3), { since: null });
    const third = compareListing(second.listed, entries(1, 3), { since: null });
    expect([first.gone, second.gone, third.gone]).toEqual([[], [], [id(2)]]);
    expect(compareListing(third.listed, entries(1, 3), { since: null }).gone).toEqual([]);
  });

  it('has lost nothing that was back in between', () => {
    const first = compareListing(nothing, entries(1, 2, 3), { since: null });
    const second = compareListing(first.listed, entries(1, 3), { since: null });
    const back = compareListing(second.listed, entries(1, 2, 3), { since: null });
    expect(compareListing(back.listed, entries(1, 3), { since: null }).gone).toEqual([]);
  });

  it('says nothing about what has fallen off its end', () => {
    let { listed } = compareListing(nothing, entries(1, 2, 3), { since: at(1) });
    for (const newest of [4, 5, 6]) {
      const next = compareListing(listed, entries(newest - 1, newest), { since: at(newest - 1) });
      expect(next.gone).toEqual([]);
      listed = next.listed;
    }
  });

  it('is not believed when more than half is missing at once', () => {
    const before = compareListing(nothing, entries(1, 2, 3, 4, 5, 6), { since: null });
    let { listed } = before;
    for (let read = 1; read <= 4; read += 1) {
      const empty = compareListing(listed, [], { since: null });
      expect(empty.gone).toEqual([]);
      listed = empty.listed;
    }
    expect(compareListing(listed, entries(1, 2, 3, 4, 5, 6), { since: null })).toEqual(before);
  });

  it('is remembered with its newest 200, and entries without a time are left out', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      id: id(n),
      at: new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toISOString(),
    }));
    const { listed } = compareListing(nothing, [...many, { id: id(999), at: null }], {
      since: null,
    });
    expect(listed).toHaveLength(200 * 21);
  });
});

describe('a connector', () => {
  const review = (n: number, more: object = {}) => ({
    id: `r${n}`,
    stars: 1,
    text: 'Slow.',
    createdAt: new Date(Date.UTC(2026, 9, 20) - n * 60_000).toISOString(),
    ...more,
  });
  const secrets = {
    '/promisewatch/secrets/t': 'key-of-tests',
    '/promisewatch/secrets/g':
      '{"client_id":"client-of-tests","client_secret":"secret","refresh_token":"token-of-tests"}',
  };
  const readTrustpilot = async (reviews: unknown[]) => {
    const { context } = service(() => ({ json: { reviews } }), {
      secrets,
      cursor: 'history read',
    });
    const source = { businessUnit: '0'.repeat(24), secret: '/promisewatch/secrets/t' };
    return await trustpilot.read(
      { ...common, ...source, connector: 'trustpilot', kind: 'review' },
      context,
    );
  };

  it('says from when on its page is whole, or that all is in it', async () => {
    const full = Array.from({ length: 100 }, (_, n) => review(n));
    expect(await readTrustpilot(full)).toMatchObject({
      complete: { since: review(99).createdAt, by: 'publishedAt' },
    });
    expect(await readTrustpilot(full.slice(0, 99))).toMatchObject({
      complete: { since: null, by: 'publishedAt' },
    });
  });

  it('does not where an entry could not be read or has no date', async () => {
    expect(await readTrustpilot([review(1), { stars: 3 }])).not.toHaveProperty('complete');
    const full = Array.from({ length: 100 }, (_, n) =>
      review(n, n === 7 ? { createdAt: 'x' } : {}),
    );
    expect(await readTrustpilot(full)).not.toHaveProperty('complete');
  });

  it('goes by the time that its service sorts by', async () => {
    const { context } = service(
      ({ hostname }) =>
        hostname === 'oauth2.googleapis.com'
          ? { json: { access_token: 'a-token-of-tests', expires_in: 3600 } }
          : {
              json: {
                nextPageToken: 'more',
                reviews: [{ reviewId: 'a', createTime: at(1), updateTime: at(9) }],
              },
            },
      { secrets, cursor: 'history read' },
    );
    const source = { account: '1', location: '2', secret: '/promisewatch/secrets/g' };
    expect(
      await googleBusinessProfile.read(
        { ...common, ...source, connector: 'google-business-profile', kind: 'review' },
        context,
      ),
    ).toMatchObject({ complete: { since: at(9), by: 'updatedAt' } });
  });

  it('that asks for a window says when the window begins', async () => {
    const { context } = service(() => ({ json: { hits: [] } }), {
      cursor: '2026-10-20T11:00:00.000Z',
    });
    expect(
      await hackerNews.read(
        { ...common, connector: 'hacker-news', query: 'northbell', kind: 'forum' },
        context,
      ),
    ).toMatchObject({ complete: { since: '2026-10-20T08:00:00.000Z', by: 'publishedAt' } });
  });
});

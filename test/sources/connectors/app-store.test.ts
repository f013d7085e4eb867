import { describe, expect, it } from 'vitest';
import { appStore, reviewAddresses } from '../../../src/sources/connectors/app-store.ts';
import { type Answer, common, itemsOf, service } from './answers.ts';

const label = (value: string) => ({ label: value });

/** One review as Apple writes it in JSON, where each value is wrapped. */
function review(id: string, stars = '2') {
  return {
    author: { uri: label(`https://itunes.apple.com/gb/reviews/id${id}`), name: label('moss') },
    updated: label('2026-10-18T04:24:23-07:00'),
    'im:rating': label(stars),
    id: label(id),
    title: label(`Number ${id}`),
    content: { label: 'The app signs me out each morning.', attributes: { type: 'text' } },
    link: { attributes: { rel: 'related', href: 'https://itunes.apple.com/gb/review?id=1' } },
  };
}
const page = (entry: unknown) => ({
  feed: { author: { name: label('iTunes Store') }, entry, id: label('https://itunes.apple.com/') },
});
const EMPTY = { feed: { author: { name: label('iTunes Store') }, id: label('customerreviews') } };
const XML = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:im="http://itunes.apple.com/rss">
  <entry><id>901</id><title>From XML</title><updated>2026-10-18T04:24:23-07:00</updated><im:rating>1</im:rating>
  <content type="text">Nobody answers in the app.</content></entry></feed>`;

const settings = (storefronts: string[]) => ({
  ...common,
  connector: 'app-store' as const,
  app: '1001',
  storefronts,
  kind: 'review' as const,
});
const storeOf = (url: URL) => url.pathname.split('/')[1] ?? '';
const pageOf = (url: URL) => Number(/page=(\d+)/.exec(url.pathname)?.[1]);

describe('reviews of the App Store', () => {
  it('are read in the first form of the address when it answers', async () => {
    const { context, sent } = service(() => ({ json: page([review('7'), review('8', '5')]) }));
    const answer = await appStore.read(settings(['gb']), context);
    expect(itemsOf(answer)).toMatchObject([
      { nativeId: '7', rating: { score: 2, scale: 5 }, publishedAt: '2026-10-18T11:24:23.000Z' },
      { nativeId: '8', rating: { score: 5, scale: 5 } },
    ]);
    expect(sent.map(({ url }) => url.href)).toEqual([reviewAddresses('1001', 'gb', 1)[0]]);
  });

  it('are looked for in the other form, then in XML, when an answer has no entries', async () => {
    const { context, sent } = service((url) =>
      url.pathname.endsWith('/xml') ? { text: XML } : { json: EMPTY },
    );
    const answer = await appStore.read(settings(['gb']), context);
    expect(itemsOf(answer)).toMatchObject([
      { nativeId: '901', text: 'Nobody answers in the app.' },
    ]);
    expect(sent.map(({ url }) => url.href)).toEqual(reviewAddresses('1001', 'gb', 1));
  });

  it.each<[string, Answer]>([
    ['no entries at all', { json: EMPTY }],
    ['an empty list of entries', { json: page([]) }],
    ['the app itself as the only entry', { json: page({ 'im:name': label('Northbell') }) }],
  ])('are never quiet: %s is a failure', async (_, given) => {
    const { context } = service(() => given);
    expect(await appStore.read(settings(['gb']), context)).toMatchObject({
      status: 'failed',
      code: 'SUSPECT_EMPTY',
      message: expect.stringContaining('Storefront gb'),
    });
  });

  it.each<[string, Answer, string]>([
    [
      'a page of HTML',
      { text: '<!doctype html><html><body>Sign in</body></html>' },
      'HTML_NOT_FEED',
    ],
    ['nothing', { text: '' }, 'EMPTY_DOCUMENT'],
    ['a number', { text: '{"feed":3}' }, 'NOT_A_FEED'],
  ])('fail with the reason for %s', async (_, given, code) => {
    const { context } = service(() => given);
    expect(await appStore.read(settings(['gb']), context)).toMatchObject({
      status: 'failed',
      code,
    });
  });

  it('take a single review that is not in a list', async () => {
    const { context } = service(() => ({ json: page(review('9')) }));
    expect(itemsOf(await appStore.read(settings(['gb']), context))).toHaveLength(1);
  });

  it('go back several pages at the first read only', async () => {
    const full = (url: URL) => Array.from({ length: 50 }, (_, n) => review(`${pageOf(url)}0${n}`));
    const respond = (url: URL): Answer => ({
      json: page(pageOf(url) < 3 ? full(url) : [review('1')]),
    });
    const first = service(respond);
    const answer = await appStore.read(settings(['gb']), first.context);
    expect(itemsOf(answer)).toHaveLength(101);
    expect(answer).toMatchObject({ cursor: 'gb' });
    const second = service(respond, { cursor: 'gb' });
    await appStore.read(settings(['gb']), second.context);
    expect(second.sent).toHaveLength(1);
  });

  it('take a store that is added later from its beginning', async () => {
    const { context, sent } = service(
      (url) => ({
        json: page(Array.from({ length: 50 }, (_, n) => review(`${storeOf(url)}${n}`))),
      }),
      { cursor: 'gb' },
    );
    const answer = await appStore.read(settings(['gb', 'us']), context);
    expect(sent.filter(({ url }) => storeOf(url) === 'gb')).toHaveLength(1);
    expect(sent.filter(({ url }) => storeOf(url) === 'us')).toHaveLength(10);
    expect(answer).toMatchObject({ cursor: 'gb,us' });
  });

  it('of other stores count when one store fails, and the failure is told', async () => {
    const { context } = service((url) =>
      storeOf(url) === 'de' ? { failure: 'SERVER_ERROR' } : { json: page([review('7')]) },
    );
    const answer = await appStore.read(settings(['gb', 'de']), context);
    expect(itemsOf(answer)).toHaveLength(1);
    expect(answer).toMatchObject({
      cursor: 'gb',
      partial: { code: 'SERVER_ERROR', message: expect.stringContaining('Storefront de') },
    });
  });

  it('are not asked for in further stores when the host asks for a pause', async () => {
    const { context, sent } = service(() => ({ failure: 'RATE_LIMITED', retryAfterSeconds: 600 }));
    const answer = await appStore.read(settings(['gb', 'us', 'de']), context);
    expect(answer).toMatchObject({
      status: 'failed',
      code: 'RATE_LIMITED',
      retryAfterSeconds: 600,
    });
    expect(sent).toHaveLength(1);
  });

  it('keep what was read when a later page fails, and begin anew next time', async () => {
    const { context } = service((url) =>
      pageOf(url) === 1
        ? { json: page(Array.from({ length: 50 }, (_, n) => review(String(n)))) }
        : { failure: 'TOTAL_TIMEOUT' },
    );
    const answer = await appStore.read(settings(['gb']), context);
    expect(itemsOf(answer)).toHaveLength(50);
    expect(answer).toMatchObject({ cursor: '' });
  });
});

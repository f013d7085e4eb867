import { describe, expect, it } from 'vitest';
import { hackerNews } from '../../../src/sources/connectors/hacker-news.ts';
import { stackExchange } from '../../../src/sources/connectors/stack-exchange.ts';
import { common, itemsOf, service } from './answers.ts';

const hit = (n: number) => ({
  objectID: String(n),
  author: 'quillfeather',
  created_at_i: 1_792_000_000 - n,
  comment_text: `Northbell again, case ${n}.`,
});

describe('Hacker News', () => {
  const settings = {
    ...common,
    connector: 'hacker-news' as const,
    query: '"northbell broadband"',
    kind: 'forum' as const,
  };

  it('is asked for the last 30 days at first', async () => {
    const { context, sent } = service(() => ({ json: { hits: [hit(1)] } }));
    const answer = await hackerNews.read(settings, context);
    const parameters = sent[0]?.url.searchParams;
    expect(parameters?.get('query')).toBe('"northbell broadband"');
    expect(parameters?.get('numericFilters')).toBe(
      `created_at_i>=${Date.parse('2026-09-20T12:00:00Z') / 1000}`,
    );
    expect(answer).toMatchObject({ cursor: '2026-10-20T12:00:00.000Z', windowed: true });
  });

  it('is asked from a while before the last read, so that edits and late arrivals are seen', async () => {
    const { context, sent } = service(() => ({ json: { hits: [] } }), {
      cursor: '2026-10-20T11:30:00.000Z',
    });
    await hackerNews.read(settings, context);
    expect(sent[0]?.url.searchParams.get('numericFilters')).toBe(
      `created_at_i>=${Date.parse('2026-10-20T08:30:00Z') / 1000}`,
    );
  });

  it.each(['yesterday', '2199-01-01T00:00:00Z', '{"a":1}'])(
    'begins anew with the cursor %j, which it did not write',
    async (cursor) => {
      const { context, sent } = service(() => ({ json: { hits: [] } }), { cursor });
      await hackerNews.read(settings, context);
      expect(sent[0]?.url.searchParams.get('numericFilters')).toBe(
        `created_at_i>=${Date.parse('2026-09-20T12:00:00Z') / 1000}`,
      );
    },
  );

  it('gives comments without the title of their story, and links to the comment', async () => {
    const story = {
      ...hit(5),
      comment_text: undefined,
      title: 'Northbell is down',
      story_text: null,
    };
    const { context } = service(() => ({
      json: { hits: [{ ...hit(4), story_title: 'Another thing', title: null }, story] },
    }));
    expect(itemsOf(await hackerNews.read(settings, context))).toMatchObject([
      { title: null, link: 'https://news.ycombinator.com/item?id=4' },
      { title: 'Northbell is down', html: null, author: 'quillfeather' },
    ]);
  });

  it('pages through full answers and says when there were more than it may ask for', async () => {
    const { context, sent } = service(({ searchParams }) => ({
      json: {
        hits: Array.from({ length: 100 }, (_, n) =>
          hit(n + 100 * Number(searchParams.get('page'))),
        ),
      },
    }));
    const answer = await hackerNews.read(settings, context);
    expect(sent.map(({ url }) => url.searchParams.get('page'))).toEqual(['0', '1', '2', '3', '4']);
    expect(
      new Set(itemsOf(answer).map((item) => (item as { nativeId: string }).nativeId)).size,
    ).toBe(500);
    expect(answer).toMatchObject({ partial: { code: 'WINDOW_CUT' } });
  });

  it('keeps its cursor when a later page fails, so that nothing is skipped', async () => {
    const { context } = service(
      ({ searchParams }) =>
        searchParams.get('page') === '0'
          ? { json: { hits: Array.from({ length: 100 }, (_, n) => hit(n)) } }
          : { text: '<html>502</html>', contentType: 'text/html' },
      { cursor: '2026-10-20T11:30:00.000Z' },
    );
    const answer = await hackerNews.read(settings, context);
    expect(itemsOf(answer)).toHaveLength(100);
    expect(answer).toMatchObject({
      cursor: '2026-10-20T11:30:00.000Z',
      partial: { code: 'ANSWER_NOT_JSON' },
    });
  });

  it.each([
    ['HTML', { text: '<!doctype html><p>Maintenance' }, 'ANSWER_NOT_JSON'],
    ['nothing', { text: '' }, 'ANSWER_NOT_JSON'],
    ['an endless list', { text: '['.repeat(100_000) }, 'ANSWER_NOT_JSON'],
    ['another object', { json: { results: [] } }, 'ANSWER_UNREADABLE'],
    ['a refusal', { failure: 'FORBIDDEN' as const }, 'FORBIDDEN'],
  ])('fails with the reason when it answers with %s', async (_, given, code) => {
    const { context } = service(() => given);
    expect(await hackerNews.read(settings, context)).toMatchObject({ status: 'failed', code });
  });
});

describe('Stack Exchange', () => {
  const settings = {
    ...common,
    connector: 'stack-exchange' as const,
    site: 'superuser',
    query: 'northbell',
    kind: 'forum' as const,
  };
  const question = (n: number) => ({
    question_id: n,
    title: 'Why does &quot;Northbell&quot; drop &lt;video&gt; calls?',
    body: '<p>It <b>never</b> works after noon.</p>',
    link: `https://superuser.example/questions/${n}`,
    creation_date: 1_792_000_000,
    owner: { user_id: 5, display_name: 'moss' },
  });

  it('gives titles as the words that people wrote', async () => {
    const { context } = service(() => ({ json: { items: [question(3)], has_more: false } }));
    expect(itemsOf(await stackExchange.read(settings, context))).toMatchObject([
      {
        nativeId: '3',
        title: 'Why does "Northbell" drop <video> calls?',
        titleIsText: true,
        author: '5',
      },
    ]);
  });

  it('waits as long as it is told to and asks for no further page before', async () => {
    const { context, sent } = service(() => ({
      json: { items: [question(3)], has_more: true, backoff: 120 },
    }));
    expect(await stackExchange.read(settings, context)).toMatchObject({
      maxAgeSeconds: 120,
      partial: { code: 'WINDOW_CUT' },
    });
    expect(sent).toHaveLength(1);
  });

  it.each([-5, 1e300, 'soon', null])('takes the wait %j for what it can mean', async (backoff) => {
    const { context } = service(() => ({ json: { items: [], backoff } }));
    const answer = await stackExchange.read(settings, context);
    expect(answer.status === 'ok' && (answer.maxAgeSeconds ?? 0)).toBeOneOf([0, 86_400]);
  });

  it('sends a key where the settings name one, and fails where it does not exist', async () => {
    const secret = '/promisewatch/secrets/stack';
    const { context, sent } = service(() => ({ json: { items: [] } }), {
      secrets: { [secret]: 'k1\n' },
    });
    await stackExchange.read({ ...settings, secret }, context);
    expect(sent[0]?.url.searchParams.get('key')).toBe('k1');
    const without = service(() => ({ json: { items: [] } }));
    expect(await stackExchange.read({ ...settings, secret }, without.context)).toMatchObject({
      code: 'SECRET_MISSING',
    });
    expect(without.sent).toHaveLength(0);
  });
});

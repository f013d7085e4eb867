import { describe, expect, it } from 'vitest';
import { atom, failureOf, read, readOne } from './read.ts';

describe("Apple's customer reviews", () => {
  const review = (id: string, extra: object) => ({
    id: { label: id },
    title: { label: `Title ${id}` },
    content: { label: 'The call dropped <3 times.', attributes: { type: 'text' } },
    'im:rating': { label: '2' },
    author: { name: { label: 'Kit' }, uri: { label: 'https://itunes.apple.com/us/reviews/id7' } },
    link: { attributes: { rel: 'related', href: 'https://itunes.apple.com/us/review?id=1' } },
    ...extra,
  });
  const feed = (entry: unknown) =>
    JSON.stringify({
      feed: {
        author: { name: { label: 'iTunes Store' } },
        id: { label: 'https://itunes.apple.com/us/rss/customerreviews/id=1/json' },
        ...(entry === undefined ? {} : { entry }),
      },
    });

  it('are read from JSON, without the entry that is the app itself', async () => {
    const { format, items } = await read(
      feed([
        { 'im:name': { label: 'Northbell' }, id: { label: '1' } },
        review('11', { updated: { label: '2026-10-01T20:00:00-07:00' } }),
        review('12', {}),
      ]),
    );
    expect(format).toBe('apple-reviews');
    expect(items).toMatchObject([
      {
        nativeId: '11',
        text: 'The call dropped <3 times.',
        publishedAt: '2026-10-02T03:00:00.000Z',
        rating: { score: 2 },
      },
      { nativeId: '12', publishedAt: null, dateSuspect: false },
    ]);
  });

  it('are read when a single one is not in a list', async () => {
    expect((await read(feed(review('11', {})))).items).toHaveLength(1);
  });

  it('are suspect when there are none, in JSON and XML', async () => {
    expect(await failureOf(feed(undefined))).toBe('SUSPECT_EMPTY');
    expect(
      await failureOf(atom(''), 'https://itunes.apple.com/us/rss/customerreviews/id=1/xml'),
    ).toBe('SUSPECT_EMPTY');
    expect(await failureOf(atom(''))).toBe('read');
  });

  it('are read from XML with the text, not the table of HTML, and the same author as in JSON', async () => {
    const entry =
      '<entry><id>11</id><title>t</title><content type="text">The call dropped.</content><im:rating>1</im:rating><author><name>Kit</name><uri>https://itunes.apple.com/us/reviews/id7</uri></author><content type="html">&lt;table&gt;&lt;tr&gt;&lt;td&gt;stars&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content></entry>';
    const [fromJson] = (await read(feed(review('11', {})))).items;
    const fromXml = await readOne(atom(entry));
    expect(fromXml.text).toBe('The call dropped.');
    expect(fromXml.author).toBe(fromJson?.author);
  });
});

describe('JSON Feed', () => {
  const items = [
    {
      id: 1,
      url: '/one',
      title: 'I <3 it',
      content_html: '<p>Not <b>bad</b></p>',
      date_published: '2026-10-05T10:00:00+02:00',
      authors: [{ name: 'Ines' }],
      tags: ['a', 7],
      language: 'de',
    },
    { id: 'two', content_text: 'Plain <b>text</b>', date_modified: '2026-10-06' },
    'not an item',
    { id: 'three', author: { name: 'Old style' }, summary: 'Short' },
  ];
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Reviews',
    language: 'en-US',
    items,
  };

  it('is read, and an item of an odd shape costs only itself', async () => {
    const result = await read(JSON.stringify(feed));
    expect(result).toMatchObject({
      format: 'json-feed',
      title: 'Reviews',
      repairs: ['unreadable-item'],
    });
    expect(result.items).toMatchObject([
      {
        nativeId: '1',
        link: 'https://reviews.example/one',
        title: 'I <3 it',
        titleIsText: true,
        html: '<p>Not <b>bad</b></p>',
        publishedAt: '2026-10-05T08:00:00.000Z',
        author: 'Ines',
        categories: ['a', '7'],
        language: 'de',
      },
      {
        nativeId: 'two',
        text: 'Plain <b>text</b>',
        publishedAt: '2026-10-06T00:00:00.000Z',
        language: 'en',
      },
      { nativeId: 'three', author: 'Old style', text: 'Short' },
    ]);
  });

  it('keeps its whole items when it was cut off', async () => {
    const text = JSON.stringify({
      ...feed,
      items: [items[0], items[1], { id: 'cut', content_text: 'half of "a' }],
    });
    const result = await read(text.slice(0, text.indexOf('half of')));
    expect(result.items.map(({ nativeId }) => nativeId)).toEqual(['1', 'two']);
    expect(result).toMatchObject({ truncated: true, repairs: ['json-salvaged'] });
  });
});

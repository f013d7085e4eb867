import { describe, expect, it } from 'vitest';
import { feed } from '../../../src/sources/connectors/feed.ts';
import { common, itemsOf, service } from './answers.ts';

const settings = {
  ...common,
  connector: 'feed' as const,
  url: 'https://feeds.example/northbell.rss',
  kind: 'forum' as const,
  http: false,
};
const rss = (items: string) =>
  `<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;
const escaped = (html: string) => html.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** An entry as Lemmy writes it: who, where, points and comments before what was said. */
const lemmy = (points: number, rest: string, link = 'https://forum.example/post/7') =>
  rss(
    `<item><title>Northbell raised my bill</title><link>${link}</link><guid isPermaLink="true">https://forum.example/post/7</guid>
     <pubDate>Mon, 19 Oct 2026 10:00:00 +0000</pubDate><description>${escaped(
       `submitted by <a href="https://forum.example/u/moss">moss</a> to <a href="https://forum.example/c/broadband">broadband</a><br>${points} points | <a href="https://forum.example/post/7">4 comments</a>${rest}`,
     )}</description></item>`,
  );

describe('a feed', () => {
  it('is asked for with what its server said last time', async () => {
    const { context, sent } = service(() => ({ text: rss('<item><title>a</title></item>') }), {
      validators: { etag: '"old"', lastModified: 'Mon, 19 Oct 2026 10:00:00 GMT' },
    });
    expect(await feed.read(settings, context)).toMatchObject({ status: 'ok', etag: '"v1"' });
    expect(sent[0]?.request).toMatchObject({
      etag: '"old"',
      lastModified: 'Mon, 19 Oct 2026 10:00:00 GMT',
      allowHttp: false,
    });
  });

  it('that has not changed says so', async () => {
    const { context } = service(() => ({ status: 'not-modified', maxAgeSeconds: 60 }));
    expect(await feed.read(settings, context)).toEqual({
      status: 'not-modified',
      maxAgeSeconds: 60,
    });
  });

  it('that was cut off is not taken for whole', async () => {
    const { context } = service(() => ({
      text: '<rss><channel><item><title>whole</title></item><item><title>ha',
    }));
    expect(await feed.read(settings, context)).toMatchObject({ status: 'ok', etag: null });
  });

  it('of Google Alerts is recognised by the page that it points to, not by the alert', async () => {
    const alert = (id: number) =>
      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:google.com,2013:googlealerts/feed:${id}</id><title type="html">&lt;b&gt;Northbell&lt;/b&gt; fined</title><link href="https://www.google.com/url?rct=j&amp;url=https://news.example/fine&amp;ct=ga"/><published>2026-10-19T10:00:00Z</published><content type="html">Over bills</content></entry></feed>`;
    const read = async (id: number) => {
      const { context } = service(() => ({ text: alert(id) }));
      return itemsOf(await feed.read({ ...settings, preset: 'google-alerts' }, context));
    };
    expect(await read(1)).toMatchObject([{ nativeId: null }]);
    expect(await read(1)).toEqual(await read(2));
  });

  it('of Lemmy says the same when only its points have changed', async () => {
    const read = async (points: number) => {
      const { context } = service(() => ({ text: lemmy(points, '<p>By <b>nine</b> pounds.</p>') }));
      return itemsOf(await feed.read({ ...settings, preset: 'lemmy' }, context));
    };
    expect(await read(3)).toMatchObject([{ html: '<p>By <b>nine</b> pounds.</p>' }]);
    expect(await read(3)).toEqual(await read(-12));
  });

  it('of Lemmy links to the entry and drops the address it is about', async () => {
    const about = 'https://news.example/story';
    const { context } = service(() => ({
      text: lemmy(1, `<br><a href="${about}">${about}</a><p>Look at this.</p>`, about),
    }));
    expect(itemsOf(await feed.read({ ...settings, preset: 'lemmy' }, context))).toMatchObject([
      { html: '<p>Look at this.</p>', link: 'https://forum.example/post/7' },
    ]);
  });

  it('of Lemmy keeps an entry that is written in another way', async () => {
    const other = rss(
      '<item><title>Hello</title><description>submitted by hand</description></item>',
    );
    const { context } = service(() => ({ text: other }));
    expect(itemsOf(await feed.read({ ...settings, preset: 'lemmy' }, context))).toMatchObject([
      { html: 'submitted by hand' },
    ]);
  });
});

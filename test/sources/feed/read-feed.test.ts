import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../src/mentions/html-to-text.ts';
import { atom, read, readOne, rss } from './read.ts';

async function bodyText(document: string): Promise<string> {
  return htmlToText((await readOne(document)).html ?? '');
}

describe('markup in a text', () => {
  const said = 'Service was not good at all today';
  it.each([
    [
      'raw in RSS',
      rss(
        '<item><description>Service was <b>not</b> good at <i>all</i> today</description></item>',
      ),
    ],
    [
      'escaped in RSS',
      rss(
        '<item><description>Service was &lt;b&gt;not&lt;/b&gt; good at all today</description></item>',
      ),
    ],
    [
      'as CDATA',
      rss(
        '<item><description><![CDATA[Service was <b>not</b> good at all today]]></description></item>',
      ),
    ],
    [
      'partly as CDATA',
      rss(
        '<item><description>Service was <![CDATA[not]]> good <i>at all</i> today</description></item>',
      ),
    ],
    [
      'with unclosed tags',
      rss('<item><description>Service was <b>not<u> good at all today</description></item>'),
    ],
    [
      'as XHTML',
      atom(
        '<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Service was <b>not</b> good <i>at all</i> today</div></content></entry>',
      ),
    ],
    [
      'as prefixed XHTML',
      atom(
        '<entry><content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">Service was <h:b>not</h:b> good at all today</h:div></content></entry>',
      ),
    ],
    [
      'escaped in Atom',
      atom(
        '<entry><summary type="html">Service was &lt;b&gt;not&lt;/b&gt; good at all today</summary></entry>',
      ),
    ],
    [
      'in content:encoded',
      rss(
        '<item><description>short</description><content:encoded><![CDATA[<p>Service was <em>not</em> good at all today</p>]]></content:encoded></item>',
      ),
    ],
    [
      'as base64',
      atom(
        `<entry><content mode="base64" type="text/html">${Buffer.from('Service was <b>not</b> good at all today').toString('base64')}</content></entry>`,
      ),
    ],
  ])('keeps its words in order when it is %s', async (_, document) => {
    expect(await bodyText(document)).toBe(said);
  });

  it('of a title is kept for the text, in order', async () => {
    const item = await readOne(
      atom(
        '<entry><title type="xhtml"><div>I am <b>not</b> <i>very</i> happy</div></title></entry>',
      ),
    );
    expect(htmlToText(item.title ?? '')).toBe('I am not very happy');
  });

  it('that Atom calls text is text', async () => {
    const item = await readOne(
      atom(
        '<entry><title type="text">I &lt;3 &lt;b&gt;</title><content type="text">5 &lt; 6 &amp;amp;</content></entry>',
      ),
    );
    expect(item).toMatchObject({ title: 'I <3 <b>', titleIsText: true, text: '5 < 6 &amp;' });
  });

  it('keeps ampersands that are escaped once more inside XHTML', async () => {
    expect(
      await bodyText(
        atom(
          '<entry><content type="xhtml"><div>Salt &amp; pepper, 5 &lt; 6</div></content></entry>',
        ),
      ),
    ).toBe('Salt & pepper, 5 < 6');
  });
});

describe('the encoding', () => {
  const document = (label: string) =>
    `<?xml version="1.0" encoding="${label}"?><rss><channel><item><title>Füße, 高い, žluť</title></item></channel></rss>`;
  const western = (label: string) =>
    `<?xml version="1.0" encoding="${label}"?><rss><channel><item><title>Füße “schön”</title></item></channel></rss>`;
  const bom = (encoding: string, text: string) => iconv.encode(text, encoding, { addBOM: true });

  it.each([
    [
      'UTF-8 without any label',
      Buffer.from(document('utf-8').replace(/ encoding="[^"]*"/, '')),
      null,
      'utf-8',
    ],
    ['UTF-8 labelled as Latin 1', Buffer.from(document('iso-8859-1')), null, 'utf-8'],
    [
      'UTF-8 that the server calls Latin 1',
      Buffer.from(document('utf-8')),
      'text/xml; charset=iso-8859-1',
      'utf-8',
    ],
    ['UTF-8 with a mark', bom('utf8', document('utf-8')), null, 'utf-8'],
    ['UTF-16 with a mark, little end first', bom('utf-16le', document('utf-16')), null, 'utf-16le'],
    ['UTF-16 with a mark, big end first', bom('utf-16be', document('utf-16')), null, 'utf-16be'],
    ['UTF-16 without a mark', iconv.encode(document('utf-16'), 'utf-16le'), null, 'utf-16le'],
    ['UTF-32 without a mark', iconv.encode(document('utf-32'), 'utf-32be'), null, 'utf-32be'],
    ['UTF-32 with a mark', bom('utf-32le', document('utf-32')), null, 'utf-32le'],
    ['UTF-8 labelled as UTF-16', Buffer.from(document('utf-16')), null, 'utf-8'],
    ['GB 18030 labelled as GB 2312', iconv.encode(document('gb2312'), 'gb18030'), null, 'gb18030'],
  ])('is found for %s', async (_, bytes, contentType, encoding) => {
    const feed = await read(bytes, contentType);
    expect(feed.items[0]?.title).toBe('Füße, 高い, žluť');
    expect(feed.encoding).toBe(encoding);
  });

  it.each([
    ['windows-1252 labelled as Latin 1', 'iso-8859-1', null],
    ['windows-1252 labelled as ASCII', 'us-ascii', null],
    ['windows-1252 labelled as UTF-8', 'utf-8', null],
    ['windows-1252 under an unknown label', 'x-northbell', null],
    ['windows-1252 named by the server only', 'utf-8', 'text/xml; charset="windows-1252"'],
  ])('is found for %s', async (_, label, contentType) => {
    const feed = await read(iconv.encode(western(label), 'windows-1252'), contentType);
    expect(feed.items[0]?.title).toBe('Füße “schön”');
  });

  it('is found for Shift_JIS', async () => {
    const japanese = iconv.encode(
      '<?xml version="1.0" encoding="Shift_JIS"?><rss><channel><item><title>高い</title></item></channel></rss>',
      'Shift_JIS',
    );
    expect((await read(japanese)).items[0]?.title).toBe('高い');
  });

  it('stays UTF-8 when one character is broken', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<rss><channel><item><title>schön und gut, größer, “so”, ja'),
      Buffer.from([0xc3]),
      Buffer.from('</title></item></channel></rss>'),
    ]);
    expect((await read(bytes, 'text/xml; charset=utf-8')).items[0]?.title).toBe(
      'schön und gut, größer, “so”, ja\uFFFD',
    );
  });
});

describe('links and ids', () => {
  it.each([
    ['the text of link', '<link>https://a.example/1</link>', 'https://a.example/1'],
    ['a relative link', '<link>/1?x=2</link>', 'https://reviews.example/1?x=2'],
    ['xml:base', '<link xml:base="https://b.example/dir/">1</link>', 'https://b.example/dir/1'],
    ['a link without anything', '<link/><guid>https://a.example/1</guid>', 'https://a.example/1'],
    ['atom:link', '<atom:link rel="alternate" href="https://a.example/1"/>', 'https://a.example/1'],
    ['a guid that is an address', '<guid>https://a.example/1</guid>', 'https://a.example/1'],
    ['a guid that is no permalink', '<guid isPermaLink="false">https://a.example/1</guid>', null],
    ['another scheme', '<link>javascript:alert(1)</link>', null],
    [
      'several relations',
      '<link rel="self" href="https://a.example/self"/><link rel="alternate" href="https://a.example/1"/>',
      'https://a.example/1',
    ],
    ['a bare ampersand', '<link>https://a.example/?a=1&b=2</link>', 'https://a.example/?a=1&b=2'],
  ])('read %s', async (_, fields, link) => {
    expect((await readOne(rss(`<item><title>a</title>${fields}</item>`))).link).toBe(link);
  });

  it('do not lose the other entries to one link without attributes', async () => {
    const { items } = await read(
      atom(
        '<entry><id>1</id><link></link></entry><entry><id>2</id><link href="https://a.example/2"/></entry>',
      ),
    );
    expect(items.map(({ nativeId, link }) => [nativeId, link])).toEqual([
      ['1', null],
      ['2', 'https://a.example/2'],
    ]);
  });

  it('read a guid with attributes and one in CDATA as text', async () => {
    expect(
      (await readOne(rss('<item><guid isPermaLink="false" x="y"><![CDATA[ 17-a ]]></guid></item>')))
        .nativeId,
    ).toBe('17-a');
  });

  it('do not trust an id that different entries share', async () => {
    const feed = await read(
      rss(
        '<item><guid>x</guid><link>https://a.example/1</link></item><item><guid>x</guid><link>https://a.example/2</link></item><item><guid>y</guid></item>',
      ),
    );
    expect(feed.items.map(({ nativeId }) => nativeId)).toEqual([null, null, 'y']);
    expect(feed.repairs).toContain('repeated-ids');
  });
});

describe('dates, ratings and the rest', () => {
  it('keep every other entry when one date is bad', async () => {
    const { items } = await read(
      atom(
        '<entry><id>1</id><published>2026-10-05T12:35:9+01:00</published></entry><entry><id>2</id><published>soon</published></entry><entry><id>3</id></entry>',
      ),
    );
    expect(items.map(({ publishedAt, dateSuspect }) => [publishedAt, dateSuspect])).toEqual([
      ['2026-10-05T11:35:09.000Z', false],
      [null, true],
      [null, false],
    ]);
  });

  it('prefer the publish date and fall back to the update', async () => {
    const { items } = await read(
      atom(
        '<entry><updated>2026-10-06T00:00:00Z</updated><published>2026-10-05T00:00:00Z</published></entry><entry><updated>2026-10-06T00:00:00Z</updated></entry>',
      ),
    );
    expect(
      items.map(({ publishedAt, updatedAt }) => [
        publishedAt?.slice(0, 10),
        updatedAt?.slice(0, 10),
      ]),
    ).toEqual([
      ['2026-10-05', '2026-10-06'],
      ['2026-10-06', '2026-10-06'],
    ]);
  });

  it.each([
    ['4', { raw: '4', score: 4, scale: 5 }],
    ['0', null],
    ['6', null],
    ['good', null],
  ])('read im:rating %j', async (stars, rating) => {
    expect(
      (await readOne(rss(`<item><title>a</title><im:rating>${stars}</im:rating></item>`))).rating,
    ).toEqual(rating);
  });

  it('do not take what viewers gave a video for what its author gave the brand', async () => {
    const video =
      '<entry xmlns:media="http://search.yahoo.com/mrss/"><media:group><media:description>text</media:description><media:community><media:starRating count="9" average="5.00" max="5"/></media:community></media:group></entry>';
    expect(await readOne(atom(video))).toMatchObject({ rating: null, html: 'text' });
  });

  it('read author, categories, language and how long to wait', async () => {
    const feed = await read(
      rss(
        '<language>en-gb</language><ttl>45</ttl><item><dc:creator>Ines</dc:creator><category>a</category><category domain="x">b</category><category>a</category></item><item xml:lang="de-AT"><author>jo@example.com (Jo)</author></item>',
      ),
    );
    expect(feed.ttlMinutes).toBe(45);
    expect(feed.items).toMatchObject([
      { author: 'Ines', categories: ['a', 'b'], language: 'en' },
      { author: 'jo@example.com (Jo)', language: 'de' },
    ]);
  });

  it('read an update period of RDF as minutes', async () => {
    const period =
      '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>';
    expect((await read(rss(period))).ttlMinutes).toBe(15);
  });
});

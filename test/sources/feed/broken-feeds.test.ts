import { describe, expect, it } from 'vitest';
import { atom, failureOf, read, readOne, rss } from './read.ts';

describe('a feed that is broken', () => {
  it.each([
    [
      'HTML entities',
      '<title>Caf&eacute; &mdash; 20&nbsp;minutes</title>',
      'Café — 20\u00a0minutes',
    ],
    ['bare ampersands', '<title>Salt & pepper & service</title>', 'Salt & pepper & service'],
    ['unknown entities', '<title>&northbell; line</title>', '&northbell; line'],
    ['windows-1252 references', '<title>Waited 20&#150;30 minutes</title>', 'Waited 20–30 minutes'],
    ['forbidden references', '<title>No&#0; reply&#xFFFF;</title>', 'No reply'],
    ['references too large for Unicode', '<title>Bad &#99999999; luck</title>', 'Bad  luck'],
    ['control characters', '<title>No\u0008 re\u0001ply</title>', 'No reply'],
    [
      'a less-than that opens nothing',
      '<title>Answer in < 60 seconds, 5 <6</title>',
      'Answer in < 60 seconds, 5 <6',
    ],
    [
      'a title without its end tag',
      '<title>No end<pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate>',
      'No end',
    ],
    ['an end tag without partner', '<title>Fine</title></b></title>', 'Fine'],
    ['upper case', '<TITLE>Loud</TITLE>', 'Loud'],
    ['a title given twice', '<title></title><title>Second</title>', 'Second'],
    ['a comment in a text', '<title>Not <!-- really --> kept</title>', 'Not  kept'],
    ['CDATA between text', '<title>Not <![CDATA[<b>at</b>]]> all</title>', 'Not <b>at</b> all'],
  ])('is read despite %s', async (_, fields, title) => {
    expect((await readOne(rss(`<item>${fields}</item>`))).title).toBe(title);
  });

  it('is read with junk before and after the root', async () => {
    const feed = await read(
      `\n\nNotice: undefined index\n${rss('<item><title>a</title></item>')}<hr>trailer`,
    );
    expect(feed.items.map(({ title }) => title)).toEqual(['a']);
    expect(feed.repairs).toContain('junk-around-root');
  });

  it('does not use entities that its document type defines', async () => {
    const doctype =
      '<!DOCTYPE rss [<!ENTITY promise "60 > 30 seconds"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
    const item = await readOne(
      doctype + rss('<item><title>&promise; &f;</title></item>').replace(/<\?.*?\?>/, ''),
    );
    expect(item.title).toBe('&promise; &f;');
  });

  it.each([
    [
      'another prefix',
      '<rss1:rss xmlns:rss1="http://purl.org/rss/1.0/"><rss1:channel><rss1:item><rss1:title>a</rss1:title></rss1:item></rss1:channel></rss1:rss>',
    ],
    [
      'a prefixed Atom',
      '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>a</a:title></a:entry></a:feed>',
    ],
    ['no channel', '<rss version="2.0"><item><title>a</title></item></rss>'],
    ['no version', '<rss><channel><item><title>a</title></item></channel></rss>'],
    ['an odd version', '<rss version="x.y"><channel><item><title>a</title></item></channel></rss>'],
    ['only a channel', '<channel><item><title>a</title></item></channel>'],
    ['only an entry', '<entry xmlns="http://www.w3.org/2005/Atom"><title>a</title></entry>'],
    [
      'RDF',
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>a</title></item></rdf:RDF>',
    ],
    [
      'its own Dublin Core prefix',
      '<rss xmlns:core="http://purl.org/dc/elements/1.1/"><channel><item><core:title>a</core:title></item></channel></rss>',
    ],
    [
      'the title in the media namespace',
      '<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><media:title>a</media:title></item></channel></rss>',
    ],
    ['Atom entries in RSS', '<rss><channel><entry><title>a</title></entry></channel></rss>'],
  ])('is read with %s', async (_, document) => {
    expect((await readOne(document)).title).toBe('a');
  });

  it('keeps whole items of a body that was cut off, and only those', async () => {
    const whole = rss(
      '<item><title>one</title></item><item><title>two</title></item><item><title>three</title><description>The rest of th',
    );
    const feed = await read(whole.slice(0, whole.lastIndexOf('th') + 2));
    expect(feed.items.map(({ title }) => title)).toEqual(['one', 'two']);
    expect(feed.truncated).toBe(true);
  });

  it.each([
    ['in a tag', '<item><title>two</title><link hre'],
    ['in a quote', '<item><title>two</title><link href="http'],
    ['in CDATA', '<item><title>two</title><description><![CDATA[half'],
    ['in a comment', '<item><title>two</title><!-- half'],
    ['in a reference', '<item><title>two &am'],
    ['in an end tag', '<item><title>two</title></ite'],
  ])('drops the item in which it was cut off %s', async (_, rest) => {
    const start = '<rss><channel><item><title>one</title></item>';
    const feed = await read(start + rest);
    expect(feed.items.map(({ title }) => title)).toEqual(['one']);
    expect(feed.truncated).toBe(true);
  });

  it('is not called cut off when it only forgot to close an item', async () => {
    const feed = await read(
      '<rss><channel><item><title>a</title><item><title>b</title></channel></rss>',
    );
    expect(feed.items.map(({ title }) => title)).toEqual(['a', 'b']);
    expect(feed.truncated).toBe(false);
  });

  it('reads an item inside an item as two, each with its own fields', async () => {
    const { items } = await read(
      rss(
        '<item><title>outer</title><item><title>inner</title><link>https://b.example/</link></item><link>https://a.example/</link></item>',
      ),
    );
    expect(items.map(({ title, link }) => [title, link])).toEqual([
      ['outer', 'https://a.example/'],
      ['inner', 'https://b.example/'],
    ]);
  });

  it('does not take the fields of an unknown element for those of the item', async () => {
    const item = await readOne(
      atom(
        '<entry><title>mine</title><source><title>theirs</title><id>their-id</id></source><id>my-id</id></entry>',
      ),
    );
    expect(item).toMatchObject({ title: 'mine', nativeId: 'my-id' });
  });

  it('reads attributes in single quotes that contain double ones and brackets', async () => {
    const item = await readOne(
      atom(
        `<entry><title>a</title><link rel='alternate' title='say "5 > 3" twice' href='https://a.example/?q=1&x=2'/></entry>`,
      ),
    );
    expect(item.link).toBe('https://a.example/?q=1&x=2');
  });

  it('survives a quote that is never closed', async () => {
    const feed = await read(
      '<rss><channel><item><guid x="1>g</guid><title>it\'s fine</title></item></channel></rss>',
    );
    expect(feed.items.map(({ title }) => title)).toEqual(["it's fine"]);
  });

  it('reads at most 2,000 items and says so', async () => {
    const feed = await read(rss('<item><title>a</title></item>'.repeat(2_100)));
    expect(feed.items).toHaveLength(2_000);
    expect(feed).toMatchObject({ truncated: false });
    expect(feed.repairs).toContain('items-capped');
  });

  it.each([
    ['EMPTY_DOCUMENT', ''],
    ['EMPTY_DOCUMENT', '  \n '],
    ['EMPTY_DOCUMENT', '<!-- nothing here -->'],
    ['EMPTY_DOCUMENT', '<?xml version="1.0"?>'],
    ['HTML_NOT_FEED', '<!doctype html><html><head><title>Log in</title></head></html>'],
    ['HTML_NOT_FEED', '<div>Attention required</div>'],
    ['NOT_A_FEED', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['NOT_A_FEED', 'Too many requests'],
    ['NOT_A_FEED', '{"error":"rate limited"}'],
    ['NOT_A_FEED', '[1,2,3]'],
    ['NOT_A_FEED', '{"version":'],
    ['TOO_DEEP', `<rss><channel>${'<a>'.repeat(250)}`],
  ])('fails as %s when it is %j', async (code, document) => {
    expect(await failureOf(document)).toBe(code);
  });

  it('is never parsed to nothing twice in a row', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await failureOf('<!-- only a comment -->')).toBe('EMPTY_DOCUMENT');
    }
  });

  it('may be empty without being broken', async () => {
    expect((await read('<feed xmlns="http://www.w3.org/2005/Atom"></feed>')).items).toEqual([]);
    expect((await read('<rss version="2.0"><channel/></rss>')).items).toEqual([]);
    expect((await read('<rss/>')).items).toEqual([]);
  });
});

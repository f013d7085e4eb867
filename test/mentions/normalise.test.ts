import { describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { anItem, mentionOf, northbell, OPTIONS, sourceOf } from './item.ts';

describe('a mention', () => {
  it('is valid and says what its author wrote', () => {
    const mention = mentionOf();
    expect(Mention.parse(mention)).toEqual(mention);
    expect(mention).toMatchObject({
      brand: 'northbell',
      source: 'reviews',
      kind: 'review',
      population: 'customer',
      title: 'Never again',
      text: 'I waited twenty minutes.',
      url: 'https://reviews.example/northbell/17',
      bucketDay: '2026-10-05',
      clamped: false,
      lang: null,
    });
  });

  it.each([
    [
      'what stands before it in a tag',
      '<p>Service was <b>not</b> good</p>',
      'Service was not good',
    ],
    ['two paragraphs on two lines', '<p>Slow.</p><p>Rude.</p>', 'Slow.\nRude.'],
    ['no script', 'Fine<script>alert("x")</script> day', 'Fine day'],
    ['no halves of surrogate pairs', 'Bad \ud83d day', 'Bad \ufffd day'],
    ['no control characters', 'Bad\u0000 \u202eday\u0007', 'Bad day'],
  ])('has in its text %s', (_, html, text) => {
    expect(mentionOf({ html }).text).toBe(text);
  });

  it('prefers the text of its source to the HTML, and takes it literally', () => {
    expect(mentionOf({ html: '<p>x</p>', text: '5 < 6 <b>' }).text).toBe('5 < 6 <b>');
  });

  it.each([
    ['markup for looks goes', '<b>Northbell</b> &amp; I', undefined, 'Northbell & I'],
    [
      'a script tag stays as text',
      '<script>alert(1)</script>',
      undefined,
      '<script>alert(1)</script>',
    ],
    ['a heart stays', 'I <3 it', undefined, 'I <3 it'],
    ['plain text is not read as HTML', 'Use &amp; <b>', true, 'Use &amp; <b>'],
  ])('has a title in which %s', (_, title, titleIsText, expected) => {
    expect(mentionOf({ title, ...(titleIsText === true ? { titleIsText } : {}) }).title).toBe(
      expected,
    );
  });

  it('takes its title as text where there is nothing else', () => {
    expect(mentionOf({ html: null })).toMatchObject({ title: 'Never again', text: 'Never again' });
    expect(mentionOf({ html: '<img src="x">', title: 'Only a picture' }).text).toBe(
      'Only a picture',
    );
    expect(toMention(anItem({ html: ' ', title: null }), OPTIONS)).toMatchObject({
      rejected: 'no-text',
    });
  });

  it('is cut at a whole character, at 8 KB of text and 500 of title', () => {
    const mention = mentionOf({ html: `a${'😀'.repeat(3000)}`, title: `a${'😀'.repeat(400)}` });
    expect(Buffer.byteLength(mention.text)).toBe(1 + 4 * 2047);
    expect(mention.text.isWellFormed() && mention.title?.isWellFormed()).toBe(true);
    expect(Mention.parse(mention)).toEqual(mention);
  });

  it('takes the language of the item before that of the settings', () => {
    const source = sourceOf(northbell, 1);
    expect(mentionOf({ language: 'de' }, { source }).lang).toBe('de');
    expect(mentionOf({}, { source }).lang).toBe('en');
  });
});

describe('the day of a mention', () => {
  it('is the publish day on the clocks of the brand', () => {
    const publishedAt = '2026-10-05T23:30:00.000Z';
    expect(mentionOf({ publishedAt }, { timeZone: 'Europe/London' }).bucketDay).toBe('2026-10-06');
    expect(mentionOf({ publishedAt }, { timeZone: 'America/New_York' }).bucketDay).toBe(
      '2026-10-05',
    );
  });

  it('stays the publish day however late it is read', () => {
    const mention = mentionOf({ publishedAt: '2026-01-02T10:00:00.000Z' });
    expect(mention).toMatchObject({ bucketDay: '2026-01-02', clamped: false });
  });

  it.each([
    ['missing', null],
    ['in the future', '2026-10-06T09:11:00.000Z'],
    ['before 1995', '1994-12-31T00:00:00.000Z'],
  ])('is the fetch day, clamped, where the date is %s', (_, publishedAt) => {
    expect(mentionOf({ publishedAt })).toMatchObject({
      bucketDay: '2026-10-06',
      clamped: true,
      publishedAt: null,
    });
  });

  it('may be ten minutes ahead of our clock', () => {
    const publishedAt = '2026-10-06T09:09:00.000Z';
    expect(mentionOf({ publishedAt })).toMatchObject({ publishedAt, clamped: false });
  });

  it('falls back to the update', () => {
    expect(mentionOf({ publishedAt: null, updatedAt: '2026-10-04T08:00:00Z' }).bucketDay).toBe(
      '2026-10-04',
    );
  });

  it('is refused when it lies before the retention', () => {
    const options = { ...OPTIONS, retentionDays: 30 };
    expect(toMention(anItem({ publishedAt: '2026-09-05T10:00:00Z' }), options)).toMatchObject({
      rejected: 'too-old',
    });
    expect(toMention(anItem({ publishedAt: '2026-09-06T10:00:00Z' }), options)).toHaveProperty(
      'mention',
    );
  });

  it('decides with the fetch when the table forgets it', () => {
    const ttl = mentionOf({ publishedAt: '2026-01-02T10:00:00.000Z' }, { retentionDays: 395 }).ttl;
    expect(ttl).toBe(Date.parse('2026-10-06T09:00:00Z') / 1000 + 395 * 86_400);
  });
});

describe('what identifies a mention', () => {
  it('is the native id, whatever else changes', () => {
    const edited = {
      html: 'Changed',
      link: 'https://reviews.example/moved',
      publishedAt: '2026-10-06T08:00:00Z',
      author: 'Other',
    };
    expect(mentionOf(edited).id).toBe(mentionOf().id);
    expect(mentionOf({ nativeId: '18' }).id).not.toBe(mentionOf().id);
  });

  it('is another one in another source', () => {
    expect(mentionOf({}, { source: sourceOf(northbell, 1) }).id).not.toBe(mentionOf().id);
  });

  it('is the same when an id that is an address moves to https', () => {
    const before = mentionOf({ nativeId: 'http://www.reviews.example/17/' });
    const after = mentionOf({ nativeId: 'https://reviews.example/17?utm_source=rss' });
    expect(after.id).toBe(before.id);
  });

  it('is the address without an id, and the content without both', () => {
    const byUrl = mentionOf({ nativeId: null });
    expect(byUrl.identity).toBe('reviews url reviews.example/northbell/17');
    expect(
      mentionOf({
        nativeId: null,
        link: 'http://www.reviews.example/northbell/17?utm_medium=rss#top',
      }).id,
    ).toBe(byUrl.id);
    const byContent = mentionOf({ nativeId: null, link: null });
    expect(byContent.id).toBe(mentionOf({ nativeId: null, link: null }).id);
    expect(mentionOf({ nativeId: null, link: null, author: 'Jo' }).id).not.toBe(byContent.id);
  });

  it('fits, however long the id', () => {
    const mention = mentionOf({ nativeId: 'x'.repeat(5000) });
    expect(Mention.parse(mention).identity.length).toBeLessThan(600);
    expect(mention.id).not.toBe(mentionOf({ nativeId: 'x'.repeat(5001) }).id);
  });
});

describe('an edit', () => {
  it.each([
    ['the text', { html: 'I waited ten minutes.' }],
    ['the title', { title: 'Maybe again' }],
    ['the rating', { rating: { raw: '4', score: 4, scale: 5 } }],
  ])('shows in the content hash when %s changed', (_, changes) => {
    expect(mentionOf(changes).contentHash).not.toBe(mentionOf().contentHash);
  });

  it('is none when only markup, date or author changed', () => {
    const same = mentionOf({
      html: '<div>I waited <i>twenty</i> minutes.</div>',
      publishedAt: '2026-10-04T00:00:00Z',
      author: null,
    });
    expect(same.contentHash).toBe(mentionOf().contentHash);
  });
});

describe('an author', () => {
  it('is a keyed hash that joins neither sources nor installations', () => {
    const hash = mentionOf().authorHash;
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(mentionOf({ author: ' INES ' }).authorHash).toBe(hash);
    expect(mentionOf({}, { source: sourceOf(northbell, 1) }).authorHash).not.toBe(hash);
    expect(mentionOf({}, { authorKey: 'another key' }).authorHash).not.toBe(hash);
    expect(mentionOf({ author: null }).authorHash).toBeNull();
  });

  it('stands nowhere in the mention', () => {
    expect(JSON.stringify(mentionOf({ author: 'Zacharias' }))).not.toMatch(/zacharias/i);
  });
});

describe('a rating', () => {
  it.each([
    [
      { raw: '4', score: 4, scale: 5 },
      { value: 4, raw: '4', scale: 5 },
    ],
    [
      { raw: '8/10', score: 8, scale: 10 },
      { value: 4.11, raw: '8/10', scale: 10 },
    ],
    [
      { raw: 'up', score: 2, scale: 2 },
      { value: 5, raw: 'up', scale: 2 },
    ],
    [
      { raw: 'down', score: 1, scale: 2 },
      { value: 1, raw: 'down', scale: 2 },
    ],
    [
      { raw: '0.5', score: 0.5, scale: 5 },
      { value: 1, raw: '0.5', scale: 5 },
    ],
    [{ raw: '0', score: 0, scale: 5 }, null],
    [{ raw: '7', score: 7, scale: 5 }, null],
    [{ raw: 'NaN', score: Number.NaN, scale: 5 }, null],
  ])('of %j is %j', (rating, expected) => {
    expect(mentionOf({ rating }).rating).toEqual(expected);
  });

  it('is read from the line that WordPress.org writes, which leaves the text', () => {
    const html = '<p>Replies: 3</p>\n<p>Rating: 2 stars</p>\n<p>Breaks the checkout.</p>';
    expect(mentionOf({ html })).toMatchObject({
      rating: { value: 2, scale: 5 },
      text: 'Breaks the checkout.',
    });
    expect(mentionOf({ html: 'Rating: 0 stars' }).rating).toBeNull();
  });
});

describe('what a service adds to every entry', () => {
  it.each([
    [
      'reddit',
      '<div class="md"><p>They hung up on me.</p></div> &#32; submitted by &#32; <a href="x"> /u/some_one </a> <br/> <span><a href="x">[link]</a></span> &#32; <span><a href="x">[comments]</a></span>',
    ],
    [
      'reddit with its community',
      'They hung up on me. submitted by /u/some_one to r/northbell [link] [comments]',
    ],
    [
      'Discourse',
      '<p>They hung up on me.</p><p><small>4 posts - 3 participants</small></p><p><a href="x">Read full topic</a></p>',
    ],
    [
      'hnrss',
      '<p>They hung up on me.</p><hr><p>Comments URL: <a href="x">https://news.ycombinator.com/item?id=1</a></p><p>Points: 3</p><p># Comments: 0</p>',
    ],
    [
      'WordPress',
      '<p>They hung up on me.</p><p>The post <a href="x">Never again</a> appeared first on <a href="x">A blog</a>.</p>',
    ],
    ['Google Alerts', 'They <b>hung up</b> on&nbsp;me.'],
    [
      'Mastodon',
      '<p>They hung up on me.<a href="x"><span class="invisible">https://www.</span></a></p>',
    ],
  ])('leaves the text: %s', (_, html) => {
    expect(mentionOf({ html }).text).toBe('They hung up on me.');
  });

  it('stays where a person wrote it', () => {
    const text =
      'My complaint was submitted by /u/some_one of your team and then nothing happened.';
    expect(mentionOf({ html: text }).text).toBe(text);
  });

  it('leaves the title as text when nothing else is there', () => {
    const html = '<p>Article URL: <a href="x">https://a.example/1</a></p><p>Points: 1</p>';
    expect(mentionOf({ html }).text).toBe('Never again');
  });
});

describe('a brand that is only sometimes meant', () => {
  const apple = Brand.parse({
    id: 'apple',
    name: 'Apple',
    code: 'AP',
    match: 'named',
    exclude: ['apple pie'],
  });
  it('gets only the items that name it, in title or text', () => {
    const options = { ...OPTIONS, brand: apple };
    expect(toMention(anItem({ html: 'apple pie was good' }), options)).toMatchObject({
      rejected: 'not-about-brand',
    });
    expect(toMention(anItem({ html: 'They were rude' }), options)).toMatchObject({
      rejected: 'not-about-brand',
    });
    expect(toMention(anItem({ title: "Apple's answer" }), options)).toHaveProperty('mention');
  });
});

describe('a statement about several brands', () => {
  it('is a mention of each brand that it names, and of none that it does not', () => {
    const brandOf = (id: string, name: string) =>
      Brand.parse({
        id,
        name,
        code: name.slice(0, 2).toUpperCase(),
        match: 'named',
        sources: [{ id: `${id}-news`, name: 'News', kind: 'news', url: 'https://news.example/f' }],
      });
    const item = anItem({ html: '<p>Northbell is cheaper, Southbell answers sooner.</p>' });
    const results = [
      brandOf('northbell', 'Northbell'),
      brandOf('southbell', 'Southbell'),
      brandOf('westbell', 'Westbell'),
    ].map((brand) => toMention(item, { ...OPTIONS, brand, source: sourceOf(brand) }));
    expect(results).toMatchObject([
      { mention: { brand: 'northbell', source: 'northbell-news' } },
      { mention: { brand: 'southbell', source: 'southbell-news' } },
      { rejected: 'not-about-brand' },
    ]);
  });
});

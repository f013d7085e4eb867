import { describe, expect, it } from 'vitest';
import { canonicalUrl, urlKey } from '../../src/mentions/canonical-url.ts';
import { cutToBytes, cutToLength } from '../../src/mentions/cut.ts';
import { htmlToText, titleToText } from '../../src/mentions/html-to-text.ts';

describe('the text of HTML', () => {
  it.each([
    ['Service was <b>not</b> good', 'Service was not good'],
    ['slow<p>one</p>two', 'slow\none\ntwo'],
    ['slow<br>rude<br/>late', 'slow\nrude\nlate'],
    ['<ul><li>slow</li><li>rude</li></ul>', 'slow\nrude'],
    [
      '<table><tr><td>Price</td><td>bad</td></tr><tr><td>Taste</td></tr></table>',
      'Price bad\nTaste',
    ],
    ['a   b\n\n c\t d', 'a b c d'],
    ['Caf&eacute;&nbsp;&amp; bar &#128512; &notaname;', 'Café & bar 😀 ¬aname;'],
    ['<img src="x" alt="one star"> never', 'one star never'],
    ['before<script>if (a < b) alert("<p>")</script>after', 'beforeafter'],
    ['<style>p { color: red }</style>text', 'text'],
    ['<div style="display: none">hidden</div>shown', 'shown'],
    ['<span class="invisible">https://</span>shown<span hidden>hidden</span>', 'shown'],
    ['<svg><title>icon</title><path d="x"/></svg>shown', 'shown'],
    ['<object>a<object>b</object>c</object>shown', 'shown'],
    ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
    ['I <3 it', 'I <3 it'],
    ['<!-- SC_OFF -->shown<!-- SC_ON -->', 'shown'],
    ['</p></div>odd</b>', 'odd'],
    ['<h:p>a</h:p><h:p>b</h:p>', 'a\nb'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('is cut at 20,000 characters at most', () => {
    expect(htmlToText('<p>word word</p>'.repeat(30_000))).toMatch(/^[\s\S]{15000,20000}$/);
  });

  it('is read from the first 500,000 characters only', () => {
    expect(htmlToText(`${'<i></i>'.repeat(80_000)}late`)).not.toContain('late');
  });
});

describe('the text of a title', () => {
  it.each([
    ['Automotive <b>Slack</b> report &#39;24', "Automotive Slack report '24"],
    ['How do I use <template> tags?', 'How do I use <template> tags?'],
    ['<script>alert("x")</script>', '<script>alert("x")</script>'],
    ['one<br>two', 'one two'],
    ['a &lt; b', 'a < b'],
    ['plain', 'plain'],
  ])('of %j is %j', (title, text) => {
    expect(titleToText(title)).toBe(text);
  });
});

describe('the canonical address', () => {
  it.each([
    [
      'HTTPS://Shop.Example:443/a?utm_source=x&b=2&a=1&fbclid=9#top',
      'https://shop.example/a?a=1&b=2',
    ],
    [
      'https://www.google.com/url?rct=j&sa=t&url=https://news.example/story%3Fid%3D5&ct=ga',
      'https://news.example/story?id=5',
    ],
    ['https://www.google.co.uk/url?q=https://news.example/', 'https://news.example/'],
    [
      'https://www.google.com/url?url=javascript:alert(1)',
      'https://www.google.com/url?url=javascript%3Aalert%281%29',
    ],
    [
      'https://evil.example/url?url=https://news.example/',
      'https://evil.example/url?url=https%3A%2F%2Fnews.example%2F',
    ],
    ['https://user:pw@shop.example/', 'https://shop.example/'],
    ['https://blog.example/post#comment-123', 'https://blog.example/post#comment-123'],
    ['https://forum.example/t/5#post_7', 'https://forum.example/t/5#post_7'],
    ['javascript:alert(1)', null],
    ['/relative', null],
    [`https://shop.example/${'x'.repeat(2500)}`, null],
    [null, null],
  ])('of %j is %j', (raw, canonical) => {
    expect(canonicalUrl(raw)).toBe(canonical);
  });

  it.each([
    ['http://www.shop.example/a/', 'https://shop.example/a'],
    ['https://m.shop.example/a', 'https://amp.shop.example/a'],
  ])('of %s and %s is one page', (a, b) => {
    expect(urlKey(a)).toBe(urlKey(b));
  });

  it('of two comments on a page is two', () => {
    expect(urlKey('https://blog.example/p#comment-1')).not.toBe(
      urlKey('https://blog.example/p#comment-2'),
    );
  });
});

describe('a text that is too long', () => {
  it.each([
    ['aé', 2, 'a'],
    ['aé', 3, 'aé'],
    ['a😀b', 4, 'a'],
    ['a😀b', 5, 'a😀'],
    ['abc', 3, 'abc'],
  ])('%j is cut to %i bytes as %j', (text, bytes, expected) => {
    expect(cutToBytes(text, bytes)).toBe(expected);
  });

  it('is cut to a length without halving a character', () => {
    expect(cutToLength('a😀b', 2)).toBe('a');
    expect(cutToLength('a😀b', 3)).toBe('a😀');
  });
});

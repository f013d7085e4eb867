import { describe, expect, it } from 'vitest';
import { clean } from '../../src/digest/clean.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { cell } from '../../src/digest/csv.ts';
import { excerpt } from '../../src/digest/excerpt.ts';
import { html, raw } from '../../src/digest/html.ts';
import { linkTo, safeUrl } from '../../src/digest/link.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { sesRequest } from '../../src/digest/ses-request.ts';
import { anInput } from './northbell.ts';
import { northbell } from './northbell-brand.ts';
import { mentions } from './northbell-mentions.ts';
import { settings } from './ses-settings.ts';

const EVIL = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--[if mso]><b>mso</b><![endif]-->',
  '</td></tr></table></body>',
  '{{amazonSESUnsubscribeUrl}}',
  '\r\nBcc: everyone@example.com',
  '=HYPERLINK("http://evil.example";"click")',
  '\u202egnihtemos\u202c \u2066x\u2069 \u200bzero',
  'z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308',
  '\ud800 lone \udc00',
  '\u0000\u0007\u001b[31m',
];

const ADDRESSES: Record<string, string> = {
  reviews: 'javascript:alert(1)',
  forum: 'http://plain.example/a',
  stars: 'https://user:pass@evil.example/',
};

/** The bad week, with every text of strangers and of the operator replaced. */
function hostile(text: string) {
  const brand = {
    ...northbell,
    name: `Brand ${text}`,
    promises: northbell.promises.map((promise) => ({
      ...promise,
      text: `Promise ${text}`,
      owner: `Owner ${text}`,
      playbook: { url: 'https://wiki.example/', checks: [`Check ${text}`] },
    })),
    sources: northbell.sources.map((source) => ({ ...source, name: `Source ${text}` })),
  };
  const evil = mentions.map((mention, index) => ({
    ...mention,
    text: `${text} said number ${index} ${mention.text}`,
    title: text,
    rating: { value: 1, raw: text.slice(0, 20), scale: 5 },
    url: ADDRESSES[mention.source] ?? null,
    lang: 'en',
    classification: {
      ...mention.classification,
      verdicts: mention.classification.verdicts.map((verdict) => ({
        ...verdict,
        start: 0,
        end: text.length,
        quote: text,
      })),
    },
  }));
  const input = anInput({
    brand,
    mentions: evil,
    coverage: anInput().coverage.map((row) => ({
      ...row,
      failingSince: '2026-11-19T00:00:00Z',
      reason: `Reason ${text}`,
    })),
    actions: [{ day: '2026-11-19', text: `Action ${text}`, promise: 'answer-60s' }],
  });
  const model = composeDigest(input);
  return { model, rendered: renderDigest(model, evil, { unsubscribe: null, postal: text }) };
}

describe.each(EVIL)('a mail full of %j', (text) => {
  const { model, rendered } = hostile(text);

  it('has the same tags as a harmless one', () => {
    const tags = (page: string) => page.match(/<[a-z!/][^\s>]*/gi)?.length;
    expect(tags(rendered.html)).toBe(tags(hostile('harmless').rendered.html));
  });

  it('links no address that a stranger chose but https ones without a user name', () => {
    const links = [...rendered.html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url);
    expect(new Set(links)).toEqual(new Set(['https://wiki.example/']));
    expect(rendered.html).toContain('at plain.example');
    expect(rendered.html).not.toContain('javascript:');
  });

  it('has nothing invisible that steers, and no placeholder for SES', () => {
    for (const part of [rendered.html, rendered.text]) {
      expect(part).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for control characters
      expect(part).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
      expect(part).not.toContain('{{');
      expect(part.isWellFormed()).toBe(true);
    }
  });

  it('starts no header of its own', () => {
    const request = sesRequest(
      rendered,
      model,
      { email: 'ana@example.com' },
      {
        ...settings,
        fromName: `From ${text}`,
        firstMessageId: `id${text}`,
      },
    );
    const simple = request.Content?.Simple;
    const values = [
      request.FromEmailAddress,
      simple?.Subject?.Data,
      ...(simple?.Headers ?? []).flatMap(({ Name, Value }) => [Name, Value]),
      ...(simple?.Attachments ?? []).flatMap(({ FileName, ContentType }) => [
        FileName,
        ContentType,
      ]),
    ];
    expect(values.length).toBeGreaterThan(6);
    for (const value of values) expect(value).not.toMatch(/[\r\n]/);
    for (const { Value } of simple?.Headers ?? []) expect(Value).toMatch(/^[\x20-\x7e]{1,995}$/);
  });

  it('has no formula in the attached file', () => {
    const content = rendered.attachments[0]?.content ?? '';
    const cells = [...content.slice(1).matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(
      ([, value]) => value ?? '',
    );
    expect(cells.length).toBe(17 * 32);
    for (const value of cells) expect(value).not.toMatch(/^\s*[=+\-@|%]/);
  });
});

describe('html', () => {
  it('escapes everything but markup', () => {
    expect(
      html`<p title="${'"'}">${'<b>'}${raw('<i>')}${['&', raw('&amp;')]}${null}${undefined}${false}${0}</p>`
        .markup,
    ).toBe('<p title="&#34;">&#60;b&#62;<i>&#38;&amp;0</p>');
  });
});

describe('a link', () => {
  it.each([
    ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['https://example.com/"><script>', 'https://example.com/%22%3E%3Cscript%3E'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('to %s is linked', (url, href) => {
    expect(linkTo(url)?.href).toBe(href);
    expect(safeUrl(url)).toBe(href);
  });

  it.each(['http://example.com/', 'https://trusted.example@evil.example/'])(
    'to %s is only named',
    (url) => {
      expect(linkTo(url)).toEqual({ href: null, host: new URL(url).host });
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//x',
    '',
  ])('to %s is nothing', (url) => {
    expect(linkTo(url)).toBeNull();
    expect(() => safeUrl(url)).toThrow(/a link in a mail must be/);
  });
});

describe('an excerpt', () => {
  const words = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');

  it('keeps short texts whole', () => {
    expect(excerpt('Nobody answers. Ever.', 0, 6)).toEqual({
      before: '',
      marked: 'Nobody',
      after: ' answers. Ever.',
      cutBefore: false,
      cutAfter: false,
    });
  });

  it('cuts at words around the mark', () => {
    const start = words.indexOf('word100');
    const cut = excerpt(words, start, start + 15);
    expect(cut).toMatchObject({ marked: 'word100 word101', cutBefore: true, cutAfter: true });
    expect(cut.before).toMatch(/^word\d+ .* $/);
    expect(cut.after).toMatch(/^ .* word\d+$/);
  });

  it('begins with a sentence where one is near', () => {
    const text = `${'Long story before. '.repeat(20)}It began on Monday. Nobody answered at all. ${'More of it follows here. '.repeat(20)}`;
    const start = text.indexOf('Nobody');
    expect(excerpt(text, start, start + 15).before).toMatch(/^(Long story|It began)/);
  });

  it('cuts a quote that is longer than a mail has room for, and one without spaces', () => {
    expect(excerpt(words, 0, words.length).marked.length).toBeLessThanOrEqual(240);
    const stars = '🌟'.repeat(300);
    const cut = excerpt(stars, 200, 210);
    expect((cut.before + cut.marked + cut.after).isWellFormed()).toBe(true);
    expect((cut.before + cut.marked + cut.after).length).toBeLessThanOrEqual(240);
  });
});

it.each([
  ['=1+1', `"'=1+1"`],
  ['  \u200b=1', `"'  \u200b=1"`],
  ['＝1', `"'＝1"`],
  ['a "quoted" word', '"a ""quoted"" word"'],
  ['two\r\nlines', '"two\nlines"'],
  ['5 stars', '"5 stars"'],
])('the cell %j is written %s', (value, written) => {
  expect(cell(value)).toBe(written);
});

it('cleans text without taking letters of any script away', () => {
  const texts = ['Grüße, naïve façade', 'می‌خواهم', '👩‍👩‍👧', 'नमस्ते', '日本語', 'مرحبا'];
  for (const text of texts) expect(clean(text)).toBe(text);
});

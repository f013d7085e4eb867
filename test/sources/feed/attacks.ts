const MB = 1_000_000;

function fill(unit: string, bytes = MB): string {
  return unit.repeat(Math.floor(bytes / unit.length));
}

function rss(items: string): string {
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;
}

function described(text: string): string {
  return rss(`<item><guid>1</guid><title>t</title><description>${text}</description></item>`);
}

const LAUGHS = Array.from(
  { length: 12 },
  (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
).join('');

/** Hostile documents of at most a megabyte, built when called: together they are 40 MB. */
export const ATTACKS: readonly { readonly name: string; readonly body: () => string }[] = [
  { name: 'only <', body: () => described(fill('<', MB - 200)) },
  { name: 'a<p without end', body: () => described(fill('a<p', MB - 200)) },
  { name: 'escaped <', body: () => described(fill('&lt;', MB - 200)) },
  { name: 'escaped a<p', body: () => described(fill('a&lt;p', MB - 200)) },
  {
    name: 'entities that multiply',
    body: () =>
      `<!DOCTYPE r [<!ENTITY l0 "ha">${LAUGHS}]>${rss('<item><title>&l12;</title></item>')}`,
  },
  {
    name: 'external entity',
    body: () => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${described('&x;')}`,
  },
  {
    name: 'a long entity, many times',
    body: () =>
      `<!DOCTYPE r [<!ENTITY a "${fill('x', 400_000)}">]>${described(fill('&a;', 500_000))}`,
  },
  { name: 'document types without end', body: () => fill('<!DOCTYPE [') },
  { name: 'document types inside an item', body: () => described(fill('<!DOCTYPE [', MB - 200)) },
  { name: 'document types with half an end', body: () => fill('<!D[>') },
  { name: 'half ends inside an item', body: () => described(fill('<!D[>', MB - 200)) },
  { name: 'half ends with quotes', body: () => fill('<!D[">') },
  { name: 'deep elements', body: () => rss(fill('<a>', MB - 200)) },
  { name: 'deep elements in a text', body: () => described(fill('<a>', MB - 200)) },
  { name: 'deep markup, escaped', body: () => described(fill('&lt;a&gt;', MB - 200)) },
  {
    name: 'deep tables, escaped',
    body: () => described(fill('&lt;table&gt;&lt;tr&gt;&lt;td&gt;', MB - 200)),
  },
  { name: 'items without end', body: () => rss(fill('<item>', MB - 200)) },
  { name: 'small items', body: () => rss(fill('<item/>', MB - 200)) },
  { name: 'items in items', body: () => rss(fill('<item><title>a</title>', MB - 200)) },
  { name: 'descriptions without end', body: () => rss(`<item>${fill('<description>', MB - 200)}`) },
  { name: 'end tags without partner', body: () => rss(fill('</x>', MB - 200)) },
  {
    name: 'distinct elements',
    body: () =>
      rss(
        `<item>${Array.from({ length: 70_000 }, (_, at) => `<x${at}>a</x${at}>`.slice(0, 40))
          .join('')
          .slice(0, MB - 200)}</item>`,
      ),
  },
  {
    name: 'distinct prefixes of one name',
    body: () => {
      const prefixes = Array.from({ length: 1500 }, (_, at) => `p${at}`);
      const spaces = prefixes.map((name) => `xmlns:${name}="http://purl.org/dc/elements/1.1/"`);
      const items = fill(
        prefixes.map((name) => `<${name}:title>a<pubDate>b`).join(''),
        MB - 90_000,
      );
      // Fewer than 200 attributes count on one tag.
      const declared = Array.from(
        { length: 10 },
        (_, at) => `<x ${spaces.slice(at * 150, at * 150 + 150).join(' ')}/>`,
      );
      return `<rss><channel>${declared.join('')}<item>${items}</item></channel></rss>`;
    },
  },
  {
    name: 'attributes',
    body: () =>
      rss(
        `<item ${Array.from({ length: 70_000 }, (_, at) => `a${at}="b"`)
          .join(' ')
          .slice(0, MB - 300)}/>`,
      ),
  },
  { name: 'attributes without a closing quote', body: () => rss(fill('<a b="', MB - 200)) },
  { name: 'quotes of both kinds', body: () => rss(fill(`<a b="<c d='`, MB - 200)) },
  {
    name: 'namespace declarations',
    body: () => rss(Array.from({ length: 30_000 }, (_, at) => `<a xmlns:n${at}="u"/>`).join('')),
  },
  { name: 'empty elements', body: () => rss(`<item>${fill('<a/>', MB - 200)}</item>`) },
  {
    name: 'categories',
    body: () => rss(`<item>${fill('<category>a</category>', MB - 200)}</item>`),
  },
  { name: 'numeric references', body: () => described(fill('&#65;', MB - 200)) },
  { name: 'named references', body: () => described(fill('&eacute;', MB - 200)) },
  {
    name: 'unknown references',
    body: () =>
      described(
        Array.from({ length: 90_000 }, (_, at) => `&x${at};`)
          .join('')
          .slice(0, MB - 200),
      ),
  },
  { name: 'ampersands', body: () => described(fill('&', MB - 200)) },
  { name: 'a comment without end', body: () => `<!--${fill('-')}` },
  { name: 'comments without end', body: () => fill('<!--') },
  { name: 'CDATA without end', body: () => described(`<![CDATA[${fill('x', MB - 300)}`) },
  { name: 'CDATA sections without end', body: () => described(fill('<![CDATA[', MB - 300)) },
  { name: 'instructions', body: () => fill('<?x') },
  { name: 'one long text', body: () => described(fill('word ', MB - 200)) },
  { name: 'spaces', body: () => described(`a${fill(' ', MB - 300)}b`) },
  { name: 'spaces between tags', body: () => described(fill('&lt;b&gt; &lt;/b&gt;', MB - 300)) },
  { name: 'spaces before a document', body: () => fill(' ') },
  {
    name: 'lines that look like endings',
    body: () => described(fill('submitted by /u/', MB - 300)),
  },
  { name: 'dates', body: () => rss(`<item><pubDate>${fill('1', MB - 300)}</pubDate></item>`) },
  {
    name: 'prototype',
    body: () =>
      rss(
        '<item><__proto__><title>x</title></__proto__><constructor>y</constructor><title>z</title></item>',
      ),
  },
  { name: 'web page', body: () => `<!doctype html><html><body>${fill('<p>x', MB - 300)}` },
  { name: 'deep JSON', body: () => fill('[') },
  { name: 'deep JSON objects', body: () => fill('{"a":') },
  {
    name: 'JSON items',
    body: () =>
      `{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[${fill('{},', MB - 200)}{}]}`,
  },
  {
    name: 'JSON cut off',
    body: () =>
      `{"version":"https://jsonfeed.org/version/1.1","items":[${fill('{"id":"\\\\"},', MB - 200)}`,
  },
  { name: 'NUL bytes', body: () => described(fill('\u0000', MB - 200)) },
  { name: 'combining marks', body: () => described(fill('e\u0301', MB / 3)) },
];

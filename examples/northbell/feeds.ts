import type { ExampleMention, ExampleSource } from './mentions.ts';

/** A feed as its site would serve it. */
export interface Served {
  readonly contentType: string;
  readonly body: string;
}

const HOSTS: Record<ExampleSource, string> = {
  reviewharbour: 'https://reviewharbour.example/northbell',
  'northbell-app': 'https://appstore.example/northbell',
  fedi: 'https://fedi.example/@',
  homelines: 'https://homelines.example/t',
};

/** Each place in its own format: RSS with ratings, JSON Feed, RSS without titles, Atom. */
export function feedOf(source: ExampleSource, mentions: readonly ExampleMention[]): Served {
  switch (source) {
    case 'reviewharbour':
      return { contentType: 'application/rss+xml; charset=utf-8', body: reviewSite(mentions) };
    case 'northbell-app':
      return { contentType: 'application/feed+json', body: appStore(mentions) };
    case 'fedi':
      return { contentType: 'application/rss+xml', body: socialNetwork(mentions) };
    case 'homelines':
      return { contentType: 'application/atom+xml', body: forum(mentions) };
    default:
      return source satisfies never;
  }
}

function reviewSite(mentions: readonly ExampleMention[]): string {
  const items = mentions.map(
    (mention) => `
    <item>
      <title>${xml(mention.title ?? '')}</title>
      <link>${linkOf(mention)}</link>
      <guid isPermaLink="false">${mention.id}</guid>
      <pubDate>${new Date(mention.publishedAt).toUTCString()}</pubDate>
      <dc:creator>${xml(mention.author)}</dc:creator>
      ${mention.rating === undefined ? '' : `<media:starRating average="${mention.rating}" max="5" />`}
      <description>${xml(htmlOf(mention))}</description>
    </item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Northbell on Review Harbour</title>
    <link>${HOSTS.reviewharbour}</link>
    <language>en-gb</language>${items.join('')}
  </channel>
</rss>
`;
}

function appStore(mentions: readonly ExampleMention[]): string {
  return JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Reviews of the Northbell app',
      home_page_url: HOSTS['northbell-app'],
      items: mentions.map((mention) => ({
        id: mention.id,
        url: linkOf(mention),
        title: mention.title,
        content_text: `Rating: ${mention.rating} stars\n\n${mention.text}`,
        date_published: mention.publishedAt,
        authors: [{ name: mention.author }],
      })),
    },
    null,
    1,
  );
}

function socialNetwork(mentions: readonly ExampleMention[]): string {
  const items = mentions.map(
    (mention) => `
    <item>
      <guid isPermaLink="true">${linkOf(mention)}</guid>
      <link>${linkOf(mention)}</link>
      <pubDate>${new Date(mention.publishedAt).toUTCString()}</pubDate>
      <dc:creator>${xml(mention.author)}</dc:creator>
      <description>${xml(htmlOf(mention))}</description>
    </item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>#northbell</title>
    <description>Public posts tagged #northbell</description>
    <link>https://fedi.example/tags/northbell</link>${items.join('')}
  </channel>
</rss>
`;
}

function forum(mentions: readonly ExampleMention[]): string {
  const entries = mentions.map(
    (mention) => `
  <entry>
    <id>tag:homelines.example,2026:${mention.id}</id>
    <title type="text">${xml(mention.title ?? '')}</title>
    <link rel="alternate" href="${linkOf(mention)}" />
    <published>${mention.publishedAt}</published>
    <updated>${mention.visibleAt}</updated>
    <author><name>${xml(mention.author)}</name></author>
    <content type="html">${xml(htmlOf(mention))}</content>
  </entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>tag:homelines.example,2026:northbell</id>
  <title>Homelines: Northbell</title>
  <updated>${mentions[0]?.visibleAt ?? '2026-08-24T00:00:00.000Z'}</updated>
  <link rel="self" href="https://homelines.example/tags/northbell.atom" />${entries.join('')}
</feed>
`;
}

function linkOf({ source, id, author }: ExampleMention): string {
  const host = HOSTS[source];
  return source === 'fedi'
    ? `${host}${author.replace(/[^A-Za-z0-9_]/g, '')}/${id}`
    : `${host}/${id}`;
}

function htmlOf({ html, text }: ExampleMention): string {
  if (html !== undefined) return html;
  return text
    .split('\n')
    .map((line) => xml(line))
    .join('<br>');
}

/** Escapes for element content and attributes of XML, and for HTML. */
function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

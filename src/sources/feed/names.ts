/**
 * How the repair treats an element: `html` and `plain` are leaves (whatever is inside becomes their
 * text, as markup or without it), a `container` keeps its known children, an `item` is an entry.
 */
export type ElementKind = 'html' | 'plain' | 'container' | 'item' | 'root' | 'channel';

export type KnownElement = { readonly name: string; readonly kind: ElementKind };

const HTML = [
  'title',
  'description',
  'summary',
  'content',
  'content:encoded',
  'body',
  'dc:title',
  'dc:description',
  'media:title',
  'media:description',
  'itunes:summary',
  'itunes:subtitle',
  'atom:title',
  'atom:summary',
  'atom:content',
];
const PLAIN = [
  'link',
  'atom:link',
  'guid',
  'id',
  'atom:id',
  'dc:identifier',
  'pubDate',
  'published',
  'issued',
  'created',
  'updated',
  'modified',
  'date',
  'dc:date',
  'dcterms:created',
  'dcterms:issued',
  'dcterms:modified',
  'atom:published',
  'atom:updated',
  'name',
  'email',
  'uri',
  'atom:name',
  'dc:creator',
  'itunes:author',
  'category',
  'dc:subject',
  'im:rating',
  'media:starRating',
  'language',
  'dc:language',
  'ttl',
  'sy:updatePeriod',
  'sy:updateFrequency',
];
const CONTAINERS = ['author', 'atom:author', 'media:group'];

/** Every element that is kept, by its name in lower case. */
const KNOWN: ReadonlyMap<string, KnownElement> = new Map(
  [
    ...HTML.map((name) => ({ name, kind: 'html' as const })),
    ...PLAIN.map((name) => ({ name, kind: 'plain' as const })),
    ...CONTAINERS.map((name) => ({ name, kind: 'container' as const })),
    { name: 'item', kind: 'item' as const },
    { name: 'entry', kind: 'item' as const },
    { name: 'channel', kind: 'channel' as const },
    { name: 'rss', kind: 'root' as const },
    { name: 'feed', kind: 'root' as const },
    { name: 'rdf:RDF', kind: 'root' as const },
  ].map((element) => [element.name.toLowerCase(), element]),
);

/** Attributes that are kept. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'type',
  'mode',
  'rel',
  'href',
  'ispermalink',
  'rdf:about',
  'xml:base',
  'xml:lang',
  'term',
  'label',
  'average',
  'max',
]);

const RSS_SPACES = [
  'http://purl.org/rss/1.0/',
  'http://my.netscape.com/rdf/simple/0.9/',
  'http://channel.netscape.com/rdf/simple/0.9/',
  'http://example.com/newformat#',
  'http://example.com/necho',
  'http://purl.org/echo/',
  'uri/of/echo/namespace#',
  'http://purl.org/pie/',
  'http://purl.org/net/rss1.1#',
  'http://backend.userland.com/rss',
  'http://blogs.law.harvard.edu/tech/rss',
];
const ATOM_SPACES = [
  'http://www.w3.org/2005/atom',
  'http://purl.org/atom/ns#',
  'http://purl.org/atom/',
];
const OTHER_SPACES: Readonly<Record<string, string>> = {
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf',
  'http://purl.org/dc/elements/1.1/': 'dc',
  'http://purl.org/dc/elements/1.0/': 'dc',
  'http://purl.org/dc/terms/': 'dcterms',
  'http://purl.org/rss/1.0/modules/content/': 'content',
  'http://purl.org/rss/1.0/modules/syndication/': 'sy',
  'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes',
  'http://www.itunes.com/dtds/podcast-1.0.dtd/': 'itunes',
  'http://example.com/dtds/podcast-1.0.dtd': 'itunes',
  'http://search.yahoo.com/mrss/': 'media',
  'http://search.yahoo.com/mrss': 'media',
  'http://itunes.apple.com/rss': 'im',
  'http://www.w3.org/1999/xhtml': '',
  'http://www.w3.org/xml/1998/namespace': 'xml',
};

/** Names that a document spells in its own way, translated to ours. */
export type Names = {
  /** Learns a prefix from a declaration; the first one of a prefix holds for the whole document. */
  declare(prefix: string, uri: string): void;
  /** What this element is, or undefined where nothing is known about it. */
  element(raw: string): KnownElement | undefined;
  /** Our name of a kept attribute, in lower case, or undefined. */
  attribute(raw: string): string | undefined;
};

/** Distinct spellings that are remembered, so that a document cannot fill the memory with names. */
const MAX_REMEMBERED = 2000;

/** @param inAtom the root is Atom's: then its elements carry no prefix, else they keep `atom:` */
export function namesOf(inAtom: boolean): Names {
  const prefixes = new Map<string, string>();
  const elements = new Map<string, KnownElement | undefined>();
  const translate = (raw: string): string => {
    const colon = raw.indexOf(':');
    if (colon === -1) return raw.toLowerCase();
    const prefix = raw.slice(0, colon).toLowerCase();
    const local = raw.slice(colon + 1).toLowerCase();
    const ours = prefixes.get(prefix) ?? prefix;
    return ours === '' ? local : `${ours}:${local}`;
  };
  return {
    declare(prefix, uri) {
      const key = prefix.toLowerCase();
      if (prefixes.has(key) || prefixes.size >= MAX_REMEMBERED) return;
      const ours = prefixOf(uri.trim().toLowerCase(), inAtom);
      if (ours === undefined) return;
      prefixes.set(key, ours);
      elements.clear();
    },
    element(raw) {
      if (elements.has(raw)) return elements.get(raw);
      const element = KNOWN.get(translate(raw));
      if (elements.size < MAX_REMEMBERED) elements.set(raw, element);
      return element;
    },
    attribute(raw) {
      const name = translate(raw);
      return ATTRIBUTES.has(name) ? name : undefined;
    },
  };
}

function prefixOf(uri: string, inAtom: boolean): string | undefined {
  if (ATOM_SPACES.includes(uri)) return inAtom ? '' : 'atom';
  if (RSS_SPACES.some((space) => uri.startsWith(space)) && OTHER_SPACES[uri] === undefined) {
    return '';
  }
  return OTHER_SPACES[uri];
}

import Parser from 'rss-parser';

/** An element as rss-parser's XML reader gives it: text, or attributes (`$`), text (`_`) and children. */
export type XmlNode = string | XmlElement;
export interface XmlElement {
  readonly $?: Readonly<Record<string, string>>;
  readonly _?: string;
  readonly [child: string]: unknown;
}

/** The raw elements of one feed. */
export type XmlFeed = { readonly head: XmlElement; readonly items: readonly XmlElement[] };

type Root = { feed?: XmlNode; rss?: XmlNode; 'rdf:RDF'?: XmlNode };

/** Milliseconds before a parse that has not called back is given up. */
const SETTLE_MS = 1000;

/**
 * rss-parser reads the XML and tells the formats apart; the items are ours to map.
 *
 * Its own mapping drops or moves markup inside text (which turns "not good" into "good"), loses a
 * whole feed to one bad date, and strips HTML with a regular expression that hangs on 98 kB of `<`.
 */
class RawParser extends Parser {
  buildAtomFeed(xml: Root): XmlFeed {
    return rawFeed(xml.feed, 'entry');
  }
  buildRSS2(xml: Root): XmlFeed {
    return rawFeed(xml.rss, 'item');
  }
  buildRSS0_9(xml: Root): XmlFeed {
    return rawFeed(xml.rss, 'item');
  }
  buildRSS1(xml: Root): XmlFeed {
    return rawFeed(xml['rdf:RDF'], 'item');
  }
}

function rawFeed(root: XmlNode | undefined, itemName: string): XmlFeed {
  const element = asElement(root);
  const channel = nodes(element, 'channel').map(asElement)[0];
  const head = channel === undefined ? element : { ...channel, $: { ...element.$, ...channel.$ } };
  const names = itemName === 'item' ? ['item', 'entry'] : ['entry', 'item'];
  const items = names.flatMap((name) => nodes(element, name).map(asElement));
  return { head, items };
}

/** The children of this name, in order. */
export function nodes(element: XmlElement, name: string): readonly XmlNode[] {
  const children = Object.hasOwn(element, name) ? element[name] : undefined;
  return Array.isArray(children) ? children : [];
}

/** Text alone counts as an element without attributes. */
export function asElement(node: XmlNode | undefined): XmlElement {
  return typeof node === 'object' && node !== null ? node : { _: node ?? '' };
}

/** The text of the first of `names` that has any, trimmed. */
export function firstText(element: XmlElement, ...names: readonly string[]): string | null {
  for (const name of names) {
    for (const node of nodes(element, name)) {
      const text = textOf(node);
      if (text !== '') return text;
    }
  }
  return null;
}

/** The trimmed text of a node. */
export function textOf(node: XmlNode | undefined): string {
  return (asElement(node)._ ?? '').trim();
}

/** An attribute of a node, trimmed; undefined where it is missing or empty. */
export function attribute(node: XmlNode | undefined, name: string): string | undefined {
  const value = asElement(node).$?.[name]?.trim();
  return value === '' ? undefined : value;
}

/**
 * Parses a repaired document with an instance of its own: a second parse on one instance may never settle.
 *
 * @returns `unsettled` when the parser did not call back
 * @throws {Error} of the XML parser; a repaired document has no reason to make it
 */
export async function parseXml(xml: string): Promise<XmlFeed | 'unsettled'> {
  const parser = new RawParser({ defaultRSS: 2 });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unsettled'>((resolve) => {
    timer = setTimeout(() => resolve('unsettled'), SETTLE_MS);
  });
  try {
    // The overridden builders return our shape, which the library hands through as it is.
    const parsed: Promise<unknown> = parser.parseString(xml);
    return await Promise.race([parsed as Promise<XmlFeed>, late]);
  } finally {
    clearTimeout(timer);
  }
}

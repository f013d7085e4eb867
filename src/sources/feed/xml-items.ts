import type { FeedItem, ItemRating } from '../../mentions/feed-item.ts';
import { parseDate } from './dates.ts';
import { escapeXml } from './entities.ts';
import { absoluteLink, languageOf } from './values.ts';
import {
  asElement,
  attribute,
  firstText,
  nodes,
  textOf,
  type XmlElement,
  type XmlNode,
} from './xml-parser.ts';

/** What an item inherits from its feed. */
export type Inherited = { readonly base: string; readonly language: string | null };

const PUBLISHED = [
  'pubDate',
  'published',
  'issued',
  'atom:published',
  'dc:date',
  'dcterms:created',
  'dcterms:issued',
  'created',
  'date',
];
const UPDATED = ['updated', 'modified', 'atom:updated', 'dcterms:modified'];

/** One `<item>` or `<entry>`, whichever family its fields come from: real feeds mix them. */
export function xmlItem(item: XmlElement, { base, language }: Inherited): FeedItem {
  const published = readDates(item, PUBLISHED);
  const updated = readDates(item, UPDATED);
  const title = titleOf(item);
  const body = bodyOf(item);
  const guid = guidOf(item);
  return {
    nativeId: guid?.id ?? null,
    link: linkOf(item, ownBase(item, base), guid),
    title: title.text,
    ...(title.plain ? { titleIsText: true } : {}),
    ...body,
    author: authorOf(item),
    publishedAt: published.date ?? updated.date,
    updatedAt: updated.date,
    dateSuspect: (published.date ?? updated.date) === null && (published.given || updated.given),
    rating: ratingOf(item),
    categories: categoriesOf(item),
    language:
      languageOf(attribute(item, 'xml:lang') ?? firstText(item, 'dc:language', 'language')) ??
      language,
  };
}

function readDates(
  item: XmlElement,
  names: readonly string[],
): { readonly date: string | null; readonly given: boolean } {
  let given = false;
  for (const name of names) {
    const texts = nodes(item, name)
      .map(textOf)
      .filter((text) => text !== '');
    given ||= texts.length > 0;
    // Of a repeated date the last one counts: it was added later.
    const date = texts.map(parseDate).findLast((each) => each !== null);
    if (date !== undefined && date !== null) return { date, given };
  }
  return { date: null, given };
}

function titleOf(item: XmlElement): { readonly text: string | null; readonly plain: boolean } {
  const group = mediaGroup(item);
  for (const name of ['title', 'atom:title', 'dc:title', 'media:title']) {
    const node = [...nodes(item, name), ...nodes(group, name)].find(
      (each) => contentOf(each) !== '',
    );
    if (node !== undefined) return { text: contentOf(node), plain: saysText(node) };
  }
  return { text: null, plain: false };
}

function mediaGroup(item: XmlElement): XmlElement {
  return asElement(nodes(item, 'media:group')[0]);
}

/** RSS never says whether a text is HTML, so it may be; Atom says so, and then it is believed. */
function saysText(node: XmlNode): boolean {
  const type = attribute(node, 'type')?.toLowerCase();
  return type === 'text' || type === 'text/plain' || type === 'plain';
}

/** The text of a node, decoded where Atom 0.3 says that it is base64. */
function contentOf(node: XmlNode): string {
  const text = textOf(node);
  const type = attribute(node, 'type')?.toLowerCase() ?? '';
  const encoded = attribute(node, 'mode') === 'base64' || type === 'application/octet-stream';
  return encoded ? Buffer.from(text, 'base64').toString('utf8').trim() : text;
}

const BODIES = [
  'content:encoded',
  'content',
  'atom:content',
  'body',
  'description',
  'summary',
  'atom:summary',
  'itunes:summary',
  'dc:description',
];

function bodyOf(item: XmlElement): { readonly html: string | null; readonly text?: string } {
  const candidates = BODIES.flatMap((name) => nodes(item, name));
  const filled = candidates.filter((node) => contentOf(node) !== '');
  // Apple gives each review twice: as text, and as a table of HTML with the stars in words.
  const plain = filled.find(saysText);
  if (plain !== undefined && (filled[0] === plain || isReview(item))) {
    const text = contentOf(plain);
    return { html: escapeXml(text), text };
  }
  const first = filled[0];
  if (first !== undefined) return { html: contentOf(first) };
  // A video's description is all the text it has.
  const described = [item, mediaGroup(item)].flatMap((each) => nodes(each, 'media:description'));
  const text = described.map(contentOf).find((each) => each !== '');
  return { html: text ?? null };
}

function isReview(item: XmlElement): boolean {
  return nodes(item, 'im:rating').length > 0;
}

type Guid = { readonly id: string; readonly permalink: boolean };

function guidOf(item: XmlElement): Guid | undefined {
  for (const name of ['guid', 'id', 'atom:id']) {
    for (const node of nodes(item, name)) {
      const id = textOf(node);
      if (id === '') continue;
      return { id, permalink: attribute(node, 'ispermalink')?.toLowerCase() !== 'false' };
    }
  }
  const id = attribute(item, 'rdf:about') ?? firstText(item, 'dc:identifier');
  return id === undefined || id === null ? undefined : { id, permalink: true };
}

function linkOf(item: XmlElement, base: string, guid: Guid | undefined): string | null {
  const links = [...nodes(item, 'link'), ...nodes(item, 'atom:link')]
    .map((node) => ({ node, rank: rankOf(node) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ node }) => absoluteLink(hrefOf(node), ownBase(node, base)));
  const others = [
    guid?.permalink === true && /^https?:/i.test(guid.id) ? guid.id : undefined,
    attribute(item, 'rdf:about'),
    attribute(item, 'href'),
  ].map((address) => absoluteLink(address ?? null, base));
  return [...links, ...others].find((link) => link !== null) ?? null;
}

function hrefOf(node: XmlNode): string {
  return attribute(node, 'href') ?? textOf(node);
}

/** RSS writes the address as text, Atom as an attribute of one link among several. */
function rankOf(node: XmlNode): number {
  const rel = attribute(node, 'rel')?.toLowerCase();
  if (rel === undefined) return attribute(node, 'href') === undefined ? 0 : 2;
  return rel === 'alternate' ? 1 : 3;
}

function ownBase(node: XmlNode, base: string): string {
  return absoluteLink(attribute(node, 'xml:base') ?? null, base) ?? base;
}

function authorOf(item: XmlElement): string | null {
  const creator = firstText(item, 'dc:creator');
  if (creator !== null) return creator;
  for (const node of [...nodes(item, 'author'), ...nodes(item, 'atom:author')]) {
    const person = asElement(node);
    // Reviewers change their names; and the JSON form of the same reviews must give the same author.
    const names = isReview(item) ? ['uri', 'name'] : ['name', 'atom:name', 'email', 'uri'];
    const name = firstText(person, ...names) ?? textOf(node);
    if (name !== '') return name;
  }
  return firstText(item, 'itunes:author');
}

function ratingOf(item: XmlElement): ItemRating | null {
  const stars = firstText(item, 'im:rating');
  if (stars !== null) return ratingFrom(stars, '5');
  // Not the one inside media:community: there viewers rate a video, not its maker a brand.
  const [average] = [item, mediaGroup(item)].flatMap((each) => nodes(each, 'media:starRating'));
  const raw = attribute(average, 'average');
  return raw === undefined ? null : ratingFrom(raw, attribute(average, 'max') ?? '5');
}

function ratingFrom(raw: string, max: string): ItemRating | null {
  const score = Number(raw);
  const scale = Number(max);
  // 0 is how these formats write "not rated".
  return score > 0 && scale > 1 && score <= scale ? { raw, score, scale } : null;
}

function categoriesOf(item: XmlElement): string[] {
  const all = [...nodes(item, 'category'), ...nodes(item, 'dc:subject')].map(
    (node) => textOf(node) || (attribute(node, 'label') ?? attribute(node, 'term') ?? ''),
  );
  return [...new Set(all.filter((category) => category !== ''))].slice(0, 50);
}

import type { FeedItem } from '../../mentions/feed-item.ts';
import { decodeBody } from './charset.ts';
import { type FeedReading, feedFailure, type Repair } from './feed.ts';
import { readJsonFeed } from './json-feeds.ts';
import { type Repaired, repair } from './repair.ts';
import { absoluteLink, languageOf } from './values.ts';
import { xmlItem } from './xml-items.ts';
import { attribute, firstText, parseXml, type XmlElement, type XmlFeed } from './xml-parser.ts';

/**
 * Reads the bytes of an answer as a feed: RSS 0.9–2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.0 and
 * 1.1, Apple's customer reviews as XML and JSON. Never asks the network and never throws for what
 * a server sent.
 *
 * @param contentType the Content-Type header, null without one
 * @param url the address that finally answered: relative links are resolved against it
 */
export async function readFeed(
  bytes: Uint8Array,
  { contentType, url }: { readonly contentType: string | null; readonly url: string },
): Promise<FeedReading> {
  const { text, encoding, mislabelled } = decodeBody(bytes, contentType);
  const label: readonly Repair[] = mislabelled ? ['encoding-label'] : [];
  if (/^\s*[{[]/.test(text)) {
    const json = readJsonFeed(text, url);
    if (json.status === 'failed') return feedFailure(json.code);
    const { items, repairs } = withoutRepeatedIds(json.items);
    const { format, title, truncated } = json;
    const all = [...label, ...json.repairs, ...repairs];
    return { status: 'ok', feed: { format, title, items, repairs: all, truncated, encoding } };
  }
  const repaired = repair(text);
  if (repaired.status === 'failed') return feedFailure(repaired.code);
  let parsed: XmlFeed | 'unsettled';
  try {
    parsed = await parseXml(repaired.xml);
  } catch {
    return feedFailure('UNREADABLE');
  }
  if (parsed === 'unsettled') return feedFailure('PARSE_NEVER_SETTLED');
  if (parsed.items.length === 0 && isReviewsOf(url)) return feedFailure('SUSPECT_EMPTY');
  return { status: 'ok', feed: { ...xmlFeed(parsed, repaired, { url, label }), encoding } };
}

function xmlFeed(
  { head, items: elements }: XmlFeed,
  repaired: Extract<Repaired, { status: 'ok' }>,
  { url, label }: { readonly url: string; readonly label: readonly Repair[] },
) {
  const base = absoluteLink(attribute(head, 'xml:base') ?? null, url) ?? url;
  const language = languageOf(
    attribute(head, 'xml:lang') ?? firstText(head, 'language', 'dc:language'),
  );
  const read = elements.map((element) => xmlItem(element, { base, language }));
  const { items, repairs } = withoutRepeatedIds(read);
  const ttl = ttlMinutes(head);
  return {
    format: repaired.format,
    title: firstText(head, 'title', 'dc:title'),
    items,
    repairs: [...label, ...repaired.repairs, ...repairs],
    truncated: repaired.truncated,
    ...(ttl === undefined ? {} : { ttlMinutes: ttl }),
  };
}

function isReviewsOf(url: string): boolean {
  return /^https?:\/\/(?:itunes|rss\.itunes)\.apple\.com\/.*customerreviews/i.test(
    url.slice(0, 500),
  );
}

const PERIOD_MINUTES: Readonly<Record<string, number>> = {
  hourly: 60,
  daily: 1440,
  weekly: 10_080,
  monthly: 43_200,
  yearly: 525_600,
};

/** RSS says it in minutes, RDF as a period and how often in it. */
function ttlMinutes(head: XmlElement): number | undefined {
  const ttl = Number(firstText(head, 'ttl') ?? Number.NaN);
  if (ttl > 0 && Number.isFinite(ttl)) return Math.round(ttl);
  const period = PERIOD_MINUTES[firstText(head, 'sy:updatePeriod')?.toLowerCase() ?? ''];
  const frequency = Number(firstText(head, 'sy:updateFrequency') ?? 1);
  return period !== undefined && frequency >= 1 ? Math.round(period / frequency) : undefined;
}

/**
 * An id that different entries share identifies none of them. Entries are different when their
 * links are.
 */
function withoutRepeatedIds(items: readonly FeedItem[]): {
  readonly items: readonly FeedItem[];
  readonly repairs: readonly Repair[];
} {
  const links = new Map<string, string | null>();
  const repeated = new Set<string>();
  for (const { nativeId, link } of items) {
    if (nativeId === null) continue;
    if (links.has(nativeId) && links.get(nativeId) !== link) repeated.add(nativeId);
    links.set(nativeId, link);
  }
  if (repeated.size === 0) return { items, repairs: [] };
  const distinct = items.map((item) =>
    item.nativeId !== null && repeated.has(item.nativeId) ? { ...item, nativeId: null } : item,
  );
  return { items: distinct, repairs: ['repeated-ids'] };
}

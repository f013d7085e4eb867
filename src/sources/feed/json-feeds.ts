import type { FeedItem } from '../../mentions/feed-item.ts';
import { parseDate } from './dates.ts';
import { escapeXml } from './entities.ts';
import { type FeedFailureCode, type FeedFormat, MAX_ITEMS, type Repair } from './feed.ts';
import { parseOrSalvage } from './json-salvage.ts';
import { absoluteLink, languageOf } from './values.ts';

export type JsonFeed =
  | {
      readonly status: 'ok';
      readonly format: FeedFormat;
      readonly title: string | null;
      readonly items: readonly FeedItem[];
      readonly repairs: readonly Repair[];
      readonly truncated: boolean;
    }
  | { readonly status: 'failed'; readonly code: FeedFailureCode };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads JSON Feed 1.0 and 1.1, and Apple's customer reviews, which wrap each value in `{ label }`.
 * One item of an odd shape is left out and never costs the others.
 */
export function readJsonFeed(text: string, url: string): JsonFeed {
  const salvage = parseOrSalvage(text);
  if (salvage === undefined) return { status: 'failed', code: 'NOT_A_FEED' };
  const { value, truncated } = salvage;
  const repairs = new Set<Repair>(truncated ? ['json-salvaged'] : []);
  const document = fieldsOf(value);
  const apple = fieldsOf(document['feed']);
  if (isApple(apple)) return appleReviews(apple, { url, repairs, truncated });
  if (!isJsonFeed(document)) return { status: 'failed', code: 'NOT_A_FEED' };
  const language = languageOf(string(document['language']));
  const base = absoluteLink(string(document['home_page_url']), url) ?? url;
  const entries = list(document['items']);
  const items = readAll(entries, repairs, (entry) => jsonItem(entry, base, language));
  return {
    status: 'ok',
    format: 'json-feed',
    title: string(document['title']),
    items,
    repairs: [...repairs],
    truncated,
  };
}

function isJsonFeed(document: Fields): boolean {
  return (
    (string(document['version'])?.includes('jsonfeed.org/version/') ?? false) ||
    (Array.isArray(document['items']) && 'title' in document)
  );
}

function readAll(
  entries: readonly unknown[],
  repairs: Set<Repair>,
  read: (entry: Fields) => FeedItem | undefined,
): FeedItem[] {
  if (entries.length > MAX_ITEMS) repairs.add('items-capped');
  return entries.slice(0, MAX_ITEMS).flatMap((entry) => {
    const item = isFields(entry) ? read(entry) : undefined;
    if (item === undefined) repairs.add('unreadable-item');
    return item === undefined ? [] : [item];
  });
}

function jsonItem(entry: Fields, base: string, language: string | null): FeedItem {
  const text = string(entry['content_text']) ?? undefined;
  const html = string(entry['content_html']);
  const published = dateOf(entry['date_published']);
  const updated = dateOf(entry['date_modified']);
  const summary = string(entry['summary']) ?? undefined;
  const body = html === null ? (text ?? summary) : undefined;
  const author = list(entry['authors'])[0] ?? entry['author'];
  return {
    nativeId: string(entry['id']),
    link: absoluteLink(string(entry['url']) ?? string(entry['external_url']), base),
    title: string(entry['title']),
    titleIsText: true,
    html: body === undefined ? html : escapeXml(body),
    ...(body === undefined ? {} : { text: body }),
    author: string(fieldsOf(author)['name']) ?? string(fieldsOf(author)['url']),
    publishedAt: published.date ?? updated.date,
    updatedAt: updated.date,
    dateSuspect: (published.date ?? updated.date) === null && (published.given || updated.given),
    rating: null,
    categories: list(entry['tags'])
      .flatMap((tag) => string(tag) ?? [])
      .slice(0, 50),
    language: languageOf(string(entry['language'])) ?? language,
  };
}

function isApple(feed: Fields): boolean {
  const from = `${label(feed['id'])} ${label(fieldsOf(feed['author'])['name'])}`;
  return /customerreviews|itunes/i.test(from) || (Array.isArray(feed['entry']) && 'icon' in feed);
}

function appleReviews(
  feed: Fields,
  { url, repairs, truncated }: { url: string; repairs: Set<Repair>; truncated: boolean },
): JsonFeed {
  // Reviews that are missing as a whole are how this service says that it does not want to answer.
  if (feed['entry'] === undefined) return { status: 'failed', code: 'SUSPECT_EMPTY' };
  const entries = Array.isArray(feed['entry']) ? feed['entry'] : [feed['entry']];
  // The first entry may be the app itself.
  const reviews = entries.filter((entry) => !('im:name' in fieldsOf(entry)));
  return {
    status: 'ok',
    format: 'apple-reviews',
    title: label(feed['title']),
    items: readAll(reviews, repairs, (entry) => appleReview(entry, url)),
    repairs: [...repairs],
    truncated,
  };
}

function appleReview(entry: Fields, url: string): FeedItem | undefined {
  const nativeId = label(entry['id']);
  if (nativeId === null) return undefined;
  const updated = dateOf(label(entry['updated']));
  const contents = Array.isArray(entry['content']) ? entry['content'] : [entry['content']];
  const text = label(contents[0]) ?? '';
  const stars = label(entry['im:rating']);
  const score = Number(stars);
  const link = Array.isArray(entry['link']) ? entry['link'][0] : entry['link'];
  const author = fieldsOf(entry['author']);
  return {
    nativeId,
    link: absoluteLink(string(fieldsOf(fieldsOf(link)['attributes'])['href']), url),
    title: label(entry['title']),
    titleIsText: true,
    html: escapeXml(text),
    text,
    author: label(author['uri']) ?? label(author['name']),
    publishedAt: updated.date,
    updatedAt: updated.date,
    dateSuspect: updated.date === null && updated.given,
    rating: stars !== null && score >= 1 && score <= 5 ? { raw: stars, score, scale: 5 } : null,
    categories: [],
    language: null,
  };
}

function label(wrapped: unknown): string | null {
  return string(fieldsOf(wrapped)['label']);
}

function dateOf(value: unknown): { readonly date: string | null; readonly given: boolean } {
  const raw = string(value);
  return raw === null ? { date: null, given: false } : { date: parseDate(raw), given: true };
}

/** Text that says something, trimmed; numbers count, since ids are often written without quotes. */
function string(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

import type { Brand } from '../brands/brand.ts';
import type { SourceSettings } from '../brands/source-settings.ts';
import { withoutBoilerplate } from './boilerplate.ts';
import { type BrandMatcher, brandMatcher } from './brand-match.ts';
import { canonicalUrl } from './canonical-url.ts';
import { cutToBytes, cutToLength } from './cut.ts';
import { dayIn, daysBetween } from './day.ts';
import { isDeletionNotice } from './deletion.ts';
import type { FeedItem } from './feed-item.ts';
import { authorHash, contentHash } from './hashes.ts';
import { htmlToText, oneLine, tidy, titleToText } from './html-to-text.ts';
import { identify } from './identity.ts';
import type { Mention } from './mention.ts';
import { toRating, wordPressRating } from './rating.ts';
import { sketch } from './sketch.ts';

const MAX_TEXT_BYTES = 8192;
const MAX_TITLE = 500;
const DAY_SECONDS = 86_400;
/** A publish date further ahead than this is a wrong clock. */
const AHEAD_MS = 10 * 60_000;
/** Before the web had customers' opinions on it. */
const FIRST_YEAR = 1995;

export type ToMentionOptions = {
  readonly brand: Brand;
  readonly source: SourceSettings;
  /** Where the brand's days begin. */
  readonly timeZone: string;
  /** Secret of the installation. */
  readonly authorKey: string;
  readonly retentionDays: number;
  /** When the answer came. */
  readonly fetchedAt: string | Date;
};

export type Rejection = 'too-old' | 'no-text' | 'not-about-brand' | 'deleted';

/** A mention, or why an item is none; `id` is that of the mention it would be. */
export type Normalised =
  | { readonly mention: Mention }
  | { readonly rejected: Rejection; readonly id: string };

/**
 * Makes an item a mention of a brand, or says why it is none.
 *
 * The text is what the author wrote, as plain text of at most 8 KB; a title alone counts as text, and
 * a rating alone is a mention without words.
 * A date that is missing, unreadable, before 1995 or in the future becomes the fetch day, marked
 * `clamped`, so that it cannot pile up on a wrong one.
 */
export function toMention(item: FeedItem, options: ToMentionOptions): Normalised {
  const { brand, source, timeZone, authorKey, retentionDays } = options;
  const fetchedAt = new Date(options.fetchedAt).toISOString();
  const { title, text, rating } = wordsOf(item);
  const url = canonicalUrl(item.link);
  const given = item.publishedAt ?? item.updatedAt;
  const words = text === '' && rating !== null ? rating.raw : text.slice(0, 200);
  const content = [item.author, given, title, words];
  const identified = identify(source.id, { nativeId: item.nativeId, url, content });
  const rejected = (reason: Rejection): Normalised => ({ rejected: reason, id: identified.id });
  if (item.isDeleted === true || isDeletionNotice(text)) return rejected('deleted');
  if (text === '' && rating === null) return rejected('no-text');
  const isNamed = brand.match === 'everything' || matcherOf(brand)(`${title ?? ''}\n${text}`);
  if (!isNamed) return rejected('not-about-brand');
  const publishedAt = believableDate(item, fetchedAt);
  const fetchDay = dayIn(timeZone, fetchedAt);
  const bucketDay = publishedAt === null ? fetchDay : dayIn(timeZone, publishedAt);
  if (daysBetween(bucketDay, fetchDay) > retentionDays) return rejected('too-old');
  const mention: Mention = {
    ...identified,
    brand: brand.id,
    source: source.id,
    kind: source.kind,
    population: source.population,
    url,
    title,
    text,
    rating,
    lang: item.language ?? source.language ?? null,
    publishedAt,
    fetchedAt,
    bucketDay,
    clamped: publishedAt === null,
    contentHash: contentHash(title, text, rating),
    authorHash: authorHash(authorKey, source.id, item.author),
    sketch: sketch(title, text),
    ttl: expiry(bucketDay, fetchedAt, retentionDays),
  };
  return { mention };
}

function wordsOf(item: FeedItem): Pick<Mention, 'title' | 'text' | 'rating'> {
  const readTitle = item.titleIsText === true ? oneLine : titleToText;
  const title = cutToLength(readTitle(item.title ?? ''), MAX_TITLE).trim();
  const whole = item.text === undefined ? htmlToText(item.html ?? '') : tidy(item.text);
  const body = withoutBoilerplate(whole);
  const text = cutToBytes(body === '' ? title : body, MAX_TEXT_BYTES).trim();
  const rating = toRating(item.rating ?? wordPressRating(whole));
  return { title: title === '' ? null : title, text, rating };
}

/** Compiling a brand's names costs more than using them a hundred times. */
const matchers = new WeakMap<Brand, BrandMatcher>();

function matcherOf(brand: Brand): BrandMatcher {
  const known = matchers.get(brand);
  if (known !== undefined) return known;
  const matcher = brandMatcher(brand);
  matchers.set(brand, matcher);
  return matcher;
}

function believableDate(item: FeedItem, fetchedAt: string): string | null {
  const date = item.publishedAt ?? item.updatedAt;
  if (date === null) return null;
  const time = Date.parse(date);
  const believable = time >= Date.UTC(FIRST_YEAR, 0, 1) && time <= Date.parse(fetchedAt) + AHEAD_MS;
  return believable ? new Date(time).toISOString() : null;
}

/** Seconds since 1970: the retention counted from the later of the mention's day and its fetch. */
function expiry(bucketDay: string, fetchedAt: string, retentionDays: number): number {
  const from = Math.max(Date.parse(`${bucketDay}T00:00:00Z`), Date.parse(fetchedAt));
  return Math.floor(from / 1000) + retentionDays * DAY_SECONDS;
}

import * as z from 'zod';
import type { FeedItem } from '../../mentions/feed-item.ts';
import { decodeBody } from '../feed/charset.ts';
import { parseDate } from '../feed/dates.ts';
import { MAX_ITEMS } from '../feed/feed.ts';
import type { SourceFailure } from '../source-answer.ts';
import { connectorFailure } from './failures.ts';

/**
 * Fields of other people's answers: a value of the wrong type is a missing one, so that one odd field
 * costs itself and not its entry.
 */
export const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).toWellFormed().trim() || null)
  .nullable()
  .catch(null);
export const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,20}(?:\.\d{1,20})?$/)
      .transform(Number),
  ])
  .nullable()
  .catch(null);
export const flag = z.boolean().catch(false);

/** An id without which an entry cannot be recognised again; half a character in it would break links. */
export const id = z
  .union([z.string().trim().min(1).max(500), z.int()])
  .transform((value) => String(value).toWellFormed());

/** The entries of a list, of which some services make an object when there is one. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? [value] : undefined;
}

export type JsonAnswer = { readonly status: 'ok'; readonly value: unknown } | SourceFailure;

/** The JSON of a body. A page of HTML, as logins and outages send it, is not. */
export function readJson(body: Uint8Array, contentType: string | null): JsonAnswer {
  try {
    return { status: 'ok', value: JSON.parse(decodeBody(body, contentType).text) };
  } catch {
    return connectorFailure('ANSWER_NOT_JSON');
  }
}

export type ItemsAnswer =
  | { readonly status: 'ok'; readonly items: readonly FeedItem[]; readonly unreadable: number }
  | SourceFailure;

/**
 * Reads each entry by its schema. An entry of an odd shape is counted and left out; when no entry of
 * several can be read, it is the service that changed.
 *
 * @param toItem undefined for entries that are none of ours, which are left out uncounted
 */
export function readEntries<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  toItem: (entry: z.output<Schema>) => FeedItem | undefined,
): ItemsAnswer {
  const entries = listOf(value);
  if (entries === undefined) return connectorFailure('ANSWER_UNREADABLE');
  const items: FeedItem[] = [];
  let unreadable = 0;
  for (const entry of entries.slice(0, MAX_ITEMS)) {
    const read = schema.safeParse(entry);
    const item = read.success ? toItem(read.data) : undefined;
    if (!read.success) unreadable += 1;
    if (item !== undefined) items.push(item);
  }
  if (unreadable > 0 && unreadable === entries.length) return connectorFailure('ANSWER_UNREADABLE');
  return { status: 'ok', items, unreadable };
}

/** The value under a name of an answer, whatever the answer is. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** An instant of seconds since 1970, or null where there is no such instant. */
export function instantOf(seconds: number | null): string | null {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? null : isoYear(date);
}

/** An instant as services write it, or null where it cannot be read. */
export function dateOf(raw: string | null): string | null {
  return raw === null ? null : parseDate(raw);
}

/** Four digits of a year: a number of milliseconds sent as seconds gives the year 50,000. */
function isoYear(date: Date): string | null {
  const iso = date.toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
}

/** An item with nothing in it but what is given. `given` says that the source wrote some date. */
export function itemOf({
  given,
  ...fields
}: Partial<FeedItem> & { readonly given: boolean }): FeedItem {
  const publishedAt = fields.publishedAt ?? fields.updatedAt ?? null;
  return {
    nativeId: null,
    link: null,
    title: null,
    html: null,
    author: null,
    updatedAt: null,
    rating: null,
    categories: [],
    language: null,
    ...fields,
    publishedAt,
    dateSuspect: publishedAt === null && given,
  };
}

/** Whole stars from 1 to 5; anything else is no rating. */
export function starsOf(stars: number | null): FeedItem['rating'] {
  return stars !== null && Number.isInteger(stars) && stars >= 1 && stars <= 5
    ? { raw: String(stars), score: stars, scale: 5 }
    : null;
}

import { expect } from 'vitest';
import type { FeedItem } from '../../../src/mentions/feed-item.ts';
import type { Feed } from '../../../src/sources/feed/feed.ts';
import { readFeed } from '../../../src/sources/feed/read-feed.ts';

export const URL_OF_FEED = 'https://reviews.example/northbell/feed.xml';

/** The feed of a document that must be readable. */
export async function read(
  document: string | Uint8Array,
  contentType: string | null = null,
  url: string = URL_OF_FEED,
): Promise<Feed> {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const reading = await readFeed(bytes, { contentType, url });
  expect(reading).toMatchObject({ status: 'ok' });
  if (reading.status !== 'ok') throw new Error(reading.code);
  return reading.feed;
}

/** The only item of a document. */
export async function readOne(document: string, contentType?: string): Promise<FeedItem> {
  const { items } = await read(document, contentType ?? null);
  expect(items).toHaveLength(1);
  const [item] = items;
  if (item === undefined) throw new Error('no item');
  return item;
}

/** Why a document could not be read. */
export async function failureOf(
  document: string | Uint8Array,
  url: string = URL_OF_FEED,
): Promise<string> {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const reading = await readFeed(bytes, { contentType: null, url });
  return reading.status === 'ok' ? 'read' : reading.code;
}

export function rss(items: string, root = '<rss version="2.0">'): string {
  return `<?xml version="1.0"?>\n${root}<channel><title>Reviews</title>${items}</channel></rss>`;
}

export function atom(entries: string): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Reviews</title>${entries}</feed>`;
}

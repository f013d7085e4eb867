import { createHmac, hash } from 'node:crypto';
import type { Rating } from './mention.ts';

/** The first 128 bits of a SHA-256, in hex: short enough for keys, and nobody finds two that collide. */
export function hash128(text: string): string {
  return hash('sha256', text).slice(0, 32);
}

/** What a statement says, so that another hash under the same id means that it was edited. */
export function contentHash(title: string | null, text: string, rating: Rating | null): string {
  return hash128(JSON.stringify([title, text, rating && [rating.raw, rating.scale]]));
}

/**
 * A name that cannot be turned back without the key, nor joined with another source.
 *
 * @param key secret of the installation; the same one for ever, or authors become strangers
 * @returns null where the source names nobody
 */
export function authorHash(key: string, source: string, author: string | null): string | null {
  const name = author?.trim().toLowerCase() ?? '';
  if (name === '') return null;
  return createHmac('sha256', key)
    .update(JSON.stringify([source, name]))
    .digest('hex')
    .slice(0, 32);
}

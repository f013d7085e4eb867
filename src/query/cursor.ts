import * as z from 'zod';

/**
 * A place in a brand's mentions, newest first: by day, then publish time, then id. It names a mention and not
 * a number of rows, so that mentions written meanwhile move nothing.
 */
const Place = z.tuple([z.iso.date(), z.iso.datetime(), z.string().regex(/^[0-9a-f]{32}$/)]);

export interface Cursor {
  readonly day: string;
  readonly at: string;
  readonly id: string;
}

export function writeCursor({ day, at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([day, at, id])).toString('base64url');
}

/** @returns undefined when the text is not a cursor */
export function readCursor(text: string): Cursor | undefined {
  try {
    const place = Place.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (!place.success) return undefined;
    const [day, at, id] = place.data;
    return { day, at, id };
  } catch {
    return undefined;
  }
}

/** Order of a list: negative when `a` comes before `b`. Newest first. */
export function byPlace(a: Cursor, b: Cursor): number {
  return compare(b.day, a.day) || compare(b.at, a.at) || compare(b.id, a.id);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

import type { Imported, ImportOptions } from '../../src/imports/read-import.ts';
import { readImport } from '../../src/imports/read-import.ts';

/** Bytes in pieces of this size, as a file that is read slowly. */
export async function* pieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The same for text. */
export async function* textPieces(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

/** Everything that a generator gives. */
export async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of from) list.push(one);
  return list;
}

/** What an export of this text is read as. */
export function imported(
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<Imported[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return all(
    readImport(pieces(bytes), { format: 'csv', map: {}, timeZone: 'Europe/London', ...options }),
  );
}

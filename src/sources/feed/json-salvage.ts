/**
 * Parses JSON; a document that was cut off is closed after the last whole object of its outer lists.
 *
 * @returns undefined where nothing can be saved
 */
export function parseOrSalvage(
  text: string,
): { readonly value: unknown; readonly truncated: boolean } | undefined {
  const whole = tryParse(text);
  if (whole !== undefined) return { value: whole, truncated: false };
  const value = tryParse(closed(text));
  return value === undefined ? undefined : { value, truncated: true };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deeper than any list of entries of the formats we read. */
const MAX_DEPTH = 500;
/** Lists of entries are at most this deep: `{ "feed": { "entry": [`. */
const ENTRY_DEPTH = 3;

/** The document up to its last whole entry, with what is open there closed. One pass over the text. */
function closed(text: string): string {
  const open: string[] = [];
  let end = 0;
  let closers = '';
  for (let pos = 0; pos < text.length; pos += 1) {
    const char = text[pos];
    if (char === '"') {
      pos = stringEnd(text, pos);
    } else if (!follow(char, open)) {
      return '';
    } else if (char === '}' && open.at(-1) === ']' && open.length <= ENTRY_DEPTH) {
      end = pos + 1;
      closers = open.toReversed().join('');
    }
  }
  return text.slice(0, end) + closers;
}

/** Keeps count of what is open; false for brackets that do not match or go on for ever. */
function follow(char: string | undefined, open: string[]): boolean {
  if (char === '{') open.push('}');
  else if (char === '[') open.push(']');
  else if (char === '}' || char === ']') return open.pop() === char;
  return open.length <= MAX_DEPTH;
}

/** Position of the quote that ends the string that starts at `from`, or the end of the text. */
function stringEnd(text: string, from: number): number {
  let pos = from + 1;
  while (pos < text.length && text[pos] !== '"') pos += text[pos] === '\\' ? 2 : 1;
  return pos;
}

/** One tag of a document, read without judging it. */
export type Tag = {
  readonly raw: string;
  readonly closing: boolean;
  readonly selfClosing: boolean;
  /** Where its attributes are in the text; the same number twice where it has none. */
  readonly attributesFrom: number;
  readonly attributesTo: number;
  /** Position after its `>`. */
  readonly end: number;
};

/** A `<` that opens no tag: it is text. `unfinished`: the document ends inside the tag. */
export type NoTag = 'text' | 'unfinished';

/** Attributes of one tag that are read. */
const MAX_ATTRIBUTES = 200;
const MAX_ATTRIBUTE_LENGTH = 4096;

/**
 * Reads the tag that starts with the `<` at `at`.
 *
 * A quote counts only after `=`, so that an apostrophe in a broken tag does not swallow the
 * document; a second `<` outside quotes means that the first one was text. Values in quotes are
 * stepped over whole, so a document is read at most three times (two kinds of quotes).
 */
export function readTag(text: string, at: number): Tag | NoTag {
  const closing = text.charCodeAt(at + 1) === SLASH;
  const nameFrom = at + (closing ? 2 : 1);
  let pos = nameFrom;
  while (isNameCode(text.charCodeAt(pos))) pos += 1;
  if (pos === nameFrom || !isNameStart(text.charCodeAt(nameFrom))) {
    return nameFrom >= text.length ? 'unfinished' : 'text';
  }
  const raw = text.slice(nameFrom, pos);
  const end = tagEnd(text, pos);
  if (typeof end === 'string') return end;
  const selfClosing = text.charCodeAt(end - 1) === SLASH && end > pos;
  return {
    raw,
    closing,
    selfClosing,
    attributesFrom: pos,
    attributesTo: selfClosing ? end - 1 : end,
    end: end + 1,
  };
}

/** Position of the `>` that ends a tag whose name ends at `from`. */
function tagEnd(text: string, from: number): number | NoTag {
  for (let pos = from; pos < text.length; pos += 1) {
    const code = text.charCodeAt(pos);
    if (code === GREATER) return pos;
    if (code === LESS) return 'text';
    const quote = code === EQUALS ? openingQuote(text, pos + 1) : -1;
    if (quote !== -1) {
      pos = closingQuote(text, quote);
      if (pos === -1) return unquotedEnd(text, quote);
    }
  }
  return 'unfinished';
}

/** Position of the quote that a value starts with; -1 for a value without quotes. */
function openingQuote(text: string, from: number): number {
  let pos = from;
  while (isSpace(text.charCodeAt(pos))) pos += 1;
  const code = text.charCodeAt(pos);
  return code === DOUBLE || code === SINGLE ? pos : -1;
}

/** A quote that is never closed: the tag ends at the next `>` all the same. */
function unquotedEnd(text: string, from: number): number | NoTag {
  const end = text.indexOf('>', from);
  return end === -1 ? 'unfinished' : end;
}

function closingQuote(text: string, at: number): number {
  return text.indexOf(text.charCodeAt(at) === DOUBLE ? '"' : "'", at + 1);
}

/**
 * The attributes between two positions, each name once (the first counts), values as written.
 *
 * @param onAttribute called for each; @returns true when some were left out
 */
export function readAttributes(
  text: string,
  from: number,
  to: number,
  onAttribute: (name: string, value: string) => void,
): boolean {
  const pattern = /([^\s=/"'<>]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/g;
  const source = text.slice(from, to);
  const seen = new Set<string>();
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    if (seen.size >= MAX_ATTRIBUTES) return true;
    const name = match[1] ?? '';
    if (seen.has(name)) continue;
    seen.add(name);
    onAttribute(name, (match[2] ?? match[3] ?? match[4] ?? '').slice(0, MAX_ATTRIBUTE_LENGTH));
  }
  return false;
}

const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const COLON = 0x3a;
const UNDERSCORE = 0x5f;

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x9 && code <= 0xd);
}

function isNameStart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === UNDERSCORE ||
    code >= 0x80
  );
}

function isNameCode(code: number): boolean {
  return (
    isNameStart(code) ||
    (code >= 0x30 && code <= 0x39) ||
    code === COLON ||
    code === 0x2d ||
    code === 0x2e
  );
}

import type { FeedFailureCode, Repair } from './feed.ts';
import { readTag, type Tag } from './tags.ts';

export type XmlFormat = 'rss' | 'rdf' | 'atom';

/** The element that a feed is, and what that makes it. */
export type Root = { readonly tag: Tag; readonly format: XmlFormat };

const ROOTS: Readonly<Record<string, XmlFormat>> = {
  rss: 'rss',
  channel: 'rss',
  rdf: 'rdf',
  feed: 'atom',
  entry: 'atom',
};

/** The first element of the document decides what it is. */
export function findRoot(text: string, repairs: Set<Repair>): Root | FeedFailureCode {
  let at = text.indexOf('<');
  if (at > 0 && text.slice(0, at).trim() !== '') repairs.add('junk-around-root');
  const seen = { broken: false, repairs };
  while (at !== -1) {
    const skipped = skipDeclaration(text, at, seen);
    if (skipped !== undefined) {
      at = skipped === -1 ? -1 : text.indexOf('<', skipped);
      continue;
    }
    const tag = readTag(text, at);
    if (typeof tag !== 'string' && !tag.closing) return judgeRoot(tag);
    repairs.add('junk-around-root');
    at = text.indexOf('<', at + 1);
  }
  return text.trim() === '' || text.includes('<') ? 'EMPTY_DOCUMENT' : 'NOT_A_FEED';
}

function judgeRoot(tag: Tag): Root | FeedFailureCode {
  const local = tag.raw.slice(tag.raw.indexOf(':') + 1).toLowerCase();
  const format = Object.hasOwn(ROOTS, local) ? ROOTS[local] : undefined;
  if (format !== undefined) return { tag, format };
  return HTML_ELEMENTS.has(local) ? 'HTML_NOT_FEED' : 'NOT_A_FEED';
}

const HTML_ELEMENTS: ReadonlySet<string> = new Set(
  'html head body title meta link script style div p span br h1 h2 h3 table form center noscript base'.split(
    ' ',
  ),
);

/**
 * Comment, instruction or document type before the root.
 *
 * @param seen `broken`: one was never closed: from then on the next `>` ends each, since the rest of
 *   the document may be whole, and looking for the end of each would take quadratic time
 * @returns the position after it, -1 without an end, undefined where there is none
 */
function skipDeclaration(
  text: string,
  at: number,
  seen: { broken: boolean; repairs: Set<Repair> },
): number | undefined {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
  if (text.startsWith('<?', at)) return after(text, '?>', at + 2);
  if (!text.startsWith('<!', at)) return undefined;
  seen.repairs.add('doctype');
  const end = seen.broken ? -1 : declarationEnd(text, at + 2);
  if (end !== -1) return end;
  seen.broken = true;
  return after(text, '>', at + 2);
}

function after(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at === -1 ? -1 : at + needle.length;
}

/** Position after the `>` of a `<!…>`, stepping over quotes and an internal subset; -1 without one. */
export function declarationEnd(text: string, from: number): number {
  let depth = 0;
  for (let pos = from; pos < text.length; pos += 1) {
    const char = text[pos];
    if (char === '[') depth += 1;
    else if (char === ']') depth -= 1;
    else if (char === '>' && depth <= 0) return pos + 1;
    else if ((char === '"' || char === "'") && depth > 0) {
      const close = text.indexOf(char, pos + 1);
      if (close === -1) return -1;
      pos = close;
    }
  }
  return -1;
}

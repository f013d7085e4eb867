import { Parser } from 'htmlparser2';

/** Characters of HTML that are read; what follows is left out. */
const MAX_HTML = 500_000;
/** Characters of text that are kept. */
const MAX_TEXT = 20_000;

const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const CELLS: ReadonlySet<string> = new Set(['td', 'th', 'option', 'button']);
const SKIPPED: ReadonlySet<string> = new Set(
  'script style head noscript template iframe svg object select textarea title math audio video canvas'.split(
    ' ',
  ),
);
/** Tags that titles carry for looks; any other tag in a title is something its author wrote about. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big br cite code del div em font i img ins kbd mark p q s small span strike strong sub sup time tt u wbr'.split(
    ' ',
  ),
);

/**
 * The text a reader of this HTML sees, one line per block, markup inside a line removed without
 * moving or losing a word. Time grows with the length of the input, whatever it nests.
 */
export function htmlToText(html: string): string {
  const parts: string[] = [];
  let size = 0;
  let skipped = 0;
  const hidden: string[] = [];
  const add = (text: string): void => {
    if (skipped > 0 || hidden.length > 0 || size > MAX_TEXT) return;
    parts.push(text);
    size += text.length;
  };
  const parser = new Parser({
    onopentag(raw, attributes) {
      const name = localName(raw);
      if (SKIPPED.has(name)) skipped += 1;
      else if (hidden.length > 0 || isHidden(attributes)) hidden.push(name);
      if (BLOCKS.has(name)) add('\n');
      else if (CELLS.has(name)) add(' ');
      else if (name === 'img') add(` ${(attributes['alt'] ?? '').replaceAll(/\s+/g, ' ')} `);
    },
    ontext: (text) => add(text.replaceAll(/\s+/g, ' ')),
    onclosetag(raw) {
      const name = localName(raw);
      if (SKIPPED.has(name)) skipped = Math.max(0, skipped - 1);
      else if (hidden.length > 0) hidden.pop();
      const cut = hidden.length === 0 && skipped === 0;
      if (cut && BLOCKS.has(name)) add('\n');
      else if (CELLS.has(name)) add(' ');
    },
  });
  parser.end(html.slice(0, MAX_HTML));
  return tidy(parts.join('')).slice(0, MAX_TEXT);
}

/** Mastodon writes the parts of a link that nobody is to see into such spans. */
function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  return (
    attributes['class'] === 'invisible' ||
    'hidden' in attributes ||
    /display\s*:\s*none/i.test((attributes['style'] ?? '').slice(0, 200))
  );
}

function localName(raw: string): string {
  return raw.slice(raw.indexOf(':') + 1);
}

/**
 * A title as text: character references are read and markup for looks is removed. Any other tag
 * stays as it was written, since a title like "How do I use <script> tags?" is about it.
 */
export function titleToText(title: string): string {
  const source = title.slice(0, MAX_TEXT);
  if (!/[<&]/.test(source)) return tidy(source);
  const parts: string[] = [];
  const onTag = (raw: string, from: number, to: number | null): void => {
    if (!INLINE.has(localName(raw.toLowerCase()))) parts.push(source.slice(from, (to ?? from) + 1));
    else if (raw === 'br' || raw === 'p' || raw === 'div') parts.push(' ');
  };
  const parser = new Parser({
    onopentagname: (raw) => onTag(raw, parser.startIndex, tagEnd(source, parser.startIndex)),
    ontext: (text) => parts.push(text),
    onclosetag: (raw, implied) => {
      if (!implied) onTag(raw, parser.startIndex, parser.endIndex);
    },
    oncomment: () => parts.push(' '),
  });
  parser.end(source);
  return tidy(parts.join('')).replaceAll('\n', ' ');
}

function tagEnd(source: string, from: number): number {
  const end = source.indexOf('>', from);
  return end === -1 ? source.length : end;
}

/** Plain text with its lines kept: spaces within a line become one, empty lines go. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(CONTROL, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim();
}

/** Control characters, soft hyphens and marks that reverse the direction of what follows. */
const CONTROL = /[^\P{Cc}\t\n\r]|[\u00AD\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

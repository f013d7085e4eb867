import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Characters of HTML that are read; what follows is left out. */
const MAX_HTML = 500_000;
/** Characters of text that are kept. */
const MAX_TEXT = 20_000;

const BLOCKS = names(
  'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul',
);
const CELLS = names('td th option button');
const SKIPPED = names(
  'script style head noscript template iframe svg object select textarea title math audio video canvas',
);
/** Elements that have no end tag, so nothing can be hidden in them. */
const VOID = names('area base br col embed hr img input link meta param source track wbr');
/** Tags that titles carry for looks; any other tag in a title is something its author wrote about. */
const INLINE = names(
  'a abbr b bdi bdo big br cite code del div em font i img ins kbd mark p q s small span strike strong sub sup time tt u wbr',
);

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/**
 * The text a reader of this HTML sees, one line per block, markup inside a line removed without
 * moving or losing a word.
 *
 * Works on htmlparser2's tokens: its parser keeps a stack of open elements, which takes quadratic
 * time on HTML that nests without end, and text needs no stack.
 */
export function htmlToText(html: string): string {
  const parts: string[] = [];
  let size = 0;
  /** The element whose content is not shown, and how many of its name are open in it. */
  let hidden: { readonly name: string; depth: number } | undefined;
  const add = (text: string): void => {
    if (hidden !== undefined || size > MAX_TEXT) return;
    parts.push(text);
    size += text.length;
  };
  readTokens(html.slice(0, MAX_HTML), {
    text: (text) => add(text.replaceAll(/\s+/g, ' ')),
    open(name, attributes) {
      add(separator(name));
      if (name === 'img') add(` ${(attributes['alt'] ?? '').replaceAll(/\s+/g, ' ')} `);
      if (hidden?.name === name) hidden.depth += 1;
      else if (SKIPPED.has(name) || isHidden(name, attributes)) hidden ??= { name, depth: 1 };
    },
    close(name) {
      if (hidden?.name === name) {
        hidden.depth -= 1;
        if (hidden.depth === 0) hidden = undefined;
      }
      add(separator(name));
    },
  });
  return tidy(parts.join('')).slice(0, MAX_TEXT);
}

function separator(name: string): string {
  if (BLOCKS.has(name)) return '\n';
  return CELLS.has(name) ? ' ' : '';
}

type Attributes = Readonly<Record<string, string>>;

/** Mastodon writes the parts of a link that nobody is to see into spans of class "invisible". */
function isHidden(name: string, attributes: Attributes): boolean {
  if (VOID.has(name)) return false;
  return (
    attributes['class'] === 'invisible' ||
    attributes['hidden'] !== undefined ||
    /display\s{0,5}:\s{0,5}none/i.test(attributes['style'] ?? '')
  );
}

/**
 * A title as text: character references are read and markup for looks is removed. Any other tag
 * stays as it was written, since a title like "How do I use <script> tags?" is about it.
 */
export function titleToText(title: string): string {
  const source = title.slice(0, MAX_TEXT);
  if (!/[<&]/.test(source)) return oneLine(source);
  const parts: string[] = [];
  const onTag = (name: string, from: number, to: number): void => {
    if (!INLINE.has(name)) parts.push(source.slice(from, to));
    else if (BLOCKS.has(name)) parts.push(' ');
  };
  readTokens(source, {
    text: (text) => parts.push(text),
    open: (name, _, from, to) => onTag(name, from, to),
    close: onTag,
  });
  return oneLine(parts.join(''));
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

/** The same without its line breaks. */
export function oneLine(text: string): string {
  return tidy(text).replaceAll('\n', ' ');
}

/** Control characters, soft hyphens and marks that reverse the direction of what follows. */
const CONTROL = /[^\P{Cc}\t\n\r]|[\u00AD\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** What a text needs to know of HTML; positions are those of the whole tag in the source. */
type TextTokens = {
  text(text: string): void;
  open(name: string, attributes: Attributes, from: number, to: number): void;
  close(name: string, from: number, to: number): void;
};

const MAX_ATTRIBUTE = 500;

function readTokens(html: string, { text, open, close }: TextTokens): void {
  let name = '';
  let from = 0;
  let attributes: Record<string, string> = {};
  let attributeName = '';
  let value = '';
  const nothing = (): void => {};
  const endOpen = (end: number): void => open(name, attributes, from, end + 1);
  const callbacks: TokenizerCallbacks = {
    ontext: (start, end) => text(html.slice(start, end)),
    ontextentity: (code) => text(String.fromCodePoint(code)),
    onopentagname(start, end) {
      name = localName(html.slice(start, end));
      from = start - 1;
      attributes = {};
    },
    onattribname(start, end) {
      attributeName = html.slice(start, Math.min(end, start + 20)).toLowerCase();
      value = '';
    },
    onattribdata(start, end) {
      if (value.length < MAX_ATTRIBUTE)
        value += html.slice(start, Math.min(end, start + MAX_ATTRIBUTE));
    },
    onattribentity(code) {
      if (value.length < MAX_ATTRIBUTE) value += String.fromCodePoint(code);
    },
    onattribend() {
      if (READ_ATTRIBUTES.has(attributeName)) attributes[attributeName] ??= value;
    },
    onopentagend: endOpen,
    onselfclosingtag: endOpen,
    onclosetag: (start, end) => close(localName(html.slice(start, end)), start - 2, end + 1),
    oncdata: (start, end) => text(html.slice(start, end)),
    oncomment: nothing,
    ondeclaration: nothing,
    onprocessinginstruction: nothing,
    onend: nothing,
  };
  const tokenizer = new Tokenizer({ decodeEntities: true }, callbacks);
  tokenizer.write(html);
  tokenizer.end();
}

const READ_ATTRIBUTES = names('alt class hidden style');

/** XHTML may write its elements with a prefix. */
function localName(raw: string): string {
  return raw.slice(raw.indexOf(':') + 1, 60).toLowerCase();
}

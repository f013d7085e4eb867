import { decodeEntities, type EntityBudget, entityBudget } from './entities.ts';
import type { FeedFailureCode, Repair } from './feed.ts';
import { type KnownElement, type Names, namesOf } from './names.ts';
import { declarationEnd, findRoot, type XmlFormat } from './prolog.ts';
import { readAttributes, readTag, type Tag } from './tags.ts';
import { documentWriter, type Leaf, type Writer } from './writer.ts';

/** A document that any XML parser reads, with nothing in it that we do not use. */
export type Repaired =
  | {
      readonly status: 'ok';
      readonly xml: string;
      readonly format: XmlFormat;
      readonly repairs: readonly Repair[];
      readonly truncated: boolean;
    }
  | { readonly status: 'failed'; readonly code: FeedFailureCode };

const MAX_DEPTH = 200;
/** How many open elements an end tag looks through for its partner before it is dropped. */
const MAX_CLOSE = 12;
// Characters that XML 1.0 forbids, and halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

type Open = {
  readonly raw: string;
  readonly element: KnownElement | undefined;
  readonly kept: boolean;
};

type Scan = {
  readonly text: string;
  pos: number;
  readonly stack: Open[];
  leaf: Leaf | undefined;
  readonly names: Names;
  readonly writer: Writer;
  readonly budget: EntityBudget;
  readonly repairs: Set<Repair>;
  failed: FeedFailureCode | undefined;
  done: boolean;
  /** A `<!…[` was never closed: from then on the next `>` ends such a declaration. */
  brokenDeclaration: boolean;
  /** Next place of a needle at or after the position it was asked for; it only moves forward. */
  readonly next: (needle: string, from: number) => number;
};

/**
 * Rewrites a feed, however broken, as a small well-formed document of the elements we read.
 *
 * One cursor that never moves back: no regular expression ever runs over the document, so time
 * grows with its length and nothing else. Markup inside a text element becomes its text, in order,
 * and whatever stands after a cut is dropped with the item it belongs to.
 */
export function repair(document: string): Repaired {
  const repairs = new Set<Repair>();
  const text = withoutForbidden(document, repairs);
  const root = findRoot(text, repairs);
  if (typeof root === 'string') return { status: 'failed', code: root };
  const { tag, format } = root;
  const budget = entityBudget(repairs);
  const names = namesOf(format === 'atom');
  const scan: Scan = {
    text,
    pos: tag.end,
    stack: [],
    leaf: undefined,
    names,
    writer: documentWriter(names, budget),
    budget,
    repairs,
    failed: undefined,
    done: false,
    brokenDeclaration: false,
    next: finder(text),
  };
  openRoot(scan, tag);
  while (!scan.done && scan.failed === undefined) step(scan);
  if (scan.failed !== undefined) return { status: 'failed', code: scan.failed };
  return {
    status: 'ok',
    xml: scan.writer.document(format),
    format,
    repairs: [...repairs],
    truncated: scan.stack.length > 0 && !scan.writer.full(),
  };
}

function withoutForbidden(document: string, repairs: Set<Repair>): string {
  const text = document.toWellFormed().replace(FORBIDDEN, '');
  if (text.length !== document.length) repairs.add('control-character');
  return text;
}

/** Remembers where each needle was last found, so that asking again costs nothing until it is passed. */
function finder(text: string): (needle: string, from: number) => number {
  const found = new Map<string, number>();
  return (needle, from) => {
    const known = found.get(needle);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    // Only names of the document can be this many; they all mean the same "not in time".
    if (known === undefined && found.size >= 64) return -1;
    const at = text.indexOf(needle, from);
    found.set(needle, at);
    return at;
  };
}

function openRoot(scan: Scan, tag: Tag): void {
  declareSpaces(scan, tag);
  scan.writer.rootAttributes(scan.text, tag);
  const element = scan.names.element(tag.raw);
  if (element?.kind === 'item') scan.writer.startItem(element, scan.text, tag);
  const root: KnownElement = { name: tag.raw, kind: 'root' };
  if (tag.selfClosing) scan.done = true;
  else scan.stack.push({ raw: tag.raw, element: element ?? root, kept: true });
}

function declareSpaces(scan: Scan, tag: Tag): void {
  if (tag.attributesTo - tag.attributesFrom < 6) return;
  const spaces = scan.next('xmlns', tag.attributesFrom);
  if (spaces === -1 || spaces > tag.attributesTo) return;
  readAttributes(scan.text, tag.attributesFrom, tag.attributesTo, (name, value) => {
    if (name.startsWith('xmlns:')) scan.names.declare(name.slice(6), value);
  });
}

/** Reads up to the next `<` that opens something, and what it opens. */
function step(scan: Scan): void {
  const { text, pos } = scan;
  let at = text.indexOf('<', pos);
  let tag: ReturnType<typeof readOpening> = at === -1 ? 'unfinished' : readOpening(text, at);
  const first = at;
  while (tag === 'text') {
    at = text.indexOf('<', at + 1);
    tag = at === -1 ? 'unfinished' : readOpening(text, at);
  }
  if (at !== first) scan.repairs.add('bare-less-than');
  addText(scan, pos, at === -1 ? text.length : at);
  if (tag === 'unfinished') {
    scan.done = true;
  } else if (tag === 'declaration') {
    stepDeclaration(scan, at);
  } else {
    scan.pos = tag.end;
    if (scan.leaf === undefined) stepTag(scan, tag);
    else stepInLeaf(scan, scan.leaf, tag, at);
  }
}

function readOpening(text: string, at: number): ReturnType<typeof readTag> | 'declaration' {
  const next = text[at + 1];
  return next === '!' || next === '?' ? 'declaration' : readTag(text, at);
}

function addText({ leaf, stack, writer, text, budget }: Scan, from: number, to: number): void {
  if (from >= to) return;
  const part = text.slice(from, to);
  if (leaf !== undefined) {
    leaf.text.push(decodeEntities(part, budget));
    leaf.source.push(part.replaceAll('<', '&lt;'));
  } else if (stack.at(-1)?.element?.kind === 'container') {
    // RSS writes a person as text where Atom has elements for name and address.
    writer.containerText(decodeEntities(part, budget).trim());
  }
}

function stepDeclaration(scan: Scan, at: number): void {
  const { text, leaf } = scan;
  let end: number;
  if (text.startsWith('<![CDATA[', at)) {
    end = scan.next(']]>', at + 9);
    const content = text.slice(at + 9, end === -1 ? text.length : end);
    leaf?.text.push(content);
    leaf?.source.push(content);
    end = end === -1 ? -1 : end + 3;
  } else if (text.startsWith('<!--', at)) {
    end = scan.next('-->', at + 4);
    end = end === -1 ? -1 : end + 3;
  } else if (text.startsWith('<?', at)) {
    end = scan.next('>', at + 2) + 1;
    if (end === 0) end = -1;
  } else {
    end = skipOddDeclaration(scan, at);
  }
  if (end === -1) scan.done = true;
  else scan.pos = end;
}

function skipOddDeclaration(scan: Scan, at: number): number {
  scan.repairs.add('doctype');
  const whole = scan.brokenDeclaration ? -1 : declarationEnd(scan.text, at + 2);
  if (whole !== -1) return whole;
  scan.brokenDeclaration = true;
  const end = scan.next('>', at + 2);
  return end === -1 ? -1 : end + 1;
}

function stepTag(scan: Scan, tag: Tag): void {
  if (tag.closing) {
    close(scan, tag.raw);
    return;
  }
  declareSpaces(scan, tag);
  const element = scan.names.element(tag.raw);
  if (element?.kind === 'item') openItem(scan, element, tag);
  else if (element !== undefined && isExpected(scan, element)) openKnown(scan, element, tag);
  else push(scan, { raw: tag.raw, element: undefined, kept: false }, tag);
}

/** A known element counts only where it says something about the item or the feed itself. */
function isExpected({ stack, writer }: Scan, element: KnownElement): boolean {
  const parent = stack.at(-1);
  if (parent === undefined || !parent.kept) return false;
  if (element.kind === 'root') return false;
  if (element.kind === 'channel') return parent.element?.kind === 'root';
  return writer.inItem() || element.kind !== 'container';
}

function openItem(scan: Scan, element: KnownElement, tag: Tag): void {
  const { writer, stack } = scan;
  if (writer.full()) {
    scan.repairs.add('items-capped');
    scan.done = true;
    return;
  }
  if (writer.inItem()) scan.repairs.add('nested-item');
  if (writer.nestedTooDeep()) {
    while (stack.length > 0 && pop(scan)?.element?.kind !== 'item');
  }
  writer.startItem(element, scan.text, tag);
  if (tag.selfClosing) writer.endItem(element);
  else push(scan, { raw: tag.raw, element, kept: true }, tag);
}

function openKnown(scan: Scan, element: KnownElement, tag: Tag): void {
  const { writer } = scan;
  if (element.kind === 'channel') {
    writer.rootAttributes(scan.text, tag);
    push(scan, { raw: tag.raw, element, kept: true }, tag);
  } else if (element.kind === 'container') {
    if (tag.selfClosing) return;
    writer.openContainer(element);
    push(scan, { raw: tag.raw, element, kept: true }, tag);
  } else {
    const leaf = writer.startLeaf(element, scan.text, tag);
    if (tag.selfClosing) writer.endLeaf(leaf);
    else scan.leaf = leaf;
  }
}

function push(scan: Scan, open: Open, tag: Tag): void {
  if (tag.selfClosing) return;
  scan.stack.push(open);
  if (scan.stack.length > MAX_DEPTH) scan.failed = 'TOO_DEEP';
}

function pop({ stack, writer }: Scan): Open | undefined {
  const open = stack.pop();
  if (open?.element?.kind === 'item') writer.endItem(open.element);
  else if (open?.element?.kind === 'container') writer.closeContainer(open.element);
  return open;
}

/** Closes the element of this name and what was left open inside it; without a partner it is dropped. */
function close(scan: Scan, raw: string): void {
  const at = partnerOf(scan, raw);
  if (at === -1) {
    scan.repairs.add('closing-tag');
    return;
  }
  if (at < scan.stack.length - 1) scan.repairs.add('unclosed-element');
  while (scan.stack.length > at) pop(scan);
  if (scan.stack.length === 0) scan.done = true;
}

function partnerOf({ stack }: Scan, raw: string): number {
  const deepest = Math.max(0, stack.length - MAX_CLOSE);
  for (let at = stack.length - 1; at >= deepest; at -= 1) {
    if (stack[at]?.raw === raw) return at;
  }
  return -1;
}

/** A tag inside a text element: part of its text, its end, or the sign that its end is missing. */
function stepInLeaf(scan: Scan, leaf: Leaf, tag: Tag, at: number): void {
  if (tag.closing && tag.raw === leaf.raw) {
    leaf.nested -= 1;
    if (leaf.nested < 0) {
      endLeaf(scan, leaf);
      return;
    }
  } else if (!tag.closing && tag.raw === leaf.raw && !tag.selfClosing) {
    leaf.nested += 1;
  } else if (endsUnclosed(scan, leaf, tag)) {
    scan.repairs.add('unclosed-element');
    endLeaf(scan, leaf);
    scan.pos = at;
    return;
  }
  if (leaf.element.kind === 'html') {
    leaf.markup = true;
    scan.repairs.add('markup-in-text');
    leaf.source.push(scan.text.slice(at, tag.end));
  }
}

function endLeaf(scan: Scan, leaf: Leaf): void {
  scan.writer.endLeaf(leaf);
  scan.leaf = undefined;
}

function endsUnclosed(scan: Scan, leaf: Leaf, tag: Tag): boolean {
  if (tag.closing) return partnerOf(scan, tag.raw) !== -1;
  const element = scan.names.element(tag.raw);
  if (element === undefined || HTML_NAMES.has(tag.raw.toLowerCase())) return false;
  return element.kind === 'item' || !closesInTime(scan, leaf, tag.end);
}

/** Names that markup inside a text may use for itself. */
const HTML_NAMES: ReadonlySet<string> = new Set(['title', 'link', 'summary', 'body', 'content']);

/** Whether the end tag of the leaf comes before this item ends or another begins. */
function closesInTime({ next }: Scan, leaf: Leaf, from: number): boolean {
  const end = next(`</${leaf.raw}`, from);
  if (end === -1) return false;
  return ['</item', '</entry', '<item', '<entry'].every((needle) => {
    const at = next(needle, from);
    return at === -1 || at > end;
  });
}

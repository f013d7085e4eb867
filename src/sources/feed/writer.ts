import { decodeEntities, type EntityBudget, escapeXml } from './entities.ts';
import { MAX_ITEMS } from './feed.ts';
import type { KnownElement, Names } from './names.ts';
import { readAttributes, type Tag } from './tags.ts';

/** Fields of one item, or of the feed itself, that are kept. */
const MAX_FIELDS = 300;
/** Items inside items; a document that goes on deeper forgot its end tags. */
const MAX_NESTED_ITEMS = 8;

/** An element whose content is text to us: both readings are kept until its end tells which is right. */
export type Leaf = {
  readonly raw: string;
  readonly element: KnownElement;
  readonly attributes: string;
  /** What the document says it is: `xhtml` means that text is text, not markup. */
  readonly type: string;
  /** What the content says, tags left out. */
  readonly text: string[];
  /** Content as HTML source. */
  readonly source: string[];
  markup: boolean;
  /** Elements of the same name open inside. */
  nested: number;
};

type Frame = {
  readonly slot: number;
  readonly open: string;
  readonly parts: string[];
  fields: number;
};

/**
 * Collects the repaired document: the feed's own fields, and the items in the order of their start,
 * each whole or not at all.
 */
export type Writer = {
  readonly items: () => number;
  readonly full: () => boolean;
  readonly inItem: () => boolean;
  readonly nestedTooDeep: () => boolean;
  startItem(element: KnownElement, text: string, tag: Tag): void;
  endItem(element: KnownElement): void;
  openContainer(element: KnownElement): void;
  closeContainer(element: KnownElement): void;
  containerText(text: string): void;
  startLeaf(element: KnownElement, text: string, tag: Tag): Leaf;
  endLeaf(leaf: Leaf): void;
  rootAttributes(text: string, tag: Tag): void;
  /** The document; items that were never closed are left out. */
  document(format: 'rss' | 'rdf' | 'atom'): string;
};

export function documentWriter(names: Names, budget: EntityBudget): Writer {
  const head: string[] = [];
  const slots: string[] = [];
  const frames: Frame[] = [];
  let headFields = 0;
  let rootAttributes = '';

  const write = (xml: string): void => {
    (frames.at(-1)?.parts ?? head).push(xml);
  };
  const attributesOf = (text: string, tag: Tag): { xml: string; type: string } => {
    if (tag.attributesFrom >= tag.attributesTo) return { xml: '', type: '' };
    let xml = '';
    let type = '';
    let mode = '';
    const capped = readAttributes(text, tag.attributesFrom, tag.attributesTo, (raw, value) => {
      const name = names.attribute(raw);
      if (name === undefined) return;
      if (name === 'type') type = value.trim().toLowerCase();
      if (name === 'mode') mode = value.trim().toLowerCase();
      xml += ` ${name}="${escapeXml(decodeEntities(value, budget)).replaceAll('"', '&quot;')}"`;
    });
    if (capped) budget.repairs.add('attributes-capped');
    return { xml, type: mode === 'escaped' && !type.includes('html') ? 'html' : type };
  };
  /** Counts a field of the item or feed being written; false when it has had its share. */
  const countField = (): boolean => {
    const frame = frames.at(-1);
    const fields = frame === undefined ? ++headFields : ++frame.fields;
    if (fields <= MAX_FIELDS) return true;
    budget.repairs.add('fields-capped');
    return false;
  };

  return {
    items: () => slots.length,
    full: () => slots.length >= MAX_ITEMS,
    inItem: () => frames.length > 0,
    nestedTooDeep: () => frames.length >= MAX_NESTED_ITEMS,
    startItem(element, text, tag) {
      const open = `<${element.name}${attributesOf(text, tag).xml}>`;
      frames.push({ slot: slots.length, open, parts: [], fields: 0 });
      slots.push('');
    },
    endItem(element) {
      const frame = frames.pop();
      if (frame === undefined) return;
      slots[frame.slot] = `${frame.open}${frame.parts.join('')}</${element.name}>`;
    },
    openContainer: (element) => write(`<${element.name}>`),
    closeContainer: (element) => write(`</${element.name}>`),
    containerText(text) {
      if (text !== '' && countField()) write(characterData(text));
    },
    startLeaf(element, text, tag) {
      const { xml, type } = attributesOf(text, tag);
      return {
        raw: tag.raw,
        element,
        attributes: xml,
        type,
        text: [],
        source: [],
        markup: type === 'xhtml' || type === 'application/xhtml+xml',
        nested: 0,
      };
    },
    endLeaf(leaf) {
      if (!countField()) return;
      const isSource = leaf.element.kind === 'html' && leaf.markup;
      const text = characterData((isSource ? leaf.source : leaf.text).join(''));
      // First, so that it wins over the type that the document gave.
      const attributes = isSource
        ? ` type="html"${leaf.attributes.replace(/ (?:type|mode)="[^"]*"/g, '')}`
        : leaf.attributes;
      write(`<${leaf.element.name}${attributes}>${text}</${leaf.element.name}>`);
    },
    rootAttributes(text, tag) {
      rootAttributes += attributesOf(text, tag)
        .xml.split(/(?= xml:)/)
        .filter(
          (attribute) =>
            attribute.startsWith(' xml:') && !rootAttributes.includes(attribute.slice(0, 9)),
        )
        .join('');
    },
    document(format) {
      const fields = head.join('');
      const items = slots.join('');
      // With an attribute at least: rss-parser does not recognise a root that is empty altogether.
      const atom = 'xmlns="http://www.w3.org/2005/Atom"';
      if (format === 'atom') return `<feed ${atom}${rootAttributes}>${fields}${items}</feed>`;
      const channel = `<channel>${fields}</channel>${items}`;
      if (format === 'rdf') return `<rdf:RDF${rootAttributes}>${channel}</rdf:RDF>`;
      return `<rss version="2.0"${rootAttributes}>${channel}</rss>`;
    },
  };
}

/** A section that needs no references: XML readers take a hundred times longer for those. */
function characterData(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

import { Parser } from 'htmlparser2';
import type { Repair } from './feed.ts';

/** Character references of one document that are decoded; an honest 5 MB feed has far fewer. */
const MAX_REFERENCES = 100_000;
/** Distinct names of one document that are looked up; HTML has 2,231 in all. */
const MAX_NAMES = 2_500;
/** Longest name of an HTML entity, plus one. */
const MAX_NAME = 33;

/** windows-1252 for the codes 0x80–0x9F, which people write and mean: `&#150;` is a dash. */
const C1 =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178';

const XML_NAMES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** What is counted while one document is repaired. */
export type EntityBudget = {
  left: number;
  readonly repairs: Set<Repair>;
  /** Names that were looked up, with what they mean. */
  readonly names: Map<string, string | undefined>;
};

/** A fresh count for one document. */
export function entityBudget(repairs: Set<Repair>): EntityBudget {
  return { left: MAX_REFERENCES, repairs, names: new Map() };
}

/** Text as XML or HTML. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * What character data says: references of XML and HTML become their characters, unknown names and
 * bare ampersands stay text.
 */
export function decodeEntities(text: string, budget: EntityBudget): string {
  let at = text.indexOf('&');
  if (at === -1) return text;
  let from = 0;
  let out = '';
  while (at !== -1) {
    const reference = readReference(text, at, budget);
    out += text.slice(from, at) + reference.text;
    from = reference.end;
    at = text.indexOf('&', from);
  }
  return out + text.slice(from);
}

function readReference(
  text: string,
  at: number,
  budget: EntityBudget,
): { readonly text: string; readonly end: number } {
  const bare = { text: '&', end: at + 1 };
  const match = mayBegin(text.charCodeAt(at + 1))
    ? /^(#\d{1,8}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]*);/.exec(
        text.slice(at + 1, at + 1 + MAX_NAME),
      )
    : null;
  if (match === null) {
    budget.repairs.add('bare-ampersand');
    return bare;
  }
  if (budget.left <= 0) {
    budget.repairs.add('entities-capped');
    return bare;
  }
  budget.left -= 1;
  const name = match[1] ?? '';
  const decoded = name.startsWith('#') ? ofNumber(name, budget) : ofName(name, budget);
  return decoded === undefined ? bare : { text: decoded, end: at + 1 + match[0].length };
}

/** `#` or a letter; anything else is a bare ampersand, and not worth a regular expression. */
function mayBegin(code: number): boolean {
  return code === 0x23 || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function ofNumber(reference: string, budget: EntityBudget): string {
  const hex = reference[1] === 'x' || reference[1] === 'X';
  const code = hex ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
  if (code >= 0x80 && code <= 0x9f) {
    budget.repairs.add('entity');
    return C1[code - 0x80] ?? '';
  }
  if (!isXmlCharacter(code)) {
    budget.repairs.add('control-character');
    return '';
  }
  return String.fromCodePoint(code);
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

function ofName(name: string, budget: EntityBudget): string | undefined {
  if (Object.hasOwn(XML_NAMES, name)) return XML_NAMES[name];
  budget.repairs.add('entity');
  const { names } = budget;
  if (!names.has(name) && names.size < MAX_NAMES) names.set(name, htmlEntity(name));
  return names.get(name);
}

/** Asks the HTML parser, which knows all 2,000 names. */
function htmlEntity(name: string): string | undefined {
  const reference = `&${name};`;
  let text = '';
  const parser = new Parser({
    ontext: (part) => {
      text += part;
    },
  });
  parser.end(reference);
  // "&notit;" is read as "¬it;": only a reference that was used up whole is a name.
  return text.startsWith('&') || text.endsWith(';') ? undefined : text;
}

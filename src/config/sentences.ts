import type * as z from 'zod';
import { closest } from './suggest.ts';

/**
 * What is wrong with a setting, in words for a person who does not program.
 * @param file as it was written, valid or not
 */
export function sentence(issue: z.core.$ZodIssue, file: unknown): string {
  // Rules with words of their own say what to write; those of the schema language begin like this.
  if (!/^(?:Invalid|Too) /.test(issue.message)) return issue.message;
  const written = valueAt(file, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, written);
    case 'invalid_value':
      return unknownChoice(issue.path, issue.values, written);
    case 'invalid_union':
      return 'discriminator' in issue && 'options' in issue && Array.isArray(issue.options)
        ? unknownChoice(issue.path, issue.options, written)
        : issue.message;
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.message;
    case 'too_small':
      return `${issue.inclusive === false ? 'must be more than' : 'needs at least'} ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `takes at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'is not an e-mail address. Write one, for example team@example.com',
  url: 'is not a web address. Write one in full, for example https://example.com/feed.rss',
};

const TYPES: Readonly<Record<string, string>> = {
  object: 'settings (name: value)',
  record: 'settings (name: value)',
  array: 'a list (each item on a line that begins with "- ")',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function wrongType(expected: string, written: unknown): string {
  if (written === undefined) return 'is missing';
  const wanted = TYPES[expected] ?? `a value of type ${expected}`;
  if (written === null) return `has no value. Write ${wanted}`;
  if (typeof written === 'object')
    return `must be ${wanted}, not ${Array.isArray(written) ? 'a list' : 'settings'}`;
  const quotes = expected === 'string' ? '. Put it in quotes' : '';
  return `must be ${wanted}, not ${JSON.stringify(written)}${quotes}`;
}

const UNITS: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' in the list',
  set: ' in the list',
};

function unitOf(origin: string, count: number | bigint): string {
  if (origin === 'string' && Number(count) === 1) return ' character';
  return UNITS[origin] ?? '';
}

/** A name that chooses among several, and chooses none of them. */
function unknownChoice(
  path: readonly PropertyKey[],
  options: readonly unknown[],
  written: unknown,
): string {
  const known = options.filter((option) => typeof option === 'string');
  if (written === undefined) return `is missing. Known: ${known.join(', ')}`;
  if (typeof written !== 'string') return `must be one of: ${known.join(', ')}`;
  const guess = closest(written, known);
  const hint = guess === undefined ? `Known: ${known.join(', ')}` : `Did you mean "${guess}"?`;
  const what = path.findLast((step) => typeof step === 'string') ?? 'setting';
  return `unknown ${what} "${written}". ${hint}`;
}

/** What a file holds at a path; undefined where it holds nothing. */
export function valueAt(file: unknown, path: readonly PropertyKey[]): unknown {
  let value = file;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** What is wrong with the file as YAML, by the reader's code; other codes keep the reader's words. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'begins with a tab. Indent with spaces',
  MULTIPLE_DOCS: 'begins a second document. Keep one: remove the line ---',
  DUPLICATE_KEY: 'is written a second time. Keep one of them',
  BLOCK_AS_IMPLICIT_KEY:
    'is indented differently from the settings beside it, or is a text with ": " in it. Put such a text in quotes',
  BAD_INDENT: 'is indented differently from the settings that it belongs to',
};

/** Drops what only follows from a mistake in the same line. */
export function syntaxMistakes<Place extends { readonly line: number }>(
  errors: readonly { readonly code: string; readonly message: string; readonly place: Place }[],
): (Place & { readonly path: string; readonly message: string })[] {
  return errors
    .filter(({ place }, i) => errors.findIndex((other) => other.place.line === place.line) === i)
    .map(({ code, message, place }) => ({
      ...place,
      path: '',
      message: SYNTAX[code] ?? message.split(' at line ')[0] ?? message,
    }));
}

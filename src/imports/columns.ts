import { ImportRefused } from './refused.ts';

/** What an import can take from a column. */
export const IMPORT_FIELDS = [
  'text',
  'title',
  'rating',
  'date',
  'author',
  'url',
  'id',
  'language',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Which column holds what; {@link NO_COLUMN} where none does although one has the usual name. */
export type ColumnMap = { readonly [field in ImportField]?: string };

/** Written in a map for a field that the file has no column for, whatever its columns are called. */
export const NO_COLUMN = '-';

/** Of the columns that a message lists; a file that is no table has odd ones. */
const LONGEST_NAME = 40;
const MOST_NAMES = 30;

/** Names that exports use, without case, spaces and signs; the first that a file has counts. */
const USUAL: Readonly<Record<ImportField, readonly string[]>> = {
  text: [
    'text',
    'review',
    'reviewtext',
    'reviewbody',
    'body',
    'comment',
    'content',
    'message',
    'feedback',
  ],
  title: ['title', 'reviewtitle', 'headline', 'subject'],
  rating: ['rating', 'stars', 'starrating', 'score'],
  date: [
    'date',
    'reviewdate',
    'createdat',
    'created',
    'publishedat',
    'submittedat',
    'timestamp',
    'time',
  ],
  author: ['author', 'authorname', 'reviewer', 'reviewername', 'name', 'username', 'nickname'],
  url: ['url', 'link', 'permalink', 'reviewurl'],
  id: ['id', 'reviewid', 'commentid', 'uuid'],
  language: ['language', 'lang', 'languagecode'],
};

/**
 * Reads `text=Review,rating=Stars`. Column names may hold commas, spaces and signs of equality.
 *
 * @throws {ImportRefused} naming what is wrong with it
 */
export function parseMap(written: string): ColumnMap {
  const fields = IMPORT_FIELDS.join('|');
  const parts = written.split(new RegExp(`,\\s{0,5}(?=(?:${fields})=)`));
  const map: { [field in ImportField]?: string } = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    const field = IMPORT_FIELDS.find((one) => one === part.slice(0, at).trim());
    const column = part.slice(at + 1).trim();
    if (at === -1 || field === undefined || column === '')
      throw new ImportRefused(
        `--map does not understand "${part}". Write field=Column; fields: ${IMPORT_FIELDS.join(', ')}.`,
      );
    if (map[field] !== undefined) throw new ImportRefused(`--map names ${field} twice.`);
    map[field] = column;
  }
  return map;
}

/**
 * Which column of this file holds what: what the operator wrote, else the usual names.
 *
 * @throws {ImportRefused} for a column that the file does not have, and without a column of texts
 */
export function resolveColumns(names: readonly string[], given: ColumnMap): ColumnMap {
  const map: { [field in ImportField]?: string } = {};
  const taken = new Set<string>();
  for (const field of IMPORT_FIELDS) {
    const column = given[field];
    if (column === undefined || column === NO_COLUMN) continue;
    map[field] = named(column, names);
    taken.add(map[field]);
  }
  for (const field of IMPORT_FIELDS) {
    if (given[field] !== undefined) continue;
    const column = usualColumn(field, names, taken);
    if (column === undefined) continue;
    map[field] = column;
    taken.add(column);
  }
  // Stars alone are taken where somebody says that there are no words, not where none were found.
  const isWordless = given.text === NO_COLUMN && map.rating !== undefined;
  if (map.text === undefined && map.title === undefined && !isWordless)
    throw new ImportRefused(
      `no column is called text, review or comment. Say which one holds the words: --map text=Column. ${listed(names)}`,
    );
  return map;
}

function named(column: string, names: readonly string[]): string {
  const exact = names.find((name) => name === column);
  const found = exact ?? names.find((name) => plain(name) === plain(column));
  if (found === undefined)
    throw new ImportRefused(`the file has no column "${column}". ${listed(names)}`);
  return found;
}

function usualColumn(
  field: ImportField,
  names: readonly string[],
  taken: ReadonlySet<string>,
): string | undefined {
  for (const usual of USUAL[field]) {
    const column = names.find((name) => !taken.has(name) && plain(name) === usual);
    if (column !== undefined) return column;
  }
  return undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function listed(names: readonly string[]): string {
  const shown = names
    .map((name) => name.replaceAll(/\p{C}+/gu, ' ').trim())
    .filter((name) => name !== '')
    .map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name));
  const more = shown.length > MOST_NAMES ? ` and ${shown.length - MOST_NAMES} more` : '';
  return `Columns: ${shown.slice(0, MOST_NAMES).join(', ')}${more}.`;
}

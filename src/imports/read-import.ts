import type { FeedItem } from '../mentions/feed-item.ts';
import { type ColumnMap, type ImportField, resolveColumns } from './columns.ts';
import { readCsv } from './csv.ts';
import { readImportDate } from './dates.ts';
import { decodeText } from './decode.ts';
import { readJsonDocument, readJsonLines } from './json-rows.ts';
import { ImportRefused } from './refused.ts';
import type { Columns, Row } from './row.ts';
import { readScore } from './score.ts';

export type ImportFormat = 'csv' | 'jsonl' | 'json';

export type ImportOptions = {
  readonly format: ImportFormat;
  /** Columns that the operator named; the others are found by their usual names. */
  readonly map: ColumnMap;
  /** Where dates without a zone were written; IANA name. */
  readonly timeZone: string;
  /** Order of day and month in digits, where the file has dates that read both ways. */
  readonly dateOrder?: 'dmy' | 'mdy';
  /** Highest rating; 5 where nothing is said. */
  readonly scale?: number;
  /** Rows without a date count on the day of the import instead of being rejected. */
  readonly undated?: boolean;
  /** Texts are HTML. */
  readonly html?: boolean;
  readonly encoding?: string;
  readonly delimiter?: string;
};

export type Imported =
  /** First of all: which column holds what. */
  | { readonly status: 'columns'; readonly columns: ColumnMap }
  | { readonly status: 'item'; readonly line: number; readonly item: FeedItem }
  | { readonly status: 'reject'; readonly line: number; readonly reason: string };

/**
 * Reads an export as items, one row after the other, in memory that does not grow with the file
 * (except for one JSON document, which is read as a whole). Each row becomes an item or a reject with
 * its line and reason; none is left out silently.
 *
 * @throws {ImportRefused} where the file as a whole cannot be read
 */
export async function* readImport(
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<Imported> {
  let columns: ColumnMap | undefined;
  for await (const row of rowsOf(decodeText(bytes, options.encoding), options)) {
    if (row.status === 'columns') {
      columns = columnsOf(row, options);
      yield { status: 'columns', columns };
    } else if (row.status === 'reject' || columns === undefined) {
      yield row.status === 'reject'
        ? row
        : { status: 'reject', line: row.line, reason: 'comes before the columns' };
    } else {
      yield itemOf(row, columns, options);
    }
  }
}

function rowsOf(
  text: AsyncIterable<string>,
  { format, delimiter }: ImportOptions,
): AsyncGenerator<Columns | Row> {
  switch (format) {
    case 'csv':
      return readCsv(text, delimiter);
    case 'jsonl':
      return readJsonLines(text);
    case 'json':
      return readJsonDocument(text);
    default:
      return format satisfies never;
  }
}

function columnsOf({ names }: Columns, { map, undated = false }: ImportOptions): ColumnMap {
  const columns = resolveColumns(names, map);
  if (columns.date === undefined && !undated)
    throw new ImportRefused(
      'no column holds the dates. Say which one: --map date=Column; or say --undated to count every row on the day of the import.',
    );
  return columns;
}

function itemOf(
  row: Extract<Row, { status: 'row' }>,
  columns: ColumnMap,
  options: ImportOptions,
): Imported {
  const { line } = row;
  const reject = (reason: string): Imported => ({ status: 'reject', line, reason });
  const cell = (field: ImportField): string => {
    const column = columns[field];
    return column === undefined ? '' : withoutGuard(row.get(column)?.trim() ?? '');
  };
  const [text, title] = [cell('text'), cell('title')];
  const rating = readScore(cell('rating'), options.scale ?? 5);
  if (rating === 'unreadable')
    return reject(`"${cell('rating').slice(0, 20)}" is no rating from 1 to ${options.scale ?? 5}`);
  if (text === '' && title === '' && rating === null) return reject('has neither text nor rating');
  const date = dateOf(cell('date'), options);
  if ('reason' in date) return reject(date.reason);
  const body = options.html === true ? { html: text } : { html: null, text };
  return {
    status: 'item',
    line,
    item: {
      nativeId: cell('id') || null,
      link: httpLink(cell('url')),
      title: title || null,
      titleIsText: true,
      ...body,
      author: cell('author') || null,
      publishedAt: date.date,
      updatedAt: null,
      dateSuspect: false,
      rating,
      categories: [],
      language: languageOf(cell('language')),
    },
  };
}

function dateOf(
  raw: string,
  { timeZone, dateOrder, undated = false }: ImportOptions,
): { readonly date: string | null } | { readonly reason: string } {
  if (raw === '') return undated ? { date: null } : { reason: 'has no date' };
  const read = readImportDate(raw, {
    timeZone,
    ...(dateOrder === undefined ? {} : { order: dateOrder }),
  });
  const shown = raw.slice(0, 30);
  if (read.status === 'ok') return { date: read.date };
  return read.status === 'ambiguous'
    ? { reason: `"${shown}" can be two days: say --dates dmy or --dates mdy` }
    : { reason: `"${shown}" is no date that can be read` };
}

/** Exports put an apostrophe before what a spreadsheet would take for a formula. */
function withoutGuard(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

function httpLink(raw: string): string | null {
  const url = URL.parse(raw);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** `en`, `en-GB`, `en_GB`; anything else says nothing. */
function languageOf(raw: string): string | null {
  return /^([a-z]{2,3})(?:[-_][a-z0-9]{2,8}){0,3}$/i.exec(raw)?.[1]?.toLowerCase() ?? null;
}

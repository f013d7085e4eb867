import { ImportRefused } from './refused.ts';
import { type Columns, MAX_RECORD, type Row } from './row.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Quotes without an end that are stepped over before the rest of the file is given up. */
const MAX_OPEN_QUOTES = 100;

/**
 * Reads CSV (RFC 4180) and what spreadsheets make of it: semicolons, tabs or bars between cells, a
 * line `sep=;` at the top, any line ends, line breaks and doubled quotes inside quotes. The first
 * record names the columns.
 *
 * A record that cannot be read is rejected with its line, and reading goes on behind it: after a
 * quote without an end, on the next line.
 *
 * @throws {ImportRefused} for a file without columns
 */
export async function* readCsv(
  text: AsyncIterable<string>,
  delimiter?: string,
): AsyncGenerator<Columns | Row> {
  let names: readonly string[] | undefined;
  for await (const record of records(text, delimiter)) {
    if (record.status === 'reject') {
      yield record;
    } else if (names === undefined) {
      names = columnNames(record.cells);
      yield { status: 'columns', names };
    } else {
      yield rowOf(record, names);
    }
  }
  if (names === undefined)
    throw new ImportRefused('the file is empty: it has no line with columns.');
}

function columnNames(cells: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ImportRefused(`two columns are called "${twice}". Rename one of them in the file.`);
  return names;
}

type CsvRecord = { readonly status: 'record'; readonly line: number; readonly cells: string[] };

function rowOf({ line, cells }: CsvRecord, names: readonly string[]): Row {
  // A shifted row would put one customer's words under another one's name.
  if (cells.slice(names.length).some((cell) => cell.trim() !== ''))
    return {
      status: 'reject',
      line,
      reason: `has ${cells.length} cells where the header has ${names.length}`,
    };
  return {
    status: 'row',
    line,
    get: (column) => {
      const at = names.indexOf(column);
      return at === -1 ? undefined : cells[at];
    },
  };
}

type CsvReject = Extract<Row, { status: 'reject' }>;

/** Where reading stands: what is not read yet, and the line on which it begins. */
type Standing = {
  held: string;
  line: number;
  delimiter: string | undefined;
  rejects: number;
  /** The rest of a line that was given up. */
  isSkipping: boolean;
};

async function* records(
  text: AsyncIterable<string>,
  delimiter: string | undefined,
): AsyncGenerator<CsvRecord | CsvReject> {
  const standing: Standing = { held: '', line: 1, delimiter, rejects: 0, isSkipping: false };
  for await (const piece of text) {
    standing.held += piece;
    yield* wholeRecords(standing, false);
  }
  yield* wholeRecords(standing, true);
}

/** The records that are whole, taken out of what is held. */
function* wholeRecords(standing: Standing, isEnd: boolean): Generator<CsvRecord | CsvReject> {
  standing.delimiter ??= detectDelimiter(standing, isEnd);
  while (standing.delimiter !== undefined && standing.rejects < MAX_OPEN_QUOTES) {
    if (standing.isSkipping) skipLine(standing);
    const taken = takeRecord(standing.held, standing.delimiter, isEnd);
    if (taken === undefined) return;
    const { line } = standing;
    standing.line += taken.lines;
    standing.held = standing.held.slice(taken.length);
    if (taken.status === 'reject') {
      standing.isSkipping = taken.lines === 0;
      standing.rejects += 1;
      const isLast = standing.rejects === MAX_OPEN_QUOTES;
      yield { status: 'reject', line, reason: isLast ? TOO_MANY : taken.reason };
    } else if (taken.cells.some((cell) => cell.trim() !== '')) {
      yield { status: 'record', line, cells: taken.cells };
    }
  }
  // Nothing more is read of such a file, so nothing more is held.
  if (standing.rejects >= MAX_OPEN_QUOTES) standing.held = '';
}

function skipLine(standing: Standing): void {
  const end = /\r\n?|\n/.exec(standing.held);
  standing.isSkipping = end === null;
  standing.line += end === null ? 0 : 1;
  standing.held = end === null ? '' : standing.held.slice(end.index + end[0].length);
}

const TOO_MANY = `the file is left out from here on: ${MAX_OPEN_QUOTES} records could not be told apart`;

type Taken = {
  /** Characters and line ends to step over. */
  readonly length: number;
  readonly lines: number;
} & (
  | { readonly status: 'record'; readonly cells: string[] }
  | { readonly status: 'reject'; readonly reason: string }
);

/** The record at the start of a text; undefined where more text is needed to know its end. */
function takeRecord(text: string, delimiter: string, isEnd: boolean): Taken | undefined {
  if (text === '') return undefined;
  const cells: string[] = [];
  for (let at = 0; at <= MAX_RECORD; ) {
    const cell = takeCell(text, at, delimiter);
    if (cell === undefined || (!isEnd && isOpen(text, cell.end))) break;
    cells.push(cell.value);
    at = cell.end + 1;
    if (text[cell.end] === delimiter) continue;
    if (text[cell.end] === '\r' && text[at] === '\n') at += 1;
    return { status: 'record', cells, length: at, lines: lineEnds(text.slice(0, at)) };
  }
  return isEnd || text.length > MAX_RECORD ? afterFirstLine(text) : undefined;
}

/** The text may go on with the same cell, or with the other half of a line end. */
function isOpen(text: string, end: number): boolean {
  return end >= text.length || (text[end] === '\r' && end + 1 === text.length);
}

/** Steps over one line, so that one quote without an end does not swallow the file. */
function afterFirstLine(text: string): Taken {
  const end = /\r\n?|\n/.exec(text);
  const length = end === null ? text.length : end.index + end[0].length;
  const reason =
    length > MAX_RECORD
      ? `is longer than ${MAX_RECORD.toLocaleString('en')} characters`
      : 'a quote that opens in this record is never closed';
  return { status: 'reject', reason, length, lines: end === null ? 0 : 1 };
}

/** @returns the cell and the position behind it; undefined where a quote is open at the end */
function takeCell(
  text: string,
  from: number,
  delimiter: string,
): { readonly value: string; readonly end: number } | undefined {
  if (text[from] !== '"') {
    const end = endOfBare(text, from, delimiter);
    return { value: text.slice(from, end), end };
  }
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1 || quote - from > MAX_RECORD) return undefined;
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  // What stands behind a closing quote belongs to nobody; it is kept where it was written.
  const end = endOfBare(text, at, delimiter);
  return { value: value + text.slice(at, end), end };
}

function endOfBare(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === delimiter || char === '\n' || char === '\r') return at;
    at += 1;
  }
  return at;
}

function lineEnds(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0;
}

/** The delimiter that the first line names, or has most of outside quotes; undefined before its end. */
function detectDelimiter(standing: Standing, isEnd: boolean): string | undefined {
  const { held } = standing;
  if (!isEnd && !/[\r\n]/.test(held) && held.length < MAX_RECORD) return undefined;
  const named = /^sep=([^\r\n])(?:\r\n?|\n)/i.exec(held);
  if (named?.[1] !== undefined) {
    standing.line += 1;
    standing.held = held.slice(named[0].length);
    return named[1];
  }
  const bare = (/^[^\r\n]*/.exec(held)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => bare.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

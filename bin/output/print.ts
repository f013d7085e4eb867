import { resolve } from 'node:path';
import type { OutputFlags } from '../analyst/flags.ts';
import { UsageError, type World } from '../command.ts';
import type { Column } from './column.ts';
import { delimited, header, printableJson } from './delimited.ts';
import { tableLines } from './table.ts';

export type Format = 'table' | 'json' | 'jsonl' | 'csv' | 'tsv' | 'parquet';

/** What the flags ask for; a table on a terminal and TSV when piped, if nothing. */
export function formatOf(flags: OutputFlags, { terminal }: Pick<World, 'terminal'>): Format {
  const asked = (['json', 'jsonl', 'csv', 'tsv', 'parquet'] as const).filter(
    (format) => flags[format] !== undefined && flags[format] !== false,
  );
  if (asked.length > 1)
    throw new UsageError(`choose one of ${asked.map((format) => `--${format}`).join(' and ')}`);
  return asked[0] ?? (terminal?.columns === undefined ? 'tsv' : 'table');
}

export const usesColour = (flags: OutputFlags, { terminal }: Pick<World, 'terminal'>): boolean =>
  flags.color !== false && terminal?.colour === true;

/** Rows of a screen after which a table is printed while more is read. */
const SCREEN = 50;

export interface Answer<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: AsyncIterable<Row> | Iterable<Row>;
  /** What `--json` says besides `rows`: the question and its totals. Called after all rows were read. */
  readonly about: () => Readonly<Record<string, unknown>>;
}

/**
 * Prints an answer in the format that was asked for, row by row where the format allows it.
 *
 * @returns the number of rows
 */
export async function printAnswer<Row>(
  { columns, rows, about }: Answer<Row>,
  flags: OutputFlags,
  world: World,
): Promise<number> {
  const format = formatOf(flags, world);
  if (format === 'table') return printTable(columns, rows, flags, world);
  if (format === 'json' || format === 'parquet') {
    const all: Row[] = [];
    for await (const row of rows) all.push(row);
    if (format === 'json')
      world.print(printableJson({ ...about(), rows: all.map((row) => objectOf(columns, row)) }, 1));
    else await toParquet(columns, all, flags.parquet ?? '', world);
    return all.length;
  }
  return format === 'jsonl'
    ? printLines(rows, (row) => printableJson(objectOf(columns, row)), world)
    : printDelimited(columns, rows, format === 'csv' ? ',' : '\t', world);
}

async function printLines<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  lineOf: (row: Row) => string,
  { print }: World,
): Promise<number> {
  let count = 0;
  for await (const row of rows) {
    print(lineOf(row));
    count++;
  }
  return count;
}

/** With the line of names, also when there is no row. */
function printDelimited<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
  separator: ',' | '\t',
  world: World,
): Promise<number> {
  world.print(header(columns, separator));
  return printLines(rows, (row) => delimited(columns, row, separator), world);
}

async function toParquet<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  file: string,
  world: World,
): Promise<void> {
  const { writeParquet } = await import('./parquet.ts');
  await writeParquet(resolve(world.cwd, file), columns, rows);
  world.complain(`wrote ${rows.length} rows to ${file}`);
}

async function printTable<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
  flags: OutputFlags,
  world: World,
): Promise<number> {
  const style = { width: world.terminal?.columns, colour: usesColour(flags, world) };
  let screen: Row[] = [];
  let count = 0;
  const flush = () => {
    const lines = tableLines(columns, screen, style);
    for (const line of count === screen.length ? lines : lines.slice(1)) world.print(line);
    screen = [];
  };
  for await (const row of rows) {
    screen.push(row);
    count++;
    if (screen.length === SCREEN) flush();
  }
  if (screen.length > 0) flush();
  return count;
}

export function objectOf<Row>(columns: readonly Column<Row>[], row: Row): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]));
}

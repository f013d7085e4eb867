import { closeSync, openSync, writeSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { choose } from '../analyst/choose.ts';
import { explainNothing } from '../analyst/explain-empty.ts';
import { FILTER_NAMES } from '../analyst/flags.ts';
import { readFilters } from '../analyst/read-filters.ts';
import { brandNamed, cacheKeyOf } from '../analyst/session.ts';
import { commandOf, placeOf } from '../analyst/typed.ts';
import { UsageError, type World } from '../command.ts';
import type { ExportFlags } from '../commands/export.ts';
import type { Column, ColumnType } from '../output/column.ts';
import { delimited, header, printableJson } from '../output/delimited.ts';
import { objectOf } from '../output/print.ts';
import { notWritten } from '../output/write-file.ts';
import { cacheReader, settingsIn } from './cache-reader.ts';
import { cacheFile, openToRead } from './open.ts';
import { VIEWS } from './schema.ts';
import { refresh } from './sql-command.ts';
import { whereOf } from './where.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

const ENDINGS = ['.parquet', '.csv', '.tsv', '.jsonl', '.json'] as const;

export async function exportCommand(
  file: string,
  view: string,
  flags: ExportFlags,
  world: World,
): Promise<void> {
  const ending = extname(file).toLowerCase();
  if (!(ENDINGS as readonly string[]).includes(ending))
    throw new UsageError(`${file} says no format: let it end in ${ENDINGS.join(', ')}.`);
  const name = choose(
    'view',
    view,
    VIEWS.map((one) => one.name),
  );
  if (flags.cached !== true) await refresh(flags, world);
  const db = openToRead(
    cacheFile(await cacheKeyOf(flags, world), world),
    commandOf('sync', placeOf(flags)),
  );
  try {
    const count = await write(resolve(world.cwd, file), ending, query(db, name, flags), world);
    world.print(`${file}: ${count} rows of ${name}`);
    if (count === 0 && name === 'mentions') {
      const reader = cacheReader(db, brandNamed(settingsIn(db), flags));
      const { because, instead } = await explainNothing(reader, flags, 'all', false);
      const next =
        instead === undefined
          ? 'promisewatch sources'
          : commandOf('export', { ...flags, ...instead }, [file]);
      world.complain(`${because} Next: ${next}`);
    }
  } finally {
    db.close();
  }
}

interface Asked {
  readonly columns: readonly Column<Row>[];
  readonly rows: () => Iterable<Row>;
}

function query(db: DatabaseSync, name: string, flags: ExportFlags): Asked {
  const columns = columnsOf(name);
  if (name !== 'mentions') {
    const given = FILTER_NAMES.filter((filter) => flags[filter] !== undefined);
    if (given.length > 0)
      throw new UsageError(
        `--${given[0]} filters mentions only. Of ${name} everything is written, or ask: promisewatch sql`,
      );
    return { columns, rows: () => db.prepare(`SELECT * FROM ${name}`).iterate() };
  }
  // Without a brand or filter: everybody, customers and employees; the column says who.
  if (flags.brand === undefined && FILTER_NAMES.every((filter) => flags[filter] === undefined))
    return { columns, rows: () => db.prepare('SELECT * FROM mentions').iterate() };
  const brand = brandNamed(settingsIn(db), flags);
  const filters = readFilters(flags, cacheReader(db, brand), 'all');
  const { sql, parameters } = whereOf(brand.id, filters);
  return {
    columns,
    rows: () =>
      db
        .prepare(
          `SELECT * FROM mentions WHERE row IN (SELECT row FROM stored_mentions WHERE ${sql}) ORDER BY day, at, id`,
        )
        .iterate(...parameters),
  };
}

const INSTANTS = /^(at|last_read_at|failing_since)$/;
const NUMBERS = /^(rating|confidence|expected|chance)$/;
const JSONS = /^(verdicts|dimensions|signals)$/;
const INTEGERS =
  /^(row|mention|version|relabelled|headline|mentions|negative|neutral|positive|mixed|unclassified|unsupported|copies|over_author_cap|not_about_us|other_classifier|exceeded|kept|broken|unclear|number|serious|window|observed|attempt|possible_duplicate|last_items)$/;

function columnsOf(view: string): Column<Row>[] {
  const { columns = [] } = VIEWS.find((one) => one.name === view) ?? {};
  return columns
    .filter(([name]) => name !== 'row' && name !== 'mention')
    .map(([name]) => {
      const type = typeOf(name);
      return { name, type, value: (row) => cellOf(row[name], type) };
    });
}

function typeOf(name: string): ColumnType {
  if (INSTANTS.test(name)) return 'instant';
  if (NUMBERS.test(name)) return 'number';
  if (JSONS.test(name)) return 'json';
  return INTEGERS.test(name) ? 'integer' : 'string';
}

function cellOf(value: SQLOutputValue | undefined, type: ColumnType) {
  if (value === undefined || value === null) return null;
  if (type === 'json') return JSON.parse(String(value)) as unknown[];
  return typeof value === 'number' ? value : String(value);
}

async function write(
  path: string,
  ending: string,
  { columns, rows }: Asked,
  { signal }: World,
): Promise<number> {
  if (ending === '.parquet') {
    const { writeParquet } = await import('../output/parquet.ts');
    const all = [...rows()];
    await writeParquet(path, columns, all);
    return all.length;
  }
  // Only the owner may read what strangers wrote about the brand.
  const target = openAsked(path);
  try {
    return writeLines(target, linesOf(ending, columns, rows()), signal);
  } finally {
    closeSync(target);
  }
}

function openAsked(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw notWritten(path, error);
  }
}

interface Line {
  readonly text: string;
  readonly isRow: boolean;
}

function* linesOf(
  ending: string,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): Generator<Line> {
  const separator = ending === '.csv' ? ',' : '\t';
  const isDelimited = ending === '.csv' || ending === '.tsv';
  // Spreadsheets guess other encodings without a byte order mark.
  if (isDelimited)
    yield {
      text: `${ending === '.csv' ? '\ufeff' : ''}${header(columns, separator)}`,
      isRow: false,
    };
  if (ending === '.json') yield { text: '[', isRow: false };
  let first = true;
  for (const row of rows) {
    const json = () => printableJson(objectOf(columns, row));
    const comma = ending === '.json' && !first ? ',' : '';
    yield {
      text: isDelimited ? delimited(columns, row, separator) : `${comma}${json()}`,
      isRow: true,
    };
    first = false;
  }
  if (ending === '.json') yield { text: ']', isRow: false };
}

const CHUNK = 1 << 16;

function writeLines(
  target: number,
  lines: Iterable<Line>,
  signal: AbortSignal | undefined,
): number {
  let count = 0;
  let waiting = '';
  for (const { text, isRow } of lines) {
    if (signal?.aborted === true) throw new Error('stopped: the file is not complete');
    waiting += `${text}\n`;
    if (isRow) count++;
    if (waiting.length > CHUNK) {
      writeSync(target, waiting);
      waiting = '';
    }
  }
  writeSync(target, waiting);
  return count;
}

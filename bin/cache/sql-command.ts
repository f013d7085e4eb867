import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { closest } from '../../src/config/suggest.ts';
import type { PlaceFlags } from '../analyst/flags.ts';
import { cacheKeyOf, withSession } from '../analyst/session.ts';
import { commandOf, placeOf } from '../analyst/typed.ts';
import { UsageError, type World } from '../command.ts';
import type { SqlFlags } from '../commands/sql.ts';
import type { Column, ColumnType } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { ageWords, cacheFile, openForSync, openToRead, readMeta } from './open.ts';
import { VIEWS } from './schema.ts';
import { syncNow } from './sync-command.ts';

export async function sqlCommand(
  typed: string | undefined,
  flags: SqlFlags,
  world: World,
): Promise<void> {
  if (flags.schema === true) {
    for (const line of schemaLines()) world.print(line);
    return;
  }
  const query = flags.file === undefined ? typed : readQuery(flags.file, world);
  if (query === undefined || query.trim() === '')
    throw new UsageError('type a query in quotes, or see what there is: promisewatch sql --schema');
  if (flags.fresh === true) await refresh(flags, world);
  const file = cacheFile(await cacheKeyOf(flags, world), world);
  const db = openToRead(file, commandOf('sync', placeOf(flags)));
  try {
    world.complain(
      `${ageWords(readMeta(db, 'syncedAt') ?? '', world.now())} (${readMeta(db, 'label')})`,
    );
    await ask(db, query, flags, world);
  } finally {
    db.close();
  }
}

/** Brings the local copy up to date. */
export async function refresh(flags: PlaceFlags, world: World): Promise<void> {
  await withSession(flags, world, async (session) => {
    const db = openForSync(cacheFile(session.cacheKey, world));
    try {
      await syncNow(session, db, false, world);
    } finally {
      db.close();
    }
  });
}

function readQuery(file: string, { cwd }: World): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

type Row = Readonly<Record<string, SQLOutputValue>>;

async function ask(db: DatabaseSync, query: string, flags: SqlFlags, world: World): Promise<void> {
  const { rows, names } = run(db, query);
  const columns = names.map(
    (name, i): Column<Row> => ({
      name,
      title: name,
      type: typeOf(rows, name),
      value: (row) => plain(row[name]),
      fills: i === names.length - 1,
    }),
  );
  await printAnswer({ columns, rows, about: () => ({ query }) }, flags, world);
  if (rows.length === 0)
    world.complain('The query gives no row. What a column can hold: promisewatch sql --schema');
}

/** @throws {UsageError} with what SQLite says, and where to look */
function run(db: DatabaseSync, query: string): { rows: Row[]; names: string[] } {
  try {
    const statement = db.prepare(query);
    if (isMore(query.slice(statement.sourceSQL.length)))
      throw new UsageError('type one SELECT at a time: what stands after it would not be asked.');
    const names = distinct(statement.columns().map(({ name }) => name));
    if (names.length === 0)
      throw new UsageError('the local copy is only read: type a SELECT. Nothing was changed.');
    statement.setReturnArrays(true);
    // Numbers of JavaScript are exact to 2^53 only; SQLite's go to 2^63.
    statement.setReadBigInts(true);
    const rows = statement.all() as unknown as readonly (readonly SQLOutputValue[])[];
    return {
      rows: rows.map((row) =>
        Object.fromEntries(names.map((name, i) => [name, numberOf(row[i] ?? null)])),
      ),
      names,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/readonly database|^use DROP /.test(message))
      throw new UsageError('the local copy is only read: type a SELECT. Nothing was changed.');
    throw new UsageError(
      `${message}.${meant(message)} Views and columns: promisewatch sql --schema`,
    );
  }
}

/** Of columns with one name, as joins have them, the second is called `name_2`: none takes the place of another. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const used = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let i = 2; used.has(own) || (own !== name && taken.has(own)); i++) own = `${name}_${i}`;
    used.add(own);
    return own;
  });
}

/** Whether anything but space, comments and semicolons is left of a query. */
function isMore(rest: string): boolean {
  return rest.replaceAll(/--[^\n]*|\/\*[^*]*\*+(?:[^*/][^*]*\*+)*\/|[\s;]/g, '') !== '';
}

/** The view or column that was probably meant by one that there is not. */
function meant(message: string): string {
  const [, what, name = ''] = /^no such (table|column): (?:\w+\.)?(\w+)/.exec(message) ?? [];
  if (what === undefined) return '';
  const known =
    what === 'table'
      ? VIEWS.map((view) => view.name)
      : VIEWS.flatMap(({ columns }) => columns.map(([column]) => column));
  const guess = closest(name, known);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}

function typeOf(rows: readonly Row[], name: string): ColumnType {
  const values = rows.map((row) => row[name]).filter((value) => value !== null);
  if (values.length === 0) return 'string';
  if (values.every(isWhole) && values.some((value) => typeof value === 'bigint')) return 'bigint';
  if (!values.every((value) => typeof value === 'number')) return 'string';
  return values.every((value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31)
    ? 'integer'
    : 'number';
}

function plain(value: SQLOutputValue | undefined) {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}

/** A whole number as a number where that is exact. */
function numberOf(value: SQLOutputValue): SQLOutputValue {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const isWhole = (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value);

export function schemaLines(): string[] {
  const width = Math.max(...VIEWS.flatMap(({ columns }) => columns.map(([name]) => name.length)));
  return [
    ...VIEWS.flatMap(({ name, says, columns }) => [
      `${name}: ${says}`,
      ...columns.map(([column, meaning]) => `  ${column.padEnd(width)}  ${meaning}`),
      '',
    ]),
    'search: full text of title and text; join its rowid with mentions.row',
    "  SELECT m.* FROM search JOIN mentions m ON m.row = search.rowid WHERE search MATCH 'refund NOT advert'",
  ];
}

import { ImportRefused } from './refused.ts';
import { type Columns, MAX_RECORD, type Row } from './row.ts';

/** Characters of a JSON document, which is read as a whole; larger exports come as lines. */
const MAX_DOCUMENT = 200_000_000;
/** Records from which the names of columns are taken. */
const SAMPLE = 500;
/** How deep the list of records is looked for. */
const MAX_DEPTH = 4;

/**
 * Reads one JSON object per line. Columns are the keys; `a.b` is the key `b` inside `a`. The names
 * come from the first 500 lines: exports leave out keys that have no value.
 *
 * @throws {ImportRefused} for a file without any object
 */
export async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<Columns | Row> {
  let held = '';
  let line = 0;
  let sample: Row[] | undefined = [];
  const names = new Set<string>();
  async function* lines(): AsyncGenerator<string> {
    for await (const piece of text) {
      held += piece;
      const parts = held.split('\n');
      held = parts.pop() ?? '';
      yield* parts;
    }
    yield held;
  }
  for await (const one of lines()) {
    line += 1;
    if (one.trim() === '') continue;
    const value = one.length > MAX_RECORD ? undefined : parsed(one);
    const row = rowOf(value, line);
    if (sample === undefined) {
      yield row;
      continue;
    }
    sample.push(row);
    for (const name of keysOf(value)) names.add(name);
    if (sample.length < SAMPLE) continue;
    yield* started(names, sample);
    sample = undefined;
  }
  if (sample !== undefined) yield* started(names, sample);
}

function started(names: ReadonlySet<string>, sample: readonly Row[]): readonly (Columns | Row)[] {
  if (!sample.some(({ status }) => status === 'row'))
    throw new ImportRefused('no line of the file is a JSON object.');
  return [{ status: 'columns', names: [...names] }, ...sample];
}

/**
 * Reads a JSON document: the list of records at its top, or the longest list of objects in it. The
 * number of a record counts from 1.
 *
 * @throws {ImportRefused} for a document that is not JSON, has no such list, or is over 200 million characters
 */
export async function* readJsonDocument(
  text: AsyncIterable<string>,
): AsyncGenerator<Columns | Row> {
  const pieces: string[] = [];
  let size = 0;
  for await (const piece of text) {
    size += piece.length;
    if (size > MAX_DOCUMENT)
      throw new ImportRefused('the document is too large. Convert it to one JSON object per line.');
    pieces.push(piece);
  }
  const document = parsed(pieces.join(''));
  if (document === undefined) throw new ImportRefused('the file is not JSON.');
  const list = longestList(document, 0);
  if (list === undefined) throw new ImportRefused('the document holds no list of records.');
  yield {
    status: 'columns',
    names: [...new Set(list.filter(isFields).slice(0, SAMPLE).flatMap(keysOf))],
  };
  for (const [at, value] of list.entries()) yield rowOf(value, at + 1);
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function longestList(value: unknown, depth: number): readonly unknown[] | undefined {
  if (Array.isArray(value) && value.some(isFields)) return value;
  if (depth >= MAX_DEPTH || !isFields(value)) return undefined;
  return Object.values(value)
    .flatMap((inner) => {
      const list = longestList(inner, depth + 1);
      return list === undefined ? [] : [list];
    })
    .toSorted((a, b) => b.length - a.length)[0];
}

function rowOf(value: unknown, line: number): Row {
  if (!isFields(value)) return { status: 'reject', line, reason: 'is not a JSON object' };
  return { status: 'row', line, get: (column) => textAt(value, column) };
}

/** The value under `a.b`, where a key that is spelled with its dot comes first. */
function textAt(fields: Fields, column: string): string | undefined {
  if (Object.hasOwn(fields, column)) return textOf(fields[column]);
  const dot = column.indexOf('.');
  if (dot === -1) return undefined;
  const inner = Object.hasOwn(fields, column.slice(0, dot)) ? fields[column.slice(0, dot)] : null;
  return isFields(inner) ? textAt(inner, column.slice(dot + 1)) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Keys of an object and of the objects in it, as columns are named. */
function keysOf(value: unknown): readonly string[] {
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    isFields(inner) ? Object.keys(inner).map((name) => `${key}.${name}`) : [key],
  );
}

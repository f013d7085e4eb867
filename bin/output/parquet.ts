import type { BasicType } from 'hyparquet-writer';
import type { Column, ColumnType, Value } from './column.ts';
import { writeAskedFile } from './write-file.ts';

const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  string: 'STRING',
  integer: 'INT32',
  bigint: 'INT64',
  number: 'DOUBLE',
  instant: 'TIMESTAMP',
  boolean: 'BOOLEAN',
  json: 'JSON',
};

/** Writes all rows as one Parquet file: readable by DuckDB, pandas, Athena and Spark. Private to its owner. */
export async function writeParquet<Row>(
  file: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  // Loaded here: few commands need it.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, type, value }) => ({
      name,
      type: TYPES[type],
      data: rows.map((row) => stored(value(row), type)),
    })),
    createdBy: 'promisewatch',
  });
  writeAskedFile(file, new Uint8Array(buffer));
}

function stored(value: Value, type: ColumnType) {
  if (value === null) return null;
  if (type === 'instant') return new Date(String(value));
  if (type === 'bigint') return BigInt(value as number | bigint);
  // A column of SQL may hold numbers beside texts.
  return type === 'string' ? String(value) : value;
}

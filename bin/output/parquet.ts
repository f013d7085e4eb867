import type { BasicType } from 'hyparquet-writer';
import type { Column, ColumnType } from './column.ts';
import { writeAskedFile } from './write-file.ts';

const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  string: 'STRING',
  integer: 'INT32',
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
      data: rows.map((row) => {
        const plain = value(row);
        return type === 'instant' && plain !== null ? new Date(String(plain)) : plain;
      }),
    })),
    createdBy: 'promisewatch',
  });
  writeAskedFile(file, new Uint8Array(buffer));
}

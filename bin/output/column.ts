/** How a value is written to Parquet and aligned in tables. A `bigint` is whole and may be beyond 2^53. */
export type ColumnType =
  | 'string'
  | 'integer'
  | 'bigint'
  | 'number'
  | 'instant'
  | 'boolean'
  | 'json';

export type Value = string | number | bigint | boolean | null | readonly unknown[] | object;

/** One column of an answer: its name in data formats, and how people see it. */
export interface Column<Row> {
  /** Name in JSON, CSV, TSV and Parquet; part of the documented interface. */
  readonly name: string;
  readonly type: ColumnType;
  readonly value: (row: Row) => Value;
  /** Heading in tables; undefined leaves it out of them. */
  readonly title?: string;
  /** In tables; default: the value. */
  readonly show?: (row: Row) => string;
  /** Takes what is left of the line and is cut to it. At most one. */
  readonly fills?: boolean;
  /** Colour in tables; it never says what the text does not. */
  readonly tone?: (row: Row) => Tone | undefined;
}

export type Tone = 'bad' | 'good' | 'muted' | 'strong';

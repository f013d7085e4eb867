import { cell } from '../../src/digest/csv.ts';
import type { Column, Value } from './column.ts';

/** The first line: names of the columns. */
export function header(
  columns: readonly { readonly name: string }[],
  separator: ',' | '\t',
): string {
  return columns.map(({ name }) => name).join(separator);
}

/**
 * One row. Numbers are bare; every text is a cell that no spreadsheet runs as a formula. In TSV, tabs and line
 * breaks inside a text become spaces.
 */
export function delimited<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  separator: ',' | '\t',
): string {
  return columns
    .map(({ value }) => {
      const plain = value(row);
      if (plain === null) return '';
      if (typeof plain === 'number' || typeof plain === 'bigint' || typeof plain === 'boolean')
        return String(plain);
      const quoted = cell(textOf(plain));
      return separator === ','
        ? quoted
        : quoted
            .slice(1, -1)
            .replaceAll('""', '"')
            .replaceAll(/[\t\n]/g, ' ');
    })
    .join(separator);
}

function textOf(value: Exclude<Value, number | bigint | boolean | null>): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join('; ');
  return JSON.stringify(value);
}

// JSON leaves these as they are; a terminal may obey them.
const STEERING = /[\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * JSON that can be printed to a terminal: what would steer it is escaped, so that parsing gives it back. Whole numbers
 * beyond 2^53 are texts: most readers of JSON would round them.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, textOfBigint, indent).replace(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const textOfBigint = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? value.toString() : value;

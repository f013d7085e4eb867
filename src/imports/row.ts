/** One record of a file, or why it is none. */
export type Row =
  | {
      readonly status: 'row';
      /** Where it begins, from 1: a line, or in a JSON document the number of the entry. */
      readonly line: number;
      /** The value under a column; undefined where the record has none. */
      readonly get: (column: string) => string | undefined;
    }
  | { readonly status: 'reject'; readonly line: number; readonly reason: string };

/** What a file begins with: the names of its columns. */
export type Columns = { readonly status: 'columns'; readonly names: readonly string[] };

/** Characters of one record; longer ones are no customers' words but a file that went wrong. */
export const MAX_RECORD = 1_000_000;

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** An item as the engine keeps it: attribute values as DynamoDB's JSON has them, bytes as base64. */
export type StoredItem = Readonly<Record<string, StoredValue>>;
export type StoredValue = Readonly<Record<string, unknown>>;

/** The tables of a data folder, read without the engine. Nothing else may have them open. */
export interface StoredItems {
  readonly tableNames: () => Promise<string[]>;
  readonly get: (table: string, keys: readonly Key[]) => Promise<(StoredItem | undefined)[]>;
  /** In key order; of a global index where one is named. `from` and `to` are included. */
  readonly query: (table: string, range: KeyRange) => Promise<StoredItem[]>;
  readonly close: () => Promise<void>;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export interface KeyRange {
  readonly index?: string | undefined;
  readonly pk: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly descending?: boolean | undefined;
}

interface Range {
  readonly gte: string;
  readonly lt: string;
  readonly reverse?: boolean;
}

interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
  getMany(keys: readonly string[]): Promise<(StoredItem | undefined)[]>;
  keys(range: Range): { all(): Promise<string[]> };
  values(range: Range): { all(): Promise<StoredItem[]> };
}

// Opened with what the engine itself opens it with: the package that writes a folder can read it.
const engine = createRequire(import.meta.url).resolve('dynalite');

/**
 * Opens a folder of tables for reading. The engine takes each request apart, checks it, reads the table's description
 * for every item, and sums its answer up: of a hundred thousand items that is most of the time.
 *
 * All keys must be strings, as those of the one table are.
 */
export async function openStoredItems(folder: string): Promise<StoredItems> {
  const { Level } = createRequire(engine)('level') as {
    Level: new (
      folder: string,
      options: { readonly valueEncoding: 'json'; readonly createIfMissing: false },
    ) => Database;
  };
  const db = new Level(folder, { valueEncoding: 'json', createIfMissing: false });
  await db.open();
  return {
    tableNames: async () => {
      const keys = await db.keys(within(TABLES)).all();
      return keys.map((key) => key.slice(TABLES.length));
    },
    get: (table, keys) =>
      db.getMany(keys.map(({ pk, sk }) => `${items(table)}${partition(pk)}${hex(sk)}/`)),
    query: (table, { index, pk, from, to, descending = false }) => {
      const space = index === undefined ? items(table) : `index-global~${table}~${index}~`;
      const start = `${space}${partition(pk)}`;
      return db
        .values({
          gte: from === undefined ? start : `${start}${hex(from)}/`,
          lt: to === undefined ? `${start}~` : `${start}${hex(to)}/~`,
          reverse: descending,
        })
        .all();
    },
    close: () => db.close(),
  };
}

const TABLES = 'table~';
const items = (table: string) => `item-${table}~`;
const within = (prefix: string): Range => ({ gte: prefix, lt: `${prefix}~` });
const hex = (text: string) => Buffer.from(text, 'utf8').toString('hex');

/** How the engine spreads partition keys. */
function partition(pk: string): string {
  const hash = createHash('md5').update('Outliers').update(pk, 'utf8').digest('hex');
  return `${hash.slice(0, 6)}/${hex(pk)}/`;
}

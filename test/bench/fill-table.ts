import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { storesOf } from '../../bin/analyst/stores.ts';
import type { Item, Table } from '../../src/adapters/dynamodb/table.ts';
import type { Classification } from '../../src/classification/classification.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { countDay } from '../../src/rollups/count.ts';
import { type Folder, TABLE } from '../commands/folder.ts';

// The packages ship no types. `level` is the one that the engine itself opens the folder with.
const engine = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { Level } = engine('level') as {
  Level: new (
    folder: string,
    options: { valueEncoding: 'json' },
  ) => {
    get(key: string): Promise<unknown>;
    batch(writes: readonly Write[]): Promise<void>;
    close(): Promise<void>;
  };
};
const { createKey, getIndexActions } = engine('./db') as {
  createKey(item: unknown, table: unknown): string;
  getIndexActions(
    indexes: unknown,
    before: undefined,
    item: unknown,
    table: unknown,
  ): { puts: readonly { index: string; key: string; item: unknown }[] };
};

interface Write {
  readonly type: 'put';
  readonly key: string;
  readonly value: unknown;
}

/** A table that only takes what is new, and answers what was put on the day under way. */
interface FilledTable {
  readonly table: Table;
  /** Writes what was put, as the engine would have, and forgets it. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Writes straight into the stopped table of a local run, beside the engine and by its own keys: through the engine, one
 * request each, a hundred thousand mentions would take longer than all that is measured of them.
 *
 * @param folder of tables, as the engine was given it
 */
async function fillTable(folder: string, tableName: string): Promise<FilledTable> {
  const db = new Level(folder, { valueEncoding: 'json' });
  const keys = (await db.get(`table~${tableName}`)) as Keys;
  let items: Item[] = [];
  const refuse = () => {
    throw new Error('this table is only filled');
  };
  return {
    table: {
      put: async (item) => {
        items.push(item);
        return true;
      },
      async *query({ pk }) {
        yield* items.filter((item) => item['GSI1PK'] === pk);
      },
      get: refuse,
      update: refuse,
      remove: refuse,
      getMany: refuse,
    },
    flush: async () => {
      const writes = items.flatMap((item) => writesOf(item, tableName, keys));
      items = [];
      await db.batch(writes);
    },
    close: () => db.close(),
  };
}

/**
 * Fills the folder with what was said, a day after the other, and with each day's counts as a recount would make them.
 *
 * @param days mentions by their day, all of one brand and classifier version
 * @param now when they were counted
 */
export async function fillDays(
  folder: Pick<Folder, 'path'>,
  days: Iterable<readonly { readonly mention: Mention; readonly classification: Classification }[]>,
  now: Date,
): Promise<void> {
  const { table, flush, close } = await fillTable(join(folder.path, 'state', 'tables'), TABLE);
  const { store, rollups } = storesOf(table);
  try {
    for (const all of days) {
      for (const { mention, classification } of all) await store.save(mention, classification);
      const [first] = all;
      if (first === undefined) continue;
      const { brand, bucketDay } = first.mention;
      const bucket = await store.ofDay(brand, bucketDay, now);
      for (const counts of countDay(brand, bucketDay, 1, bucket, new Map()))
        await rollups.save({ ...counts, countedAt: now.toISOString() });
      await flush();
    }
  } finally {
    await close();
  }
}

interface Keys {
  readonly GlobalSecondaryIndexes: unknown;
}

function writesOf(plain: Item, tableName: string, keys: Keys): Write[] {
  const item = asSent(marshall(plain, { removeUndefinedValues: true }));
  const { puts } = getIndexActions(keys.GlobalSecondaryIndexes, undefined, item, keys);
  return [
    { type: 'put', key: `item-${tableName}~${createKey(item, keys)}`, value: item },
    ...puts.map(
      ({ index, key, item: value }): Write => ({
        type: 'put',
        key: `index-global~${tableName}~${index}~${key}`,
        value,
      }),
    ),
  ];
}

/** Bytes travel as base64 text, and the engine keeps what it was sent. Only whole attributes are bytes here. */
function asSent(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  );
}

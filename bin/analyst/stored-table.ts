import type { StoredItem, StoredItems, StoredValue } from '../../local/stand-ins/stored-items.ts';
import type { Item, Table } from '../../src/adapters/dynamodb/table.ts';

/**
 * The table of a stopped local run. It is read from its folder directly; before the first write the engine is opened
 * in its place, and from then on answers everything.
 *
 * @param engine opens it; the folder is closed before
 */
export function storedTable(
  items: StoredItems,
  name: string,
  engine: () => Promise<Table>,
): Table & { readonly close: () => Promise<void>; readonly write: () => Promise<Table> } {
  let opened: Promise<Table> | undefined;
  const open = async () => {
    await items.close();
    return engine();
  };
  const write = () => {
    opened ??= open();
    return opened;
  };
  return {
    async get(pk, sk, options) {
      if (opened !== undefined) return (await opened).get(pk, sk, options);
      const [found] = await items.get(name, [{ pk, sk }]);
      return found === undefined ? undefined : plainItem(found);
    },
    async getMany(keys) {
      if (opened !== undefined) return (await opened).getMany(keys);
      const found = await items.get(name, keys);
      return found.flatMap((item) => (item === undefined ? [] : [plainItem(item)]));
    },
    async *query(input) {
      if (opened !== undefined) {
        yield* (await opened).query(input);
        return;
      }
      for (const item of await items.query(name, input)) yield plainItem(item);
    },
    put: async (item, condition) => (await write()).put(item, condition),
    update: async (pk, sk, update, condition) => (await write()).update(pk, sk, update, condition),
    remove: async (pk, sk, condition) => (await write()).remove(pk, sk, condition),
    write,
    close: async () => {
      if (opened === undefined) await items.close();
    },
  };
}

function plainItem(item: StoredItem): Item {
  const plain: Item = {};
  for (const name of Object.keys(item)) plain[name] = plainValue(item[name] as StoredValue);
  return plain;
}

/** As `unmarshall` of the AWS client, of the kinds of values that the table holds. */
function plainValue(value: StoredValue): unknown {
  for (const kind of Object.keys(value)) {
    const held = value[kind];
    switch (kind) {
      case 'S':
      case 'BOOL':
        return held;
      case 'N':
        return Number(held);
      case 'NULL':
        return null;
      case 'L':
        return (held as StoredValue[]).map(plainValue);
      case 'M':
        return plainItem(held as StoredItem);
      case 'B':
        return new Uint8Array(Buffer.from(held as string, 'base64'));
      default:
        throw new Error(`the table holds a value of kind ${kind}, which it never had`);
    }
  }
  return undefined;
}

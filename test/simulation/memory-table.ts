import type { Item, QueryInput, Table } from '../../src/adapters/dynamodb/table.ts';
import { applyUpdate, meets } from './expressions.ts';

/** What an index shows of an item from an instant on; undefined: nothing. */
interface Shown {
  readonly from: number;
  readonly item: Item | undefined;
}

interface Stored {
  item: Item | undefined;
  readonly shown: Shown[];
}

/** The rows of one table, with indexes that lag behind it. */
export interface MemoryTable {
  /** @param through carries out a request, when and as often as it pleases */
  readonly as: (through: <T>(name: string, effect: () => T) => Promise<T>) => Table;
  /** Everything stored, in key order. */
  readonly rows: () => Item[];
  /** Deletes a row as TTL or an operator does. */
  readonly drop: (pk: string, sk: string) => void;
}

const INDEX_ATTRIBUTES: Record<string, readonly string[] | undefined> = {
  GSI2: ['PK', 'SK', 'GSI2PK', 'GSI2SK'],
};

/**
 * @param now epoch milliseconds
 * @param lag milliseconds until the next write shows in the indexes; never less than the write before of the same row
 * @param onWrite told of every write
 */
export function memoryTable(
  now: () => number,
  lag: () => number,
  onWrite: (item: Item) => void = () => {},
): MemoryTable {
  const partitions = new Map<string, Map<string, Stored>>();
  /** Rows that an index may show under a key, now or in the past. */
  const indexed = { GSI1: new Map<string, Set<Stored>>(), GSI2: new Map<string, Set<Stored>>() };
  const find = (pk: string, sk: string): Stored | undefined => partitions.get(pk)?.get(sk);

  const write = (pk: string, sk: string, item: Item | undefined): void => {
    const partition = partitions.get(pk) ?? new Map<string, Stored>();
    partitions.set(pk, partition);
    const stored = partition.get(sk) ?? { item: undefined, shown: [] };
    partition.set(sk, stored);
    stored.item = item;
    if (item !== undefined) onWrite(item);
    const from = Math.max(now() + lag(), stored.shown.at(-1)?.from ?? 0);
    stored.shown.push({ from, item });
    for (const index of ['GSI1', 'GSI2'] as const) {
      const key = item?.[`${index}PK`];
      if (key === undefined) continue;
      const rows = indexed[index].get(String(key)) ?? new Set();
      indexed[index].set(String(key), rows.add(stored));
    }
  };

  const refusedBy = (item: Item | undefined, condition: Parameters<Table['put']>[1]): boolean =>
    condition !== undefined &&
    condition.expression !== '' &&
    !meets(item, condition.expression, condition);

  const effects = {
    get: (pk: string, sk: string) => copy(find(pk, sk)?.item),
    put: (item: Item, condition?: Parameters<Table['put']>[1]) => {
      const [pk, sk] = [String(item['PK']), String(item['SK'])];
      if (refusedBy(find(pk, sk)?.item, condition)) return false;
      write(pk, sk, withoutUndefined(item));
      return true;
    },
    update: (pk: string, sk: string, update: string, condition: Parameters<Table['update']>[3]) => {
      const before = find(pk, sk)?.item;
      if (refusedBy(before, condition)) return false;
      const item: Item = { PK: pk, SK: sk, ...copy(before) };
      applyUpdate(item, update, condition);
      write(pk, sk, item);
      return true;
    },
    remove: (pk: string, sk: string, condition?: Parameters<Table['remove']>[2]) => {
      const before = find(pk, sk)?.item;
      if (refusedBy(before, condition)) return false;
      if (before !== undefined) write(pk, sk, undefined);
      return true;
    },
    query: ({ index, pk, from, to, descending = false }: QueryInput): Item[] => {
      const found = index === undefined ? ofPartition(pk) : ofIndex(index, pk);
      const key = `${index ?? ''}SK`;
      const rows = found
        .filter((item) => {
          const sk = String(item[key]);
          return (from === undefined || sk >= from) && (to === undefined || sk <= to);
        })
        .sort((a, b) => order(String(a[key]), String(b[key])));
      return descending ? rows.reverse() : rows;
    },
  };

  const ofPartition = (pk: string): Item[] =>
    [...(partitions.get(pk)?.values() ?? [])].flatMap(({ item }) => (item ? [{ ...item }] : []));

  const ofIndex = (index: 'GSI1' | 'GSI2', pk: string): Item[] => {
    const instant = now();
    const found: Item[] = [];
    for (const { shown } of indexed[index].get(pk) ?? []) {
      const item = shown.findLast(({ from }) => from <= instant)?.item;
      if (item?.[`${index}PK`] === pk) found.push(projected(item, index));
    }
    return found;
  };

  return {
    as: (through) => ({
      get: (pk, sk) => through('get', () => effects.get(pk, sk)),
      put: (item, condition) => through('put', () => effects.put(item, condition)),
      update: (pk, sk, update, condition) =>
        through('update', () => effects.update(pk, sk, update, condition)),
      remove: (pk, sk, condition) => through('remove', () => effects.remove(pk, sk, condition)),
      async *query(input) {
        yield* await through('query', () => effects.query(input));
      },
      getMany: (keys) =>
        through('getMany', () =>
          keys.map(({ pk, sk }) => effects.get(pk, sk)).filter((item) => item !== undefined),
        ),
    }),
    rows: () => [...partitions.keys()].sort(order).flatMap(ofPartition),
    drop: (pk, sk) => {
      effects.remove(pk, sk);
    },
  };
}

/** Nobody changes the inside of an item. */
const copy = (item: Item | undefined): Item | undefined => item && { ...item };
const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function projected(item: Item, index: 'GSI1' | 'GSI2'): Item {
  const names = INDEX_ATTRIBUTES[index];
  if (names === undefined) return { ...item };
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

function withoutUndefined(item: Item): Item {
  const kept: Item = {};
  for (const name in item) if (item[name] !== undefined) kept[name] = item[name];
  return kept;
}

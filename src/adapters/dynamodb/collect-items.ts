import type { Item } from './table.ts';

export async function collectItems<T>(
  items: AsyncIterable<Item>,
  read: (item: Item) => T,
): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(read(item));
  return all;
}

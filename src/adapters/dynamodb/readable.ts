import type { UnreadableRow } from '../../ports.ts';
import type { Item } from './table.ts';

/**
 * A row of a brand as a list of one, or none after `onUnreadable` was told.
 *
 * @throws what `read` throws, where nobody is to be told
 */
export function readable<Row>(
  item: Item,
  read: (item: Item) => Row,
  onUnreadable: ((row: UnreadableRow) => void) | undefined,
): Row[] {
  try {
    return [read(item)];
  } catch (error) {
    if (onUnreadable === undefined) throw error;
    onUnreadable({ brand: String(item['PK']).slice(2), key: String(item['SK']), error });
    return [];
  }
}

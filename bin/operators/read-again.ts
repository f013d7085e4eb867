import type { Table } from '../../src/adapters/dynamodb/table.ts';
import type { Brand } from '../../src/brands/brand.ts';
import { isPolled } from '../../src/brands/source-settings.ts';

/**
 * Has sources that fail read at the next tick. After many failures the next read is up to a day away, and whoever
 * applies a configuration has probably mended what was wrong with them. What a host asked to wait is waited all the same.
 *
 * @returns their ids
 */
export async function readFailingAgain(
  brands: readonly Pick<Brand, 'sources'>[],
  table: Table,
  now: Date,
): Promise<string[]> {
  const { dynamoSourceStates, hastenSource } = await import(
    '../../src/adapters/dynamodb/sources.ts'
  );
  const states = dynamoSourceStates(table);
  const hastened: string[] = [];
  for (const { id } of brands.flatMap(({ sources }) => sources.filter(isPolled))) {
    const state = await states.get(id);
    if (state === undefined || state.failures === 0) continue;
    if (await hastenSource(table, state, now)) hastened.push(id);
  }
  return hastened;
}

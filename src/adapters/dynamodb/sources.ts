import { parse } from '../../parse.ts';
import type { SourceStates } from '../../ports.ts';
import { SourceState } from '../../sources/source-state.ts';
import { collectItems } from './collect-items.ts';
import type { Table } from './table.ts';

const dueKey = (shard: number) => `due#${shard}`;
const toItem = (state: SourceState) => ({
  PK: `S#${state.source}`,
  SK: 'S',
  GSI2PK: dueKey(state.shard),
  GSI2SK: state.nextDueAt,
  ...state,
});

export function dynamoSourceStates(table: Table): SourceStates {
  return {
    async get(source) {
      const item = await table.get(`S#${source}`, 'S', { consistent: true });
      if (item === undefined) return undefined;
      const { PK: _pk, SK: _sk, GSI2PK: _gpk, GSI2SK: _gsk, ...state } = item;
      return parse(SourceState, state, `state of source ${source}`);
    },
    async add(state) {
      const added = await table.put(toItem(state), { expression: 'attribute_not_exists(PK)' });
      // A source that was taken out of the schedule and comes back.
      if (!added)
        await table.update(
          `S#${state.source}`,
          'S',
          'SET GSI2PK = :due, GSI2SK = nextDueAt, #shard = :shard',
          {
            // Only a row that is there: one that was lost meanwhile is added by the next dispatcher.
            expression: 'attribute_exists(PK) AND attribute_not_exists(GSI2PK)',
            names: { '#shard': 'shard' },
            values: { ':due': dueKey(state.shard), ':shard': state.shard },
          },
        );
    },
    async due(now, count) {
      const shards = await Promise.all(
        Array.from({ length: count }, (_, shard) =>
          collectItems(
            table.query({ index: 'GSI2', pk: dueKey(shard), to: now.toISOString() }),
            (item) => ({
              source: String(item['PK']).slice(2),
              nextDueAt: String(item['GSI2SK']),
            }),
          ),
        ),
      );
      return shards
        .flat()
        .toSorted(
          (a, b) => a.nextDueAt.localeCompare(b.nextDueAt) || a.source.localeCompare(b.source),
        );
    },
    lease: (source, nextDueAt, until) =>
      table.update(
        `S#${source}`,
        'S',
        'SET nextDueAt = :until, leaseUntil = :until, GSI2SK = :until',
        {
          expression: 'nextDueAt = :due AND attribute_exists(GSI2PK)',
          values: { ':until': until.toISOString(), ':due': nextDueAt },
        },
      ),
    finish: (state, leaseUntil) =>
      table.put(toItem(state), {
        expression: 'leaseUntil = :lease AND attribute_exists(GSI2PK)',
        values: { ':lease': leaseUntil },
      }),
    async retire(source) {
      await table.update(`S#${source}`, 'S', 'REMOVE GSI2PK, GSI2SK', {
        expression: 'attribute_exists(PK)',
      });
    },
  };
}

/**
 * Makes a source due now, for a person who has mended what kept it from being read.
 *
 * @returns false when it is being read, was read meanwhile, or is not configured
 */
export async function hastenSource(
  table: Table,
  { source, nextDueAt, leaseUntil }: SourceState,
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  if (nextDueAt <= at || (leaseUntil !== null && leaseUntil > at)) return false;
  return table.update(`S#${source}`, 'S', 'SET nextDueAt = :now, GSI2SK = :now', {
    expression: 'nextDueAt = :due AND attribute_exists(GSI2PK)',
    values: { ':now': at, ':due': nextDueAt },
  });
}

import { createHash } from 'node:crypto';
import { parse } from '../../parse.ts';
import type { DirtyMark, RollupStore } from '../../ports.ts';
import { Rollup } from '../../rollups/rollup.ts';
import { collectItems } from './collect-items.ts';
import type { Table } from './table.ts';

const SHARDS = 8;

const shardOf = (brand: string, day: string) =>
  (createHash('sha256').update(`${brand}#${day}`).digest()[0] ?? 0) % SHARDS;
const markKeys = (brand: string, day: string): [string, string] => [
  `D#${shardOf(brand, day)}`,
  `${brand}#${day}`,
];

export function dynamoRollupStore(table: Table): RollupStore {
  return {
    async markDirty(brand, day, at) {
      const [pk, sk] = markKeys(brand, day);
      await table.update(pk, sk, 'ADD v :one SET #at = :at', {
        expression: '',
        names: { '#at': 'at' },
        values: { ':one': 1, ':at': at.toISOString() },
      });
    },
    async dirtyMarks() {
      const shards = await Promise.all(
        Array.from({ length: SHARDS }, (_, shard) =>
          collectItems(table.query({ pk: `D#${shard}`, consistent: true }), (item): DirtyMark => {
            const sk = String(item['SK']);
            const cut = sk.lastIndexOf('#');
            return {
              brand: sk.slice(0, cut),
              day: sk.slice(cut + 1),
              version: Number(item['v']),
              at: String(item['at']),
            };
          }),
        ),
      );
      return shards
        .flat()
        .toSorted((a, b) => a.brand.localeCompare(b.brand) || a.day.localeCompare(b.day));
    },
    async clear({ brand, day, version, at }) {
      const [pk, sk] = markKeys(brand, day);
      // The version alone begins again at 1 when another recount has removed the mark and somebody wrote since.
      await table.remove(pk, sk, {
        expression: 'v = :seen AND #at = :at',
        names: { '#at': 'at' },
        values: { ':seen': version, ':at': at },
      });
    },
    async save(rollup) {
      const { brand, day, cv, seen, countedAt, firstExpiry, arrived, sources, employees } = rollup;
      await table.put({
        PK: `R#${brand}`,
        SK: `${day}#${cv}`,
        brand,
        day,
        cv,
        seen,
        countedAt,
        firstExpiry,
        arrived,
        sources,
        employees,
      });
    },
    between: (brand, from, to) =>
      collectItems(
        table.query({ pk: `R#${brand}`, from, to: `${to}#\uffff` }),
        ({ PK: _pk, SK, ...item }) => parse(Rollup, item, `rollup ${brand} ${String(SK)}`),
      ),
  };
}

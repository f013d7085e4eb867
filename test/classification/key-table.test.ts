import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyTable } from '../../src/classification/key-table.ts';

describe('a table of keys', () => {
  it('knows the place of each of its keys and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.array(fc.integer()), (keys, others) => {
        const table = keyTable(Int32Array.from(keys));
        expect(keys.map((key) => table.find(key))).toEqual([...keys.keys()]);
        for (const other of others) expect(table.find(other)).toBe(keys.indexOf(other));
      }),
    );
  });

  it('holds keys that differ in their high bits alone, and 0', () => {
    const keys = Array.from({ length: 1000 }, (_, at) => at << 20).filter(
      (key, at, all) => all.indexOf(key) === at,
    );
    const table = keyTable(Int32Array.from(keys));
    expect(keys.map((key) => table.find(key))).toEqual([...keys.keys()]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/imports/csv.ts';
import { all, textPieces } from './pieces.ts';

type Line = {
  readonly line: number;
  readonly cells?: readonly (string | undefined)[];
  readonly reason?: string;
};

/** Rows as objects, rejects as they are. */
async function read(text: string, { size = 7 }: { size?: number } = {}): Promise<Line[]> {
  const records = await all(readCsv(textPieces(text, size)));
  const names = records.flatMap((record) => (record.status === 'columns' ? record.names : []));
  return records.flatMap((record): Line[] => {
    if (record.status === 'columns') return [];
    if (record.status === 'reject') return [record];
    return [{ line: record.line, cells: names.map((name) => record.get(name)) }];
  });
}

describe('CSV', () => {
  it('with quotes, doubled quotes, delimiters and line breaks in them', async () => {
    const text = 'a,b\r\n"x, y","say ""no"""\r\n"two\r\nlines",z\r\n';
    expect(await read(text)).toEqual([
      { line: 2, cells: ['x, y', 'say "no"'] },
      { line: 3, cells: ['two\r\nlines', 'z'] },
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('with line ends %j, with and without the last one', async (end) => {
    const text = ['a,b', '1,2', '', '3,4'].join(end);
    const rows = [
      { line: 2, cells: ['1', '2'] },
      { line: 4, cells: ['3', '4'] },
    ];
    expect(await read(text)).toEqual(rows);
    expect(await read(text + end)).toEqual(rows);
  });

  it.each([
    ['a;b\n1;2,5\n', ['1', '2,5']],
    ['a\tb\n1\t2\n', ['1', '2']],
    ['a|b\n1|2\n', ['1', '2']],
    ['"a;x",b\n"1",2\n', ['1', '2']],
    ['sep=;\na;b\n1;2\n', ['1', '2']],
  ])('of %j is told apart by its first line', async (text, cells) => {
    expect(await read(text)).toMatchObject([{ cells }]);
  });

  it('is read the same however it is cut into pieces', async () => {
    const text = 'a,b\r\n"x ""q"", y",1\r\nplain,"two\r\n\r\nlines"\r\n\r\nlast,"4"';
    const whole = await read(text, { size: 1000 });
    expect(whole).toHaveLength(3);
    for (let size = 1; size < 30; size += 1) expect(await read(text, { size })).toEqual(whole);
  });

  it('that somebody wrote is read as it was meant', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        async (rows, end, size) => {
          const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
          const text = [['a', 'b'], ...rows].map((row) => row.map(quoted).join(',')).join(end);
          const kept = rows.filter((row) => row.some((value) => value.trim() !== ''));
          const records = await read(text, { size });
          expect(records.map(({ cells }) => cells)).toEqual(kept);
        },
      ),
    );
  });

  it('rejects a row with more cells than the header, and reads on', async () => {
    expect(await read('a,b\n1,2,3\n4,5\n6,7,\n8\n')).toEqual([
      { status: 'reject', line: 2, reason: 'has 3 cells where the header has 2' },
      { line: 3, cells: ['4', '5'] },
      { line: 4, cells: ['6', '7'] },
      { line: 5, cells: ['8', undefined] },
    ]);
  });

  it('keeps what stands behind a closing quote', async () => {
    expect(await read('a,b\n"x" y,2\n')).toMatchObject([{ cells: ['x y', '2'] }]);
  });

  it('loses one line to a quote that is never closed, not the file', async () => {
    const rest = Array.from({ length: 50 }, (_, n) => `${n},fine`).join('\n');
    const records = await read(`a,b\n1,"open\n${rest}\n`);
    expect(records[0]).toEqual({
      status: 'reject',
      line: 2,
      reason: 'a quote that opens in this record is never closed',
    });
    expect(records.slice(1)).toHaveLength(50);
    expect(records.at(-1)).toEqual({ line: 52, cells: ['49', 'fine'] });
  });

  it('gives a record up that never ends, within a second', async () => {
    const started = performance.now();
    const endless = `a,b\n1,"${'x'.repeat(3_000_000)}\n2,ok\n`;
    const records = await read(endless, { size: 65_536 });
    expect(records).toMatchObject([
      { status: 'reject', line: 2 },
      { line: 3, cells: ['2', 'ok'] },
    ]);
    const hostile = `a,b\n${'"'.repeat(400_001)}\n${'"x,\n'.repeat(100_000)}`;
    await read(hostile, { size: 65_536 });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it.each(['', '\n\n', ' \r\n'])('without columns (%j) is refused', async (text) => {
    await expect(read(text)).rejects.toThrow('the file is empty');
  });

  it('with one name for two columns is refused', async () => {
    await expect(read('text,date,text\n1,2,3\n')).rejects.toThrow('two columns are called "text"');
  });
});

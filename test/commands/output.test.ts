import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { chartLines } from '../../bin/output/chart.ts';
import type { Column } from '../../bin/output/column.ts';
import { delimited, printableJson } from '../../bin/output/delimited.ts';
import { lineWriter } from '../../bin/output/line-writer.ts';
import { writeParquet } from '../../bin/output/parquet.ts';
import { tableLines, widthOf } from '../../bin/output/table.ts';
import { terminalOf } from '../../bin/terminal.ts';

const text: Column<string>[] = [
  { name: 'text', type: 'string', title: 'TEXT', value: (row) => row },
];

describe('a cell', () => {
  it.each(['=1+1', '+1', '-1+1', '@SUM(A1)', ' =1', '\t=1', '\u200b=1', '＝1', '|calc', '%0A=1'])(
    'of %j cannot be run by a spreadsheet',
    (formula) => {
      for (const separator of [',', '\t'] as const) {
        const cell = delimited(text, formula, separator);
        expect(cell.replace(/^"/, '')).toMatch(/^'/);
      }
    },
  );

  it('keeps numbers numbers, also negative ones', () => {
    const number: Column<number>[] = [{ name: 'n', type: 'number', value: (row) => row }];
    expect(delimited(number, -1.5, ',')).toBe('-1.5');
  });

  it('is one field of one line in TSV, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(delimited(text, any, '\t')).not.toMatch(/[\t\n\r]/);
      }),
    );
  });
});

describe('JSON', () => {
  it('gives back what was put in and holds nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const line = printableJson({ any: `${any}\u009b2J\u202e` });
        expect(JSON.parse(line)).toEqual({ any: `${any}\u009b2J\u202e` });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

describe('a table', () => {
  it('shows strangers’ text without escape sequences, in one line, inside the width', () => {
    const hostile = 'red \u001b[31malert\u001b]0;title\u0007 \u202eevil\nsecond line 漢字'.repeat(
      5,
    );
    const columns: Column<string>[] = [
      { name: 'id', type: 'string', title: 'ID', value: () => 'abc' },
      { name: 'text', type: 'string', title: 'TEXT', fills: true, value: (row) => row },
    ];
    const lines = tableLines(columns, [hostile], { width: 60, colour: false });
    expect(lines).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
  });

  it('has colour only as the environment wishes', () => {
    const tty = { isTTY: true, columns: 80 };
    const err = { write: () => true };
    expect(terminalOf(tty, err, {}).colour).toBe(true);
    expect(terminalOf(tty, err, { NO_COLOR: '1' }).colour).toBe(false);
    expect(terminalOf(tty, err, { NO_COLOR: '' }).colour).toBe(true);
    expect(terminalOf({}, err, {}).colour).toBe(false);
    expect(terminalOf({}, err, { FORCE_COLOR: '1' }).colour).toBe(true);
    expect(terminalOf({}, err, { FORCE_COLOR: '1', NO_COLOR: '1' }).colour).toBe(false);
  });
});

describe('the chart', () => {
  const day = (observed: number, i: number) => ({
    day: `2026-11-${String(i + 1).padStart(2, '0')}`,
    observed,
    mentions: 30,
    expected: 3,
    alertLine: 7,
    masked: i === 4,
  });

  it('is drawn as documented', () => {
    const lines = chartLines([1, 2, 3, 2, 0, 3, 8, 12].map(day), { width: 80, colour: false });
    expect(lines).toEqual([
      ' 12 │                     ██',
      '    │                     ██',
      '    │                  ▃▃ ██',
      '  7 │                  ██ ██ ← alert line (7)',
      '    │                  ██ ██',
      '    │                  ██ ██',
      '    │   ▃▃ ██ ▃▃    ██ ██ ██ ← usual (3.0)',
      '    │▅▅ ██ ██ ██ ·· ██ ██ ██',
      '     1 Nov             8 Nov',
    ]);
  });

  it('names no line where no count can fire', () => {
    const days = [12, 14].map((n, i) => ({ ...day(n, i), alertLine: null }));
    const text = chartLines(days, { width: 80, colour: false }).join('\n');
    expect(text).toContain('cannot fire at this volume');
    expect(text).not.toContain('alert line');
  });

  it('fits the width', () => {
    const days = Array.from({ length: 63 }, (_, i) => ({ ...day(i % 9, 0), day: '2026-11-01' }));
    for (const line of chartLines(days, { width: 100, colour: false }))
      expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('a Parquet file', () => {
  it('read back is what was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
    const rows = [
      { s: 'ä “quoted” 🚲', n: 0.25, i: 3, at: '2026-11-20T09:00:00.000Z', b: true, j: [{ a: 1 }] },
      { s: null, n: null, i: null, at: null, b: null, j: null },
      { s: '', n: -1, i: -2, at: '1970-01-01T00:00:00.000Z', b: false, j: [] },
    ];
    type Row = (typeof rows)[number];
    const columns: Column<Row>[] = [
      { name: 's', type: 'string', value: (row) => row.s },
      { name: 'n', type: 'number', value: (row) => row.n },
      { name: 'i', type: 'integer', value: (row) => row.i },
      { name: 'at', type: 'instant', value: (row) => row.at },
      { name: 'b', type: 'boolean', value: (row) => row.b },
      { name: 'j', type: 'json', value: (row) => row.j },
    ];
    const file = join(folder, 'rows.parquet');
    await writeParquet(file, columns, rows);
    const bytes = readFileSync(file);
    const back = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(
      back.map((row) => ({
        ...row,
        at: row['at'] === null ? null : (row['at'] as Date).toISOString(),
      })),
    ).toEqual(rows);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});

describe('printed lines', () => {
  it('come out whole, in order and all of them, many at once', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20_000, unit: 'grapheme' })), (lines) => {
        const written: string[] = [];
        const later: (() => void)[] = [];
        const { print, flush } = lineWriter(
          (text) => written.push(text),
          (callback) => later.push(callback),
        );
        for (const line of lines) print(line);
        // Whatever is not written yet comes when the program waits, and once.
        for (const callback of later) callback();
        expect(written.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
        expect(written.length).toBeLessThanOrEqual(lines.length);
        flush();
        expect(written.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
      }),
      { numRuns: 30 },
    );
    const written: string[] = [];
    const { print, flush } = lineWriter(
      (text) => written.push(text),
      () => {},
    );
    print('one');
    expect(written).toEqual([]);
    flush();
    expect(written).toEqual(['one\n']);
  });
});

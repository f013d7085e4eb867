import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeFolder, idOf } from './acme-folder.ts';
import { at, type Folder, run } from './folder.ts';

let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);
beforeAll(async () => {
  folder = await acmeFolder();
});
afterAll(() => folder.remove());

describe('the local copy', () => {
  it('is private, goes on where it was stopped, and reads only what changed', async () => {
    const stop = new AbortController();
    const stopped = await run(folder, ['sync', ...at(folder)], {
      signal: stop.signal,
      // The clock is asked before each day: stop at the second.
      now: (() => {
        let calls = 0;
        return () => {
          if (++calls > 3) stop.abort();
          return new Date('2026-11-22T12:00:00.000Z');
        };
      })(),
    });
    expect(stopped.err).toMatch(/stopped after [12] days/);
    expect((await cli('sql', 'SELECT 1')).err).toContain('its first sync was interrupted');
    const done = await cli('sync');
    expect(done.out).toMatch(/3 days, [123] of them read/);
    const file = done.out.split(':')[0] ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect((await cli('sync')).out).toContain('with 0 texts');
  });

  it('answers SQL and says how old it is; nothing can be written', async () => {
    const asked = await cli('sql', "SELECT promise, broken FROM promises WHERE promise = 'fast'");
    expect(asked).toMatchObject({ code: 0, out: 'promise\tbroken\nfast\t3' });
    expect(asked.err).toContain('data read just now');
    const later = await run(folder, ['sql', 'SELECT 1 AS one', ...at(folder)], {
      now: () => new Date('2026-11-25T12:00:00.000Z'),
    });
    expect(later.err).toContain('data read 3 days ago: stale. Add --fresh');
    const found = await cli(
      'sql',
      "SELECT m.id FROM search JOIN mentions m ON m.row = search.rowid WHERE search MATCH 'refund'",
    );
    expect(found.out).toBe(`id\n${idOf(1)}`);
    for (const query of [
      'DELETE FROM days',
      'DROP VIEW mentions',
      "INSERT INTO meta VALUES ('a', 'b')",
      'PRAGMA user_version = 9',
    ])
      expect((await cli('sql', query)).code).toBe(2);
    const wrong = await cli('sql', 'SELECT nothing FROM daily');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('sql --schema') });
  });

  it('shows every column, those of one name, too, and changes nothing by whatever name', async () => {
    const { out } = await cli('sql', 'SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a', '--csv');
    expect(out.split(/\r?\n/).slice(0, 2)).toEqual(['a,a_3,a_2,a_4', '1,2,3,4']);
    const { code, err } = await cli('sql', 'DROP TABLE mentions');
    expect([code, err]).toEqual([2, expect.stringContaining('is only read: type a SELECT')]);
  });

  it('prints whole numbers beyond 2^53 with every digit, and others as numbers', async () => {
    const query =
      "SELECT 9007199254740993 AS big, -9223372036854775808 AS least, 9007199254740991 AS safe, 'x' AS t";
    const cells = ['9007199254740993', '-9223372036854775808', '9007199254740991'];
    expect((await cli('sql', query)).out).toBe(`big\tleast\tsafe\tt\n${cells.join('\t')}\tx`);
    expect((await cli('sql', query, '--csv')).out).toContain(`\n${cells.join(',')},"x"`);
    expect((await json('sql', query)).rows).toEqual([
      { big: cells[0], least: cells[1], safe: Number(cells[2]), t: 'x' },
    ]);
    const table = await run(folder, ['sql', query, ...at(folder)], {
      terminal: { columns: 100, colour: false, status: () => {} },
    });
    expect(table.out).toContain(cells.join('  '));
    const file = join(folder.path, 'big.parquet');
    const union = 'SELECT 9007199254740993 AS n UNION ALL SELECT 1 ORDER BY n';
    expect((await cli('sql', union, '--parquet', file)).code).toBe(0);
    const { buffer } = new Uint8Array(readFileSync(file));
    expect(await parquetReadObjects({ file: buffer })).toEqual([
      { n: 1n },
      { n: 9007199254740993n },
    ]);
  });

  it('names what was meant in a query, and refuses what it would not ask', async () => {
    const hints: [string, string][] = [
      ['SELECT sorce FROM mentions', 'Did you mean "source"?'],
      ['SELECT * FROM mention', 'Did you mean "mentions"?'],
      ['SELECT 1; DELETE FROM mentions', 'one SELECT at a time'],
    ];
    for (const [query, hint] of hints) {
      const { code, out, err } = await cli('sql', query);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(hint);
    }
    expect(await cli('sql', "SELECT 'a;b' AS x; -- one\n/* and a */ ;", '--csv')).toMatchObject({
      code: 0,
      out: 'x\n"a;b"',
    });
    const none = await cli('sql', "SELECT day FROM mentions WHERE source = 'acme-revews'");
    expect(none).toMatchObject({ code: 0, err: expect.stringContaining('gives no row') });
  });

  it('lists every view with every column that it has', async () => {
    const { out } = await cli('sql', '--schema');
    for (const view of [
      'mentions',
      'verdicts',
      'daily',
      'promises',
      'incidents',
      'sends',
      'sources',
    ]) {
      expect(out).toContain(`${view}: `);
      const { out: head } = await cli('sql', `SELECT * FROM ${view} LIMIT 0`, '--csv');
      const said = out.split(`\n${view}: `)[1] ?? out.split(`${view}: `)[1] ?? '';
      const listed = said
        .split('\n\n')[0]
        ?.split('\n')
        .slice(1)
        .map((line) => line.trim().split(' ')[0]);
      expect(listed).toEqual(head.split(','));
    }
  });

  it('is exported with the list’s filters; Parquet read back equals the store', async () => {
    const csv = await cli('export', 'broken.csv', '--verdict', 'broken');
    expect(csv.out).toBe('broken.csv: 3 rows of mentions');
    expect(readFileSync(join(folder.path, 'broken.csv'), 'utf8')).toContain(`"'=HYPERLINK`);
    await cli('export', 'all.parquet');
    const bytes = readFileSync(join(folder.path, 'all.parquet'));
    const back = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    const listed = await json('mentions', 'list', '--since', 'all');
    const plain = (rows: Record<string, unknown>[]) =>
      rows
        .map(({ id, day, at: time, text, sentiment, verdicts, version, url }) => ({
          id,
          day,
          at: new Date(String(time instanceof Date ? time.toISOString() : time)).toISOString(),
          text,
          sentiment,
          verdicts,
          version,
          url,
        }))
        .toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(plain(back)).toEqual(plain(listed.rows));
    expect((await cli('export', 'x.xlsx')).code).toBe(2);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../bin/command.ts';
import { importFile } from '../../bin/commands/import.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promisewatch-import-'));
  writeFileSync(
    join(folder, 'promisewatch.yaml'),
    `deploy: { region: eu-west-1, mailFrom: a@northbell.example, alarmEmail: a@northbell.example }
timeZone: Europe/London
brands:
  - id: northbell
    name: Northbell
    code: NB
    sources:
      - { id: old-reviews, name: Old reviews, connector: import, kind: review }
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Types `promisewatch import …` in the folder. */
async function type(...words: string[]): Promise<{ out: string[]; told: string[] }> {
  const [out, told]: [string[], string[]] = [[], []];
  const program = new Command('promisewatch').exitOverride().addCommand(
    importFile({
      print: (line) => out.push(line),
      complain: (line) => told.push(line),
      now: () => new Date('2026-10-20T12:00:00.000Z'),
      env: {},
      cwd: folder,
      randomBytes: (size) => Buffer.alloc(size),
    }),
  );
  await program.parseAsync(['import', ...words], { from: 'user' });
  return { out, told };
}
const save = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('promisewatch import --dry-run', () => {
  it('shows columns, the first mentions and the counts, and lists rejects beside the export', async () => {
    save(
      'old.csv',
      'Review;Stars;Date\n"They rang\nback.";4;19/10/2026\n;0;19/10/2026\n;5;19/10/2026\n',
    );
    const { out, told } = await type('old.csv', '--source', 'old-reviews', '--dry-run');
    expect(told).toEqual(['columns: text=Review, rating=Stars, date=Date']);
    expect(out).toEqual([
      '2  2026-10-19  4/5  They rang back.',
      '5  2026-10-19  5/5  (no words)',
      '2 mentions of 3 rows would be queued (Northbell, Old reviews).',
      `1 row rejected, each with its reason in ${join(folder, 'old.csv.rejects.jsonl')}`,
      'Nothing was sent. Run it again without --dry-run to import.',
    ]);
    expect(readFileSync(join(folder, 'old.csv.rejects.jsonl'), 'utf8')).toBe(
      '{"line":4,"reason":"has neither text nor rating"}\n',
    );
  });

  it('leaves no file behind when nothing is rejected', async () => {
    save('old.jsonl', '{"text":"Fine.","date":"2026-10-19"}\n');
    await type('old.jsonl', '--source', 'old-reviews', '-n');
    expect(existsSync(join(folder, 'old.jsonl.rejects.jsonl'))).toBe(false);
  });

  it('takes zone, order of dates, scale and the place of rejects', async () => {
    save('old.txt', 'Comment,Score,When\nfine,9,03/04/2026 23:30\nbad,11,03/04/2026\n');
    const { out } = await type(
      'old.txt',
      ...['--source', 'old-reviews', '-n', '--map', 'date=When', '--scale', '10'],
      ...['--dates', 'mdy', '--time-zone', 'America/New_York', '--rejects', 'no.jsonl'],
    );
    expect(out.join('\n')).toContain('0 mentions of 2 rows');
    expect(readFileSync(join(folder, 'no.jsonl'), 'utf8').split('\n')).toMatchObject([
      expect.stringContaining('is older than the 90 days'),
      expect.stringContaining('is no rating from 1 to 10'),
      '',
    ]);
  });

  it.each([
    [['no.csv', '--source', 'old-reviews'], 'no.csv is not there.'],
    [
      ['old.csv'],
      'say with --source which source they belong to. Sources of promisewatch.yaml: old-reviews',
    ],
    [['old.csv', '--source', 'old-review'], 'Did you mean "old-reviews"?'],
    [
      ['old.csv', '--source', 'else'],
      'Add one: { id: else, name: …, connector: import, kind: review }',
    ],
    [['old.dat', '--source', 'old-reviews'], 'say what it is with --format csv, jsonl or json'],
    [['old.csv', '--source', 'old-reviews', '--scale', 'x'], '--scale takes the highest rating'],
    [
      ['old.csv', '--source', 'old-reviews', '--time-zone', 'London'],
      '"London" is not an IANA time zone',
    ],
    [['old.csv', '--source', 'old-reviews', '--map', 'x'], '--map does not understand "x"'],
    [['old.csv', '--source', 'old-reviews', '--delimiter', ';;'], '--delimiter takes one sign'],
    [
      ['old.csv', '--source', 'old-reviews', '--map', 'text=Words'],
      'old.csv: the file has no column "Words"',
    ],
  ])('%j is refused with what to type instead', async (words, message) => {
    save('old.csv', 'Review,Date\nFine.,2026-10-19\n');
    save('old.dat', '');
    const typed = type(...words, '--dry-run');
    await expect(typed).rejects.toThrow(UsageError);
    await expect(typed).rejects.toThrow(message);
  });
});

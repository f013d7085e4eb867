import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promisewatch-corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (...argv: string[]) =>
  spawnSync(process.execPath, ['bin/check-feeds.ts', ...argv], { encoding: 'utf8' });
const expecting = (...lines: string[]) =>
  writeFileSync(join(folder, 'expected.jsonl'), lines.join('\n'));

describe('check:feeds', () => {
  it('counts a file that cannot be opened as one that failed, and reads the next', () => {
    mkdirSync(join(folder, 'a.xml'));
    writeFileSync(
      join(folder, 'b.xml'),
      '<rss version="2.0"><channel><item><title>One</title></item></channel></rss>',
    );
    expecting('{"file":"a.xml","entries":1}', '{"file":"b.xml","entries":1}');
    const { status, stdout } = check('--corpus', folder);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: 2, right: 1, threw: 1, unsettled: 0 });
  }, 30_000);

  it('says in a sentence what is wrong with a list or a flag', () => {
    expecting('{"file":"b.xml","entries":1}', '{"file":7}');
    const list = check('--corpus', folder);
    expect([list.status, list.stderr]).toEqual([
      2,
      expect.stringContaining('expected.jsonl:2 is not as the usage says.'),
    ]);
    const flag = check('--corpsu', folder);
    expect([flag.status, flag.stderr]).toEqual([2, expect.stringMatching(/^Unknown option/)]);
  }, 30_000);
});

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOfLogs, totalsOf } from '../../bin/local-run/totals.ts';
import { startFolder } from '../../bin/start-folder.ts';
import { openDataFolder } from '../../local/data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totals-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (message: object) => `${JSON.stringify({ level: 'INFO', message })}\n`;
const read = (source: string, status: string, more: object = {}) =>
  line({ event: 'collected', source, status, ...more });

describe('what a run says that it did', () => {
  it('is what it did, not what earlier runs in the same folder did', () => {
    const file = join(folder, 'collect.jsonl');
    writeFileSync(file, read('forum', 'collected', { queued: 40, note: 'Zwölf' }));
    const before = endOfLogs(folder);
    appendFileSync(file, read('forum', 'collected', { queued: 2 }));
    writeFileSync(join(folder, 'classify.jsonl'), line({ event: 'judged', new: 2 }));
    expect(totalsOf(folder, before)).toMatchObject({ collected: 2, stored: 2, reads: 1 });
    expect(totalsOf(folder)).toMatchObject({ collected: 42, stored: 2, reads: 2 });
  });

  it('names the sources that could not be read, unless a later read of the run succeeded', () => {
    writeFileSync(
      join(folder, 'collect.jsonl'),
      [
        read('forum', 'failed', { code: 'http-404' }),
        read('news', 'failed', { code: 'timeout' }),
        read('news', 'collected', { queued: 0 }),
      ].join(''),
    );
    expect(totalsOf(folder)).toMatchObject({
      failedReads: 2,
      failedSources: [{ source: 'forum', code: 'http-404' }],
    });
  });
});

describe('a data folder', () => {
  it('that is a file is refused in one sentence', () => {
    const path = join(folder, 'taken');
    writeFileSync(path, '');
    expect(() => openDataFolder(path)).toThrow(
      `${path} is a file, not a folder: choose another folder with --data.`,
    );
    expect(() => openDataFolder(join(path, 'below'))).toThrow(/cannot be made \(ENOTDIR\)/);
  });
});

describe('relative paths', () => {
  const npm = { npm_lifecycle_event: 'promisewatch' };

  it.each([
    ['the working folder without npm', {}, '/clone', '/clone'],
    ['the clone, when npm was started in it', { ...npm, INIT_CWD: '/clone' }, '/clone', '/clone'],
    ['the clone, from a folder in it', { ...npm, INIT_CWD: '/clone/docs' }, '/clone', '/clone'],
    [
      'where the person stands, with --prefix',
      { ...npm, INIT_CWD: '/home/ada' },
      '/clone',
      '/home/ada',
    ],
    ['a folder beside it, too', { ...npm, INIT_CWD: '/clone-2' }, '/clone', '/clone-2'],
  ])('start from %s', (_, env, cwd, expected) => {
    expect(startFolder(env, cwd)).toBe(expected);
  });
});

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptBySources } from '../../bin/local-run/assembly-cache.ts';

let root: string;
let made: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'promisewatch-cache-'));
  mkdirSync(join(root, 'src', 'deep'), { recursive: true });
  writeFileSync(join(root, 'src', 'deep', 'a.ts'), '1');
  made = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const find = (settings: unknown = {}) =>
  keptBySources(root, settings, async (folder) => {
    made += 1;
    writeFileSync(join(folder, 'result'), String(made));
  });

describe('what is made from the sources', () => {
  it('is made once, and found again', async () => {
    const first = await find();
    expect(await find()).toBe(first);
    expect(made).toBe(1);
    expect(readFileSync(join(first, 'result'), 'utf8')).toBe('1');
  });

  it('is made anew after a change of a source, of its name, or of the settings', async () => {
    const folders = [await find()];
    writeFileSync(join(root, 'src', 'deep', 'a.ts'), '2');
    folders.push(await find());
    writeFileSync(join(root, 'src', 'deep', 'b.ts'), '');
    folders.push(await find());
    folders.push(await find({ readsSecrets: true }));
    expect(new Set(folders).size).toBe(4);
    expect(made).toBe(4);
  });

  it('is the same again when a change is taken back', async () => {
    const first = await find();
    writeFileSync(join(root, 'src', 'deep', 'a.ts'), '2');
    await find();
    writeFileSync(join(root, 'src', 'deep', 'a.ts'), '1');
    expect(await find()).toBe(first);
    expect(made).toBe(2);
  });

  it('leaves nothing behind when making it fails', async () => {
    await expect(
      keptBySources(root, {}, async (folder) => {
        writeFileSync(join(folder, 'half'), '');
        throw new Error('no memory');
      }),
    ).rejects.toThrow('no memory');
    expect(readdirSync(join(root, 'dist', 'assemblies'))).toEqual([]);
  });

  it('is shared by two that make it at once', async () => {
    const [first, second] = await Promise.all([find(), find()]);
    expect(first).toBe(second);
    expect(existsSync(join(first, 'result'))).toBe(true);
  });

  it('does not grow without end', async () => {
    for (let round = 0; round < 12; round += 1) await find({ round });
    expect(readdirSync(join(root, 'dist', 'assemblies')).length).toBeLessThanOrEqual(8);
    expect(existsSync(await find({ round: 11 }))).toBe(true);
    expect(made).toBe(12);
  });
});

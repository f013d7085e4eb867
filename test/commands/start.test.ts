import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine } from '../../bin/bundle.ts';
import { COMMANDS, isTyped } from '../../bin/command-list.ts';
// @ts-expect-error plain JavaScript, which runs before a Node that knows types is sure to be there
import { freshBundle } from '../../bin/fresh-bundle.mjs';
import { acme } from '../fixtures.ts';
import { aFolder } from './folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const run = (file: string, ...argv: string[]) =>
  spawnSync(process.execPath, [file, ...argv], { cwd: ROOT, encoding: 'utf8' });

const aWorld = {
  print: () => {},
  complain: () => {},
  now: () => new Date(),
  env: {},
  cwd: ROOT,
  randomBytes: () => Buffer.alloc(0),
};

describe('the list of commands', () => {
  it('says of each what its own file says', async () => {
    const listed = COMMANDS.map(({ name, says }) => [name, says]);
    const own = await Promise.all(
      COMMANDS.map(async ({ load }) => {
        const command = (await load())(aWorld);
        return [command.name(), command.description()];
      }),
    );
    expect(own).toEqual(listed);
  });

  it('begins the help of each with examples, to the last subcommand', async () => {
    const without: string[] = [];
    const look = (command: Command, path: string) => {
      let help = '';
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      if (!help.trimStart().startsWith('Examples:')) without.push(path);
      for (const child of command.commands) look(child, `${path} ${child.name()}`);
    };
    for (const { name, load } of COMMANDS) look((await load())(aWorld), name);
    expect(without).toEqual([]);
  });

  it('loads what was typed and nothing else', () => {
    const loaded = (...argv: string[]) =>
      COMMANDS.map(({ name }) => name).filter((name) => isTyped(name, argv));
    expect(loaded('mentions', 'list', '--since', '7d')).toEqual(['mentions']);
    expect(loaded('help', 'sync')).toEqual(['sync']);
    expect(loaded('--help')).toEqual([]);
    expect(loaded('completions', 'bash')).toHaveLength(COMMANDS.length);
  });
});

describe('the bundled command line', () => {
  const dist = join(ROOT, 'dist', `test-${process.pid}`);
  const bundle = join(dist, 'promisewatch.mjs');
  beforeAll(async () => {
    mkdirSync(dist, { recursive: true });
    await buildCommandLine(ROOT, dist);
  }, 60_000);
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  it('answers as the source does, with the same exit codes', () => {
    const source = join(ROOT, 'bin', 'promisewatch.ts');
    for (const argv of [
      ['--help'],
      ['mentions', 'list', '--help'],
      ['config', 'check', '--config', 'examples/northbell/promisewatch.yaml'],
      ['estimate', '--json'],
      ['mentoins'],
    ]) {
      const [a, b] = [run(source, ...argv), run(bundle, ...argv)];
      expect([b.status, b.stdout, b.stderr]).toEqual([a.status, a.stdout, a.stderr]);
    }
  }, 120_000);

  it('reads a local run, whose stand-ins it does not hold', async () => {
    const folder = await aFolder([acme], '2026-11-22T20:00:00.000Z');
    try {
      const { stdout, stderr, status } = run(bundle, 'promises', '--data', folder.path, '--json');
      expect([status, stderr]).toEqual([0, expect.stringContaining('Nothing is counted')]);
      expect(JSON.parse(stdout).brand).toBe('acme');
    } finally {
      folder.remove();
    }
  }, 60_000);

  it('is used while every file that went into it is as it was', () => {
    const root = mkdtempSync(join(tmpdir(), 'promisewatch-bundle-'));
    const file = join(root, 'a.ts');
    const stamp = (content: string) => {
      writeFileSync(file, content);
      utimesSync(file, 1000, 1000);
    };
    try {
      expect(freshBundle(root, root)).toBeUndefined();
      stamp('one');
      writeFileSync(join(root, 'promisewatch.mjs'), '');
      writeFileSync(join(root, 'promisewatch.inputs.json'), '[["a.ts", "3 1000000"]]');
      expect(freshBundle(root, root)).toBe(join(root, 'promisewatch.mjs'));
      stamp('longer');
      expect(freshBundle(root, root)).toBeUndefined();
      stamp('one');
      utimesSync(file, 1001, 1001);
      expect(freshBundle(root, root)).toBeUndefined();
      rmSync(file);
      expect(freshBundle(root, root)).toBeUndefined();
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

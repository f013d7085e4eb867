import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { World } from '../../bin/command.ts';
import { COMMANDS } from '../../bin/command-list.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const world: World = {
  print: () => {},
  complain: () => {},
  now: () => new Date('2026-11-20T12:00:00.000Z'),
  env: {},
  cwd: tmpdir(),
  randomBytes: (size) => Buffer.alloc(size, 7),
};

/** Command lines that a page shows in line; `…` and NAMES stand for what a person fills in. */
const linesOf = (page: string) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/`promisewatch ([a-z][^`]*)`/g)].map(
    ([, line = '']) => line.replace(/\s+/g, ' '),
  );

/** What is wrong with a command line, as far as names of commands and options go. */
async function mistakeIn(line: string): Promise<string | undefined> {
  const words =
    line
      .replace(/"[^"]*"/g, 'TEXT')
      .split(/ [<|#] /)[0]
      ?.split(' ') ?? [];
  const [name, ...rest] = words;
  const listed = COMMANDS.find((command) => command.name === name);
  if (listed === undefined) return `no command ${name}`;
  let command: Command = (await listed.load())(world);
  for (const word of rest) {
    const child = command.commands.find((one) => one.name() === word.split('|')[0]);
    if (child !== undefined) command = child;
    else if (word.startsWith('-') && word !== '--help') {
      const flag = word.split('=')[0];
      if (!command.options.some(({ short, long }) => short === flag || long === flag))
        return `${command.name()} has no ${flag}`;
    }
  }
  return undefined;
}

describe('the pages', () => {
  it('name commands and options that there are', async () => {
    const wrong: string[] = [];
    let met = 0;
    for (const page of pages)
      for (const line of linesOf(page)) {
        met++;
        const mistake = await mistakeIn(line);
        if (mistake !== undefined) wrong.push(`${page}: ${line}: ${mistake}`);
      }
    expect(wrong).toEqual([]);
    expect(met).toBeGreaterThan(50);
  });

  it('would be caught with an option of another command', async () => {
    expect(await mistakeIn('mentions --sentiment unclassified')).toBe(
      'mentions has no --sentiment',
    );
    expect(await mistakeIn('doctr')).toBe('no command doctr');
  });
});

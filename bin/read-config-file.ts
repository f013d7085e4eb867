import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { formatMistakes, readConfig } from '../src/config/read.ts';
import { UsageError } from './command.ts';

/**
 * The operator's file, checked.
 * @throws {UsageError} naming every mistake with line, column and rule
 */
export function readConfigFile(file: string, cwd: string): Config {
  const path = resolve(cwd, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new UsageError(`${file} ${reason}. Name the file with --config FILE.`);
  }
  const read = readConfig(text);
  if (read.status === 'ok') return read.config;
  const count = read.mistakes.length === 1 ? '1 mistake' : `${read.mistakes.length} mistakes`;
  throw new UsageError(`${formatMistakes(file, read.mistakes)}\n${count}. Nothing was applied.`);
}

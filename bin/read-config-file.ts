import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { formatMistakes, readConfig } from '../src/config/read.ts';
import { UsageError } from './command.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by you',
};

/**
 * The operator's file, checked.
 * @throws {UsageError} naming every mistake with line, column and rule
 */
export function readConfigFile(file: string, cwd: string): Config {
  const path = resolve(cwd, file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? `cannot be read (${code})`;
    throw new UsageError(
      `${file === '' ? '--config' : file} ${reason}. Name the file with --config FILE, or write one with promisewatch init.`,
    );
  }
  if (!isUtf8(bytes))
    throw new UsageError(`${file} is not text in UTF-8. Save it in that encoding, as plain text.`);
  const text = bytes.toString('utf8');
  const read = readConfig(text);
  if (read.status === 'ok') return read.config;
  const count = read.mistakes.length === 1 ? '1 mistake' : `${read.mistakes.length} mistakes`;
  throw new UsageError(`${formatMistakes(file, read.mistakes)}\n${count}. Nothing was applied.`);
}

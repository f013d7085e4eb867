import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../command.ts';

/**
 * Writes a file that was asked for by name. Only its owner may read it: it holds what people wrote.
 *
 * @throws {UsageError} naming the file, when it cannot be written
 */
export function writeAskedFile(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content, { mode: 0o600 });
  } catch (error) {
    throw notWritten(file, error);
  }
}

/** Why a file that was asked for cannot be written, in words for the person. */
export function notWritten(file: string, error: unknown): UsageError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no folder ${dirname(file)}`,
    ENOTDIR: `${dirname(file)} is not a folder`,
    EISDIR: 'it is a folder',
    EACCES: 'it may not be written to',
    EROFS: 'the disk may only be read',
    ENOSPC: 'the disk is full',
  };
  return new UsageError(`${file} cannot be written: ${reasons[code] ?? code}.`);
}

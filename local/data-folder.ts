import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where everything that outlives a run is kept. Only its owner may look inside. */
export type DataFolder = {
  readonly path: string;
  /** Path of something inside the folder. */
  readonly at: (...parts: string[]) => string;
  /** Lets the next run in. Safe to call twice. */
  readonly release: () => void;
};

/** The folder belongs to a run that is still going on. The message is a sentence for the operator. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
}

type Holder = { readonly pid: number; readonly started: string; readonly token: string };

/**
 * Opens a data folder for one run alone. The lock of a process that no longer exists
 * (killed, power cut) is taken over.
 *
 * @throws {DataFolderInUse} when another run holds it
 * @throws {Error} naming the folder, when it cannot be made or written to
 */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  makeFolder(path);
  const file = join(path, 'lock.json');
  const mine: Holder = {
    pid: process.pid,
    started: processStart(process.pid),
    token: randomUUID(),
  };
  try {
    acquire(path, file, mine);
  } catch (error) {
    throw error instanceof DataFolderInUse ? error : notWritable(path, error);
  }
  return {
    path,
    at: (...parts) => join(path, ...parts),
    release: () => {
      if (readHolder(file)?.token === mine.token) rmSync(file, { force: true });
    },
  };
}

/** Parent by parent: Node's own recursive way never ends where a file system refuses with "no such file". */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new Error(`${path} cannot be made (${code}): choose another folder with --data.`, {
      cause: error,
    });
  }
}

/** A folder of somebody else, a disk that is full or may only be read, a file under the folder's name. */
function notWritable(path: string, error: unknown): Error {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const what = code === 'ENOTDIR' ? 'is a file, not a folder' : `cannot be written to (${code})`;
  return new Error(`${path} ${what}: choose another folder with --data.`, { cause: error });
}

function acquire(path: string, file: string, mine: Holder): void {
  for (;;) {
    if (createWhole(file, mine)) return;
    const holder = readHolder(file);
    if (holder !== undefined && isRunning(holder)) {
      throw new DataFolderInUse(
        `${path} is in use by process ${holder.pid}: stop that run, or choose another folder with --data.`,
      );
    }
    removeStale(file, holder);
  }
}

/** A lock appears with its content or not at all: a reader never sees half of it. */
function createWhole(file: string, holder: Holder): boolean {
  const draft = `${file}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** Two runs may find the same stale lock: whoever moved away a fresh one by mistake puts it back. */
function removeStale(file: string, stale: Holder | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readHolder(aside)?.token !== stale?.token) {
    try {
      linkSync(aside, file);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
  unlinkSync(aside);
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    // Gone since we looked, or not ours: either way nobody is named who could be asked to stop.
    return undefined;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false;
  }
  // Process numbers are used again: after a restart of the machine the number may be somebody else's.
  return started === '' || started === processStart(pid);
}

/** When the kernel started a process, in its own units; empty where the system does not tell. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold spaces and brackets; field 22 counts from behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Everything that templates and bundles are made from, below the root. */
const SOURCES = ['lib', 'lambdas', 'src', 'bin/local-run', 'package-lock.json', 'tsconfig.json'];
/** Other configurations and earlier sources, so that going back and forth does not make them anew. */
const KEPT = 8;

/**
 * Finds what was made earlier from the very same sources and settings, or has it made.
 *
 * The folder appears under its name only when it is complete, so a run that is killed leaves
 * nothing that a later one would take for whole, and two runs may make the same one at once.
 *
 * @param settings what the result depends on besides the sources; must become JSON
 * @param make fills an empty folder
 * @returns a folder that nobody may write to
 */
export async function keptBySources(
  root: string,
  settings: unknown,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = cacheFolder(root);
  const found = join(cache, keyOf(root, settings));
  if (existsSync(found)) {
    touch(found);
    return found;
  }
  const making = mkdtempSync(join(cache, 'making-'));
  try {
    await make(making);
    renameSync(making, found);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another run was quicker with the same thing.
    if (!existsSync(found)) throw error;
  }
  forgetOldest(cache);
  return found;
}

/** In the repository, where a fresh clone is fresh; a repository that cannot be written to has it in the system's folder. */
function cacheFolder(root: string): string {
  const wanted = join(root, 'dist', 'assemblies');
  try {
    mkdirSync(wanted, { recursive: true });
    return wanted;
  } catch {
    const other = join(tmpdir(), 'promisewatch-assemblies');
    mkdirSync(other, { recursive: true, mode: 0o700 });
    return other;
  }
}

function keyOf(root: string, settings: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, settings]));
  for (const file of SOURCES.flatMap((name) => filesBelow(join(root, name)))) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesBelow(join(path, name)));
}

function touch(folder: string): void {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch {
    // Only the order of forgetting depends on it.
  }
}

/** Also what a killed run left unfinished, since nobody touches it any more. */
function forgetOldest(cache: string): void {
  const byAge = readdirSync(cache)
    .map((name) => join(cache, name))
    .flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path, at: found.mtimeMs }];
    })
    .toSorted((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}

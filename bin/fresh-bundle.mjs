import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The bundle of the command line, where `npm run build` was run and no file that went into it has changed since.
 *
 * Plain JavaScript, and few files: it runs before every command.
 *
 * @param {string} root the repository
 * @param {string} dist the folder of the bundle
 * @returns {string | undefined} its path
 */
export function freshBundle(root, dist) {
  const bundle = join(dist, 'promisewatch.mjs');
  try {
    statSync(bundle);
    const inputs = JSON.parse(readFileSync(join(dist, 'promisewatch.inputs.json'), 'utf8'));
    const same = ([file, stamp]) => {
      const { size, mtimeMs } = statSync(join(root, file));
      return stamp === `${size} ${mtimeMs}`;
    };
    return inputs.every(same) ? bundle : undefined;
  } catch {
    // Never built, or a file went into it that is no more.
    return undefined;
  }
}

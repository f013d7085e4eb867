import { relative } from 'node:path';

/**
 * The folder that relative paths start from: where the person stands, not where npm goes.
 *
 * `npm --prefix CLONE run …` goes to the clone and leaves the person's folder in INIT_CWD. Inside the clone npm's
 * folder stays: there `npm start` means the clone's own files from every subfolder.
 */
export function startFolder(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string {
  const from = env['INIT_CWD'];
  if (from === undefined || env['npm_lifecycle_event'] === undefined) return cwd;
  const way = relative(cwd, from);
  return way === '..' || /^\.\.[/\\]/.test(way) ? from : cwd;
}

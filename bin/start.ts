import { randomBytes } from 'node:crypto';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A second start finds what the first one compiled: half of the time until its modules are loaded. Hence imports in the body.
enableCompileCache(join(import.meta.dirname, '..', 'dist', 'compiled'));
const { UsageError } = await import('./command.ts');
const { readStartOptions, START_HELP } = await import('./local-run/options.ts');
const { runLocally } = await import('./local-run/run.ts');
const { startFolder } = await import('./start-folder.ts');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) console.log(START_HELP);
  else
    await runLocally(options, {
      print: (line) => console.log(line),
      complain: (line) => console.error(line),
      now: () => new Date(),
      // Since the process began: modules were loaded before this line.
      seconds: () => performance.now() / 1000,
      cwd: startFolder(process.env, process.cwd()),
      env: process.env,
      randomBytes,
      signal: stop.signal,
    });
} catch (error) {
  if (stop.signal.aborted) {
    // Served until it was stopped is done; stopped before its one line is not.
    if (process.argv.includes('--once')) process.exitCode = 130;
  } else {
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env['PROMISEWATCH_DEBUG'] !== undefined) console.error(error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { main } from './main.ts';
import { lineWriter } from './output/line-writer.ts';
import { startFolder } from './start-folder.ts';
import { terminalOf } from './terminal.ts';

const stop = new AbortController();
process.on('SIGINT', () => {
  // The second Ctrl-C does not wait.
  if (stop.signal.aborted) process.exit(130);
  stop.abort();
});
// A reader that has seen enough (`| head`) ends the output, not with an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  console.error(
    `the output cannot be written: ${error.code === 'ENOSPC' ? 'the disk is full' : error.message}`,
  );
  process.exit(1);
});

const { print, flush } = lineWriter((text) => process.stdout.write(text), setImmediate);
process.on('exit', flush);

process.exitCode = await main(process.argv.slice(2), {
  print,
  complain: (line) => {
    // On a terminal both are read, in the order in which they were said.
    flush();
    console.error(line);
  },
  now: () => new Date(),
  env: process.env,
  cwd: startFolder(process.env, process.cwd()),
  randomBytes,
  terminal: terminalOf(process.stdout, process.stderr, process.env),
  signal: stop.signal,
});
if (stop.signal.aborted) process.exitCode = 130;

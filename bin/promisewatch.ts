#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  now: () => new Date(),
  env: process.env,
  cwd: process.cwd(),
  randomBytes,
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BenchRow, benchTable } from '../test/bench/rows.ts';

// Prints what this machine measures now. Timings belong here and in no test.
const HELP = `npm run bench                     all that is marked *, as one table and as dist/bench.json; some five minutes
npm run bench feeds trends        these parts alone, with their details
npm run bench pipeline 10000      so many mentions through the local run; default: 1000 10000 100000
`;
const ROOT = resolve(import.meta.dirname, '..');
const RESULT = join(ROOT, 'dist', 'bench.json');

/** By name: what is measured, and whether it belongs to the table. The others take long, or write a page. */
const PARTS: Readonly<Record<string, { readonly about: string; readonly isInTable: boolean }>> = {
  bundles: { about: 'size and cold import of every function', isInTable: true },
  feeds: { about: 'feed parsing beside three libraries, attacks', isInTable: true },
  classification: { about: 'texts a second beside four libraries, memory', isInTable: true },
  trends: { about: 'check of a series, replay', isInTable: true },
  digest: { about: 'rendering, sizes', isInTable: true },
  pipeline: { about: 'mentions a second, requests, write units, CPU', isInTable: true },
  run: { about: 'the example from its start to its end', isInTable: true },
  polling: { about: '10,000 sources dispatched and polled', isInTable: false },
  throttling: {
    about: 'what becomes of messages that the table has no room for',
    isInTable: false,
  },
  analysts: { about: 'lists and sync over 100,000 mentions', isInTable: false },
  cost: { about: 'cost from counts; writes docs/cost.md', isInTable: false },
};

const args = process.argv.slice(2);
const names = args.filter((argument) => Number.isNaN(Number(argument)));
const sizes = args.filter((argument) => !names.includes(argument));
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
if (names.includes('--help')) console.log(`${HELP}\n${partList()}`);
else if (sizes.some((size) => !Number.isSafeInteger(Number(size)) || Number(size) < 1)) {
  console.error(
    `mentions are counted in whole numbers from 1, not ${sizes.join(', ')}.\n\n${HELP}`,
  );
  process.exitCode = 2;
} else if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}.\n\n${HELP}\n${partList()}`);
  process.exitCode = 2;
} else if (sizes.length > 0 && names.length > 0 && !names.includes('pipeline')) {
  console.error(`only the bench pipeline takes a number of mentions.\n\n${HELP}`);
  process.exitCode = 2;
} else if (names.length > 0) for (const name of names) runPart(name);
else runTable();

function partList(): string {
  return Object.entries(PARTS)
    .map(([name, { about, isInTable }]) => `${isInTable ? '*' : ' '} ${name.padEnd(16)}${about}`)
    .join('\n');
}

/** Each in a process of its own, so that one does not warm or burden the next. @returns whether it ended well */
function runPart(name: string, ...more: string[]): boolean {
  if (more.length === 0) console.log(`\n== ${name}`);
  const given = name === 'pipeline' ? sizes : [];
  const argv = [join(ROOT, 'test', 'bench', `${name}.ts`), ...given, ...more];
  // In the table its details are left out, but not its errors.
  const stdout = more.length === 0 ? 'inherit' : 'ignore';
  const { status } = spawnSync(process.execPath, argv, {
    stdio: ['ignore', stdout, 'inherit'],
    cwd: ROOT,
  });
  if (status !== 0) {
    console.error(`the bench ${name} ended with ${status}`);
    process.exitCode = 1;
  }
  return status === 0;
}

function runTable(): void {
  const work = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
  const began = performance.now();
  try {
    const parts = Object.entries(PARTS)
      .filter(([, { isInTable }]) => isInTable)
      .map(([part]) => ({ part, rows: rowsOf(part, work) }));
    for (const line of benchTable(parts)) console.log(line);
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    const machine = { processor: cpus()[0]?.model, cores: availableParallelism() };
    const result = { at: new Date().toISOString(), node: process.version, machine, parts };
    writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    console.error(`${minutes} minutes; also in dist/bench.json`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function rowsOf(part: string, work: string): BenchRow[] {
  process.stderr.write(`${part} …`);
  const began = performance.now();
  const file = join(work, `${part}.json`);
  const isDone = runPart(part, `--rows=${file}`);
  console.error(` ${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (isDone) return JSON.parse(readFileSync(file, 'utf8')) as BenchRow[];
  return [{ what: 'this part did not run to its end', value: null, unit: '' }];
}

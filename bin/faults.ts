import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Report, Share } from '../test/simulation/worker.ts';
import { type FaultReport, faultReport, type TestReport } from './fault-report.ts';

// The faults that promisewatch is held to (docs/faults.md), one by one and as random schedules. Ends with one JSON line.
const HELP = `npm run faults                                     all faults, and 1,000 random schedules
npm run faults -- --fault 12                       one fault
npm run faults -- --schedules 100000 --seed 1      only random schedules, from this seed on
`;
const ROOT = join(import.meta.dirname, '..');
const SHOWN_SEEDS = 20;
/** Those of docs/faults.md; one that no test plays counts as failed. */
const FAULTS = 38;
/** What a seed is the number of: beyond that, schedules repeat. */
const SEEDS = 2 ** 32;

const values = options();
if (values.help) console.log(HELP);
else await main();

function refuse(sentence: string): never {
  console.error(`${sentence}\n\n${HELP}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        fault: { type: 'string' },
        schedules: { type: 'string' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const { only, wanted, seed, isPlayed } = asked();
  const { results, others } = isPlayed ? await runFaults(only) : { results: [], others: [] };
  const { done, violated } =
    wanted === 0 ? { done: 0, violated: [] } : await runSchedules(wanted, seed);
  const failed = results.flatMap(({ number, failures }) =>
    failures.map((sentence) => `fault ${number}: ${sentence}`),
  );
  const missing = done < wanted ? [`${wanted - done} of ${wanted} schedules were not played`] : [];
  for (const sentence of [...failed, ...others, ...missing]) console.error(sentence);
  console.log(
    JSON.stringify({
      faultsPassed: results.filter(({ failures }) => failures.length === 0).length,
      faults: results.length,
      schedules: done,
      violated: violated.length,
      seeds: violated.slice(0, SHOWN_SEEDS),
    }),
  );
  const troubles = [failed, others, missing, violated];
  process.exitCode = troubles.every(({ length }) => length === 0) ? 0 : 1;
}

/** What the arguments ask for. */
function asked() {
  const { fault, schedules } = values;
  const seed = whole('--seed', values.seed);
  const only = fault === undefined ? undefined : whole('--fault', fault);
  if (only !== undefined && (only < 1 || only > FAULTS))
    refuse(
      `There is no fault ${only}: they are numbered from 1 to ${FAULTS}. docs/faults.md lists them.`,
    );
  const wanted = wantedSchedules(schedules, only);
  if (wanted === 0 && only === undefined) refuse('--schedules 0 alone plays nothing.');
  if (wanted > 0 && seed + wanted > SEEDS)
    refuse(`--seed ${seed} is too great: ${wanted} schedules from it on end after ${SEEDS - 1}.`);
  return { only, wanted, seed, isPlayed: schedules === undefined || only !== undefined };
}

function wantedSchedules(given: string | undefined, only: number | undefined): number {
  if (given !== undefined) return whole('--schedules', given);
  return only === undefined ? 1000 : 0;
}

function whole(flag: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    refuse(`${flag} takes a whole number, not "${value}".`);
  return number;
}

async function runFaults(only: number | undefined): Promise<FaultReport> {
  const work = mkdtempSync(join(tmpdir(), 'promisewatch-faults-'));
  try {
    const file = join(work, 'report.json');
    const named = only === undefined ? [] : ['-t', `fault ${only}:`];
    await run([
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      ...['run', 'test/faults', '--reporter=json', `--outputFile=${file}`, '--silent', ...named],
    ]);
    return faultReport(JSON.parse(readFileSync(file, 'utf8')) as TestReport, FAULTS, only);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(argv: readonly string[]): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, argv, {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('close', () => done());
  });
}

/** Plays the schedules on all cores. @returns how many were played, and the seeds that broke something, smallest first */
async function runSchedules(
  count: number,
  firstSeed: number,
): Promise<{ readonly done: number; readonly violated: readonly number[] }> {
  const step = Math.min(availableParallelism(), count);
  const violated: number[] = [];
  let done = 0;
  const began = performance.now();
  const share = (offset: number) =>
    new Promise<void>((finish, fail) => {
      const workerData: Share = { first: firstSeed + offset, end: firstSeed + count, step };
      const worker = new Worker(new URL('../test/simulation/worker.ts', import.meta.url), {
        workerData,
      });
      worker.on('message', (report: Report) => {
        if ('seed' in report) {
          violated.push(report.seed);
          console.error(`seed ${report.seed}: ${report.violations.join('; ')}`);
          return;
        }
        done += report.done;
        const perMinute = Math.round((done / (performance.now() - began)) * 60_000);
        if (process.stderr.isTTY)
          process.stderr.write(`\r${done} of ${count} schedules, ${perMinute} a minute `);
      });
      worker.once('error', fail);
      worker.once('exit', () => finish());
    });
  await Promise.all(Array.from({ length: step }, (_, offset) => share(offset)));
  if (process.stderr.isTTY) process.stderr.write('\n');
  return { done, violated: violated.toSorted((a, b) => a - b) };
}

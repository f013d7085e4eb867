import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildBundles, FUNCTIONS } from '../../lib/bundles.ts';
import { type BenchRow, handOver } from './rows.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ROUNDS = 7;
/** What any handler may ask for. */
const ENVIRONMENT = {
  TABLE_NAME: 'table',
  POLL_QUEUE_URL: 'https://queue.example/polls',
  MENTIONS_QUEUE_URL: 'https://queue.example/mentions',
  AUTHOR_KEY_PARAMETER: '/promisewatch/bench/author-key',
  RETENTION_DAYS: '90',
  LOOPBACK_SOURCES: '',
  METRICS_NAMESPACE: 'bench',
  MAIL_FROM: 'a@example.com',
  MAIL_FROM_NAME: 'bench',
  CONFIGURATION_SET: 'bench',
  STACK_NAME: 'bench',
  AWS_REGION: 'eu-west-1',
};

interface Import {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The import with the median CPU time of several, each in a new process; an empty program takes none of it. */
function coldImport(file: string): Import {
  const script = `const before = process.cpuUsage(), began = performance.now();
require(${JSON.stringify(file)});
const wallMs = performance.now() - began, { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));`;
  const times = Array.from({ length: ROUNDS }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, ...ENVIRONMENT },
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(`${file} does not load: ${stderr.slice(0, 500)}`);
    return JSON.parse(stdout) as Import;
  }).toSorted((a, b) => a.cpuMs - b.cpuMs);
  return times[Math.floor(ROUNDS / 2)] as Import;
}

/** Size of each function's bundle, and what loading it costs. */
export async function benchBundles(print: (line: string) => void): Promise<BenchRow[]> {
  // Nothing above it makes its files ES modules, as on Lambda.
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
  try {
    const began = performance.now();
    await buildBundles(ROOT, folder);
    print(`all functions bundled in ${Math.round(performance.now() - began)} ms`);
    return FUNCTIONS.flatMap((name) => {
      const file = join(folder, name, 'index.js');
      const kilobytes = statSync(file).size / 1000;
      const { wallMs, cpuMs } = coldImport(file);
      print(
        `${name.padEnd(9)} ${String(Math.round(kilobytes)).padStart(5)} KB, import ${Math.round(wallMs)} ms, CPU ${Math.round(cpuMs)} ms`,
      );
      return [
        {
          what: `${name}, size`,
          value: kilobytes,
          unit: 'KB',
          aim: name === 'collect' ? '≤ 800' : '≤ 600',
        },
        { what: `${name}, cold import`, value: wallMs, unit: 'ms', aim: '≤ 130' },
        { what: `${name}, cold import, CPU`, value: cpuMs, unit: 'ms' },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) handOver(await benchBundles(console.log));

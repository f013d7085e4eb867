import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { handOver } from './rows.ts';

// The example from its start to its end, as a stranger runs it.
const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
const began = performance.now();
const { stdout, stderr, status } = spawnSync(
  process.execPath,
  [join(ROOT, 'bin', 'start.ts'), '--once', '--data', folder],
  { encoding: 'utf8', cwd: ROOT },
);
rmSync(folder, { recursive: true, force: true });
if (status !== 0) throw new Error(`the example ended with ${status}: ${stderr.slice(-500)}`);
const seconds = (performance.now() - began) / 1000;
const { secondsToFirstMention, secondsToDigest, stored } = JSON.parse(
  stdout.trim().split('\n').at(-1) ?? '{}',
) as Record<string, number | null>;
console.log(`first mention stored after ${secondsToFirstMention} s`);
console.log(`first digest after ${secondsToDigest} s (aim: 10)`);
console.log(`${stored} mentions, ${Math.round(seconds)} s in all`);
handOver([
  { what: 'first mention stored after', value: secondsToFirstMention ?? null, unit: 's' },
  { what: 'first digest after', value: secondsToDigest ?? null, unit: 's', aim: '≤ 10' },
  { what: 'all ten days of the example', value: seconds, unit: 's' },
]);

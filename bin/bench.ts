import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildBundles, FUNCTIONS } from '../lib/bundles.ts';

// Prints what this machine measures now. Timings belong here and in no test.
const ROOT = resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);

const benches: Record<string, () => Promise<void>> = {
  bundles: benchBundles,
  run: benchRun,
  feeds: async () => (await import('../test/bench/feeds.ts')).benchFeeds(),
  polling: () => runScript('test/bench/polling.ts'),
  classification: () => runScript('test/bench/classification.ts'),
  trends: async () => (await import('../test/bench/trends.ts')).benchTrends(),
  digest: () => runScript('test/bench/digest.ts'),
  analysts: () => runScript('test/bench/analysts.ts'),
  pipeline: () => runScript('test/bench/pipeline.ts'),
  cost: () => runScript('test/bench/cost.ts'),
};

const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `no bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n== ${name}`);
    await bench();
  }
}

/** Each in a process of its own, so that one does not warm or burden the next. */
function runScript(file: string): Promise<void> {
  const { status } = spawnSync(process.execPath, [join(ROOT, file)], {
    stdio: 'inherit',
    cwd: ROOT,
  });
  if (status !== 0) {
    console.error(`${file} ended with ${status}`);
    process.exitCode = 1;
  }
  return Promise.resolve();
}

async function benchBundles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
  try {
    const began = performance.now();
    await buildBundles(ROOT, folder);
    console.log(`all functions bundled in ${Math.round(performance.now() - began)} ms`);
    for (const name of FUNCTIONS) {
      const file = join(folder, name, 'index.js');
      console.log(
        `${name.padEnd(9)} ${String(Math.round(statSync(file).size / 1000)).padStart(5)} KB, import ${medianImport(file)} ms`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median of five cold imports of a bundle, less what an empty program takes. */
function medianImport(file: string): number {
  const env = {
    ...process.env,
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
    AWS_REGION: 'eu-west-1',
  };
  const script = `const t = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - t);`;
  const times = Array.from({ length: 5 }, () =>
    Number(spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }).stdout),
  ).toSorted((a, b) => a - b);
  return Math.round(times[2] ?? Number.NaN);
}

/** The example from start to end, as a stranger runs it. */
function benchRun(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
  const began = performance.now();
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin', 'start.ts'), '--once', '--data', folder],
    { encoding: 'utf8', cwd: ROOT },
  );
  rmSync(folder, { recursive: true, force: true });
  const { secondsToFirstMention, secondsToDigest, stored } = JSON.parse(
    stdout.trim().split('\n').at(-1) ?? '{}',
  ) as Record<string, number>;
  console.log(`first mention stored after ${secondsToFirstMention} s`);
  console.log(`first digest after ${secondsToDigest} s (aim: 10)`);
  console.log(`${stored} mentions, ${Math.round((performance.now() - began) / 1000)} s in all`);
  return Promise.resolve();
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../lib/bundles.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let bundles: string;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), 'promisewatch-bundles-'));
  await buildBundles(ROOT, bundles);
}, 120_000);
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/** Loads the deployed bundle as Lambda does, in a process of its own. */
const start = () =>
  spawnSync(process.execPath, ['-e', `require(${JSON.stringify(join(bundles, 'classify'))})`], {
    encoding: 'utf8',
    env: {
      PATH: '',
      AWS_REGION: 'eu-west-1',
      TABLE_NAME: 'mentions',
      MENTIONS_QUEUE_URL: 'http://127.0.0.1/mentions',
    },
  });

describe('the classify function', () => {
  it('starts with the assets of its bundle, and stops with one sentence when one was changed', () => {
    expect(start()).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(bundles, 'classify', 'assets', 'opinions.tsv'), 'good\t-1\n');
    const { status, stderr } = start();
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'Error: The classifier asset opinions.tsv does not match manifest.json; rebuild or restore it.',
    );
  }, 60_000);
});

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptBySources } from '../../bin/local-run/assembly-cache.ts';
import { bundledPackages, thirdPartyPage } from '../../lib/bundled-packages.ts';
import { buildBundles, FUNCTIONS } from '../../lib/bundles.ts';
import { promisewatchApp } from '../../lib/promisewatch-app.ts';
import { deploySettings } from './synthesise.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;
let bundles: string;
/** Everything that a deployment would upload, as text. */
let output: { readonly file: string; readonly text: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promisewatch-output-'));
  // As a deployment does: those that an earlier process made from these sources, where there are any.
  bundles = await keptBySources(ROOT, 'bundles', (made) => buildBundles(ROOT, made));
  const outdir = join(folder, 'cdk.out');
  promisewatchApp({ deploy: deploySettings(), bundles, outdir, validate: false }).synth();
  output = readdirSync(outdir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|js|mjs|txt|yaml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file: file.slice(outdir.length), text: readFileSync(file, 'utf8') }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Shapes of secrets that people paste by mistake. The last word is planted to show that each is found. */
const SECRETS: readonly [string, RegExp, string][] = [
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'AKIAIOSFODNN7EXAMPLE'],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\n/, '-----BEGIN RSA PRIVATE KEY-----\n'],
  ['a GitHub token', /\bgh[pousr]_[0-9A-Za-z]{36}\b/, `ghp_${'a'.repeat(36)}`],
  [
    'a Slack address',
    /hooks\.slack\.com\/services\/T[0-9A-Z]{6,}/,
    'hooks.slack.com/services/T0ABCDEF/x',
  ],
  ['a bearer token', /\bBearer [0-9A-Za-z._-]{24,}/, `Bearer ${'x1'.repeat(16)}`],
  [
    'a JSON web token',
    /\beyJ[0-9A-Za-z_-]{16,}\.eyJ[0-9A-Za-z_-]{16,}\./,
    `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.`,
  ],
  [
    'a password in an address',
    /\bhttps?:\/\/[^\s/:@"'`${}<>]{1,40}:[^\s/:@"'`${}<>]{3,60}@[a-z]/,
    'https://me:hunter2@db.example',
  ],
];

describe('what a deployment uploads', () => {
  it('is templates and one bundle per function', () => {
    expect(output.filter(({ file }) => file.endsWith('template.json')).length).toBe(2);
    expect(output.filter(({ file }) => file.endsWith('index.js')).length).toBe(7);
  });

  it.each(SECRETS)('holds nothing like %s', (_, pattern, planted) => {
    expect(pattern.test(planted)).toBe(true);
    expect(output.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('names no folder of the machine that made it', () => {
    const code = output.filter(({ file }) => /index\.js$|template\.json$/.test(file));
    expect(code.filter(({ text }) => text.includes(ROOT)).map(({ file }) => file)).toEqual([]);
  });

  it('is at most 800 KB for collect and 600 KB for every other function', () => {
    const sizes = FUNCTIONS.map((name): [string, number] => [
      name,
      statSync(join(bundles, name, 'index.js')).size / 1000,
    ]);
    expect(sizes.filter(([name, kb]) => kb > (name === 'collect' ? 800 : 600))).toEqual([]);
  });

  it('keeps the tables of old character sets beside collect, where they are found', () => {
    // Away from this repository, whose files are ES modules.
    copyFileSync(join(bundles, 'collect', 'charsets.js'), join(folder, 'charsets.cjs'));
    const load = "require('./charsets.cjs').decode(Buffer.from([0x81]), 'cp437')";
    const { stdout } = spawnSync(process.execPath, ['-p', load], { cwd: folder, encoding: 'utf8' });
    expect(stdout.trim()).toBe('ü');
    expect(readFileSync(join(bundles, 'collect', 'index.js'), 'utf8')).toContain('./charsets.js');
  });

  it('names the language of a text that no source states, from a table beside classify', () => {
    copyFileSync(join(bundles, 'classify', 'language-detector.js'), join(folder, 'detector.cjs'));
    const load = "require('./detector.cjs').eld.detect('Je ne sais pas pourquoi').language";
    const { stdout } = spawnSync(process.execPath, ['-p', load], { cwd: folder, encoding: 'utf8' });
    expect(stdout.trim()).toBe('fr');
    const code = readFileSync(join(bundles, 'classify', 'index.js'), 'utf8');
    expect(code).toContain('./language-detector.js');
  });

  it('asks AWS for the first time without loading a second HTTP client', () => {
    // As on Lambda, where nothing above a bundle makes it an ES module.
    copyFileSync(join(bundles, 'rollup', 'index.js'), join(folder, 'rollup.cjs'));
    const ask = `require('./rollup.cjs').handler({}).catch(({ code }) =>
      console.log(code, process.moduleLoadList.filter((name) => name.includes('undici')).join()))`;
    const { stdout } = spawnSync(process.execPath, ['-e', ask], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        TABLE_NAME: 'mentions',
        METRICS_NAMESPACE: 'test',
        RETENTION_DAYS: '90',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'nobody',
        AWS_SECRET_ACCESS_KEY: 'nobody',
        AWS_MAX_ATTEMPTS: '1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      },
    });
    expect(stdout.trim()).toBe('ECONNREFUSED');
  });

  it('is the same from the same sources', async () => {
    const again = join(folder, 'again');
    await buildBundles(ROOT, again);
    const codeIn = (made: string) =>
      readdirSync(made).map((name) => readFileSync(join(made, name, 'index.js'), 'utf8'));
    expect(codeIn(again).length).toBeGreaterThan(6);
    expect(codeIn(again)).toEqual(codeIn(bundles));
  }, 30_000);
});

describe('third-party code in the functions', () => {
  let packages: Awaited<ReturnType<typeof bundledPackages>>;
  beforeAll(async () => {
    packages = await bundledPackages(ROOT);
  }, 60_000);

  it('is listed in docs/third-party.md; if not: node bin/third-party.ts', () => {
    const page = readFileSync(join(ROOT, 'docs', 'third-party.md'), 'utf8');
    expect(page).toBe(thirdPartyPage(packages));
  });

  it('is under licences that allow it', () => {
    const allowed = [
      'Apache-2.0',
      'MIT',
      'BSD-2-Clause',
      'BSD-3-Clause',
      'ISC',
      '0BSD',
      'BlueOak-1.0.0',
    ];
    const odd = packages.filter(({ licence }) => !allowed.includes(licence));
    expect(packages.length).toBeGreaterThan(5);
    expect(odd.map(({ name, licence }) => `${name} ${licence}`)).toEqual([]);
  });
});

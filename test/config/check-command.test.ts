import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME_YAML, run } from '../operators/cloud.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'promisewatch-check-'));
  mkdirSync(join(cwd, 'folder'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const check = async (content: string | Buffer) => {
  writeFileSync(join(cwd, 'acme.yaml'), content);
  return run(['config', 'check', '--config', 'acme.yaml'], { cwd });
};
const acme = (from: string, to: string) => {
  expect(ACME_YAML).toContain(from);
  return ACME_YAML.replace(from, to);
};
const brand = ACME_YAML.slice(ACME_YAML.indexOf('  - id: acme'));

describe('config check', () => {
  it.each([
    ['Unix', ACME_YAML],
    ['Windows line ends', ACME_YAML.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${ACME_YAML}`],
  ])('takes a file with %s', async (_, text) => {
    const { code, out } = await check(text);
    expect([code, out]).toEqual([
      0,
      'acme.yaml is valid: 1 brand, 1 promise, 1 source, 1 recipient',
    ]);
  });

  it('takes the file as a word, too, and every command says how a file is named', async () => {
    writeFileSync(join(cwd, 'acme.yaml'), ACME_YAML);
    expect(await run(['config', 'check', 'acme.yaml'], { cwd })).toMatchObject({ code: 0 });
    const missing = await run(['config', 'check', 'nofile.yaml'], { cwd });
    expect([missing.code, missing.err]).toEqual([2, expect.stringMatching(/^nofile\.yaml is not/)]);
    const elsewhere = await run(['config', 'diff', 'acme.yaml'], { cwd });
    expect([elsewhere.code, elsewhere.err]).toEqual([
      2,
      expect.stringContaining('Name the file with --config acme.yaml'),
    ]);
  });

  it('doubts a region that nobody knew, without refusing it', async () => {
    const { code, err } = await check(acme('eu-west-1', 'eu-west-9'));
    expect(code).toBe(0);
    expect(err).toBe(
      'acme.yaml:3:11  deploy.region  is no region that was known in November 2026. Did you mean "eu-west-1"? Leave it if AWS has opened it since',
    );
    expect((await check(ACME_YAML)).err).toBe('');
  });

  it.each(['Europe/London', 'UTC', 'Asia/Kolkata', 'US/Eastern', 'europe/london'])(
    'takes the time zone %s',
    async (zone) => {
      expect((await check(acme('Europe/London', zone))).code).toBe(0);
    },
  );

  const wrong: [string, () => string | Buffer, string][] = [
    ['an empty file', () => '', 'acme.yaml:1:1  holds no settings'],
    ['comments alone', () => '# later\n', 'acme.yaml:1:1  holds no settings'],
    ['a list', () => '- brands\n', 'acme.yaml:1:1  holds no settings'],
    ['bytes that are no text', () => Buffer.from([0xff, 0xfe, 0x61]), 'is not text in UTF-8'],
    ['tabs', () => acme('  stackName', '\tstackName'), 'acme.yaml:2:1  begins with a tab'],
    [
      'a setting that is written twice',
      () => acme('timeZone: Europe/London', 'timeZone: Europe/London\ntimeZone: UTC'),
      'acme.yaml:7:1  is written a second time',
    ],
    ['two documents', () => `${ACME_YAML}---\n${ACME_YAML}`, 'begins a second document'],
    [
      'wrong indentation',
      () => acme('    name: Acme', '   name: Acme'),
      'acme.yaml:10:11  is indented differently',
    ],
    [
      'a text with a colon',
      () => acme('We answer within', 'We answer: within'),
      'Put such a text in quotes',
    ],
    [
      'a mistyped setting',
      () => acme('region:', 'regoin:'),
      'deploy  unknown setting "regoin". Did you mean "region"?',
    ],
    [
      'a mistyped choice',
      () => acme('kind: review', 'kind: reviews'),
      'sources.0.kind  unknown kind "reviews". Did you mean "review"?',
    ],
    [
      'a text where a number belongs',
      () => acme('alarmEmail', 'retentionDays: ninety\n  alarmEmail'),
      'deploy.retentionDays  must be a number, not "ninety"',
    ],
    [
      'a number where a text belongs',
      () => acme('code: AC', 'code: 7'),
      'brands.0.code  must be a text, not 7. Put it in quotes',
    ],
    [
      'words where true or false belongs',
      () => acme('headline: true', 'headline: sure'),
      'headline  must be true or false, not "sure"',
    ],
    [
      'a setting without a value',
      () => acme('name: Acme', 'name:'),
      'brands.0.name  has no value. Write a text',
    ],
    [
      'a number below its range',
      () => acme('alarmEmail', 'retentionDays: 3\n  alarmEmail'),
      'deploy.retentionDays  needs at least 30',
    ],
    [
      'an empty name',
      () => acme('name: Acme', "name: ''"),
      'brands.0.name  needs at least 1 character',
    ],
    [
      'no brand',
      () => `${ACME_YAML.slice(0, ACME_YAML.indexOf('brands:'))}brands: []\n`,
      'brands  needs at least 1 in the list',
    ],
    [
      'two brands under one id',
      () => `${ACME_YAML}${brand}`,
      'brands.1.id  repeats the brand id of brands.0.id',
    ],
    [
      'a region that is none',
      () => acme('eu-west-1', 'Ireland'),
      'deploy.region  is not an AWS region. Example: eu-west-1',
    ],
    [
      'several people in one address',
      () => acme('team@acme.example', '"a@acme.example, b@acme.example"'),
      'recipients.0.email  is not an e-mail address',
    ],
    [
      'a feed without its scheme',
      () => acme('https://reviews', 'reviews'),
      'sources.0.url  is not a web address',
    ],
  ];
  it.each(wrong)('names %s with its place and what to write', async (_, text, message) => {
    const { code, out, err } = await check(text());
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).not.toMatch(/Invalid|expected|received|undefined/);
  });

  it.each([
    ['nowhere.yaml', 'nowhere.yaml is not there.'],
    ['folder', 'folder is a folder.'],
    ['', '--config is a folder.'],
  ])('says what is wrong with the file "%s"', async (file, message) => {
    const { code, err } = await run(['config', 'check', '--config', file], { cwd });
    expect([code, err]).toEqual([
      2,
      `${message} Name the file with --config FILE, or write one with promisewatch init.`,
    ]);
  });
});

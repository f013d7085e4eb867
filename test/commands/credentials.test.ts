import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACME_YAML, run } from '../operators/cloud.ts';

let folder: string;
let config: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  config = join(folder, 'config');
  writeFileSync(
    config,
    '[default]\nregion = eu-west-1\n\n[profile acme-prod]\nregion = eu-west-1\n',
  );
  writeFileSync(join(folder, 'promisewatch.yaml'), ACME_YAML);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
    delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

const asked = (...argv: string[]) => run(argv, { cwd: folder });

describe('without credentials', () => {
  it('a command says so with code 3 and how to sign in', async () => {
    const { code, err } = await asked('promises', '--stack', 'x', '--region', 'eu-west-1');
    expect(code).toBe(3);
    expect(err).toContain('they are missing or expired. Next: aws sso login');
  });

  it.each([
    [['status'], 'export AWS_PROFILE=NAME'],
    [['promises'], '--profile NAME'],
  ])('%j names a profile that is not there, the files, and what was meant', async (argv, next) => {
    process.env['AWS_PROFILE'] = 'acme-prd';
    const { code, err } = await asked(...argv);
    expect(code).toBe(3);
    expect(err).toContain(`there is no AWS profile "acme-prd" in ${config} or `);
    expect(err).toContain('(did you mean "acme-prod"?). Next: aws configure list-profiles');
    expect(err).toContain(next);
  });

  it('a profile that is there and has none is named with its own sign-in', async () => {
    const { code, err } = await asked('promises', '--profile', 'acme-prod');
    expect(code).toBe(3);
    expect(err).toContain('the credentials of the profile "acme-prod"');
    expect(err).toContain('Next: aws sso login --profile acme-prod, then the same command again');
  });

  it('doctor gives one remedy', async () => {
    const { code, out } = await asked('doctor');
    expect(code).toBe(5);
    expect(out.split('\n')).toEqual([
      '✗ identity      AWS does not accept your credentials (CredentialsProviderError): they are missing or expired',
      '                → aws sso login, or export AWS_PROFILE=NAME, then the same command again',
    ]);
  });
});

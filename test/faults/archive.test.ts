import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeAssembly } from '../../bin/local-run/assembly.ts';
import { NORTHBELL_FILE } from '../../bin/local-run/northbell.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';

const ROOT = join(import.meta.dirname, '../..');

let templates: string;
beforeAll(async () => {
  const folder = await makeAssembly(ROOT, readConfigFile(join(ROOT, NORTHBELL_FILE), ROOT));
  templates = readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}, 120_000);

describe('an archive', () => {
  it('fault 36: cannot fail, because there is none: no bucket, and no function may write to one', () => {
    expect(templates).toContain('AWS::DynamoDB::GlobalTable');
    expect(templates).not.toContain('AWS::S3::Bucket');
    expect(templates).not.toMatch(/"s3:(Put|\*)/);
  });
});

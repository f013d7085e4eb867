import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeAssembly } from '../../bin/local-run/assembly.ts';
import { NORTHBELL_FILE } from '../../bin/local-run/northbell.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { MAX_RECEIVES, MENTIONS_VISIBILITY_MS, POLL_VISIBILITY_MS } from '../simulation/world.ts';

const ROOT = join(import.meta.dirname, '../..');

let templates: string;
beforeAll(async () => {
  const folder = await makeAssembly(ROOT, readConfigFile(join(ROOT, NORTHBELL_FILE), ROOT));
  templates = readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n---\n');
}, 120_000);

interface WorkQueue {
  readonly VisibilityTimeout: number;
  readonly RedrivePolicy: { readonly maxReceiveCount: number };
}

/** Those with a dead-letter queue behind them. */
function queuesIn(text: string): WorkQueue[] {
  return text
    .split('\n---\n')
    .flatMap((template) => Object.values((JSON.parse(template) as Template).Resources))
    .filter(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && 'RedrivePolicy' in Properties)
    .map(({ Properties }) => Properties as unknown as WorkQueue);
}

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: object }>;
}

describe('an archive', () => {
  it('fault 36: cannot fail, because there is none: no bucket, and no function may write to one', () => {
    expect(templates).toContain('AWS::DynamoDB::GlobalTable');
    expect(templates).not.toContain('AWS::S3::Bucket');
    expect(templates).not.toMatch(/"s3:(Put|\*)/);
  });
});

describe('a queue', () => {
  it('fault 37: outlasts ten minutes of failing tries before anything becomes a dead letter', () => {
    const patience = queuesIn(templates).map(
      ({ VisibilityTimeout, RedrivePolicy: { maxReceiveCount } }) =>
        (VisibilityTimeout * maxReceiveCount) / 60,
    );
    expect(patience).toHaveLength(2);
    expect(Math.min(...patience)).toBeGreaterThan(10);
  });

  it('fault 37: of the simulation shows a message again and gives it up as the deployed one does', () => {
    const deployed = queuesIn(templates).map(
      ({ VisibilityTimeout, RedrivePolicy: { maxReceiveCount } }) => [
        VisibilityTimeout * 1000,
        maxReceiveCount,
      ],
    );
    expect(deployed.toSorted()).toEqual(
      [POLL_VISIBILITY_MS, MENTIONS_VISIBILITY_MS].map((ms) => [ms, MAX_RECEIVES]).toSorted(),
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { madeApp } from './synthesise.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** Every finding of both packs and of CloudFormation's own rules that no code beside it explains. */
function unexplained(app: App): string[] {
  try {
    app.synth();
  } catch {
    // Synth throws when there are findings; the report says which.
  }
  const report: Report = JSON.parse(
    readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'),
  );
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    ),
  );
}

describe('cdk-nag and the rules of CloudFormation', () => {
  it('find nothing unexplained with every setting on, beside a planted bare queue', () => {
    const { app, close } = madeApp(
      { reservedConcurrency: true, monthlyBudgetUsd: 20 },
      {
        readsSecrets: true,
        postsToChannels: true,
        receivesWebhooks: true,
        plugins: (app) => [new AwsSolutionsChecks(app), new ServerlessChecks(app)],
      },
    );
    new Queue(new Stack(app, 'planted'), 'Bare');
    const found = unexplained(app);
    close();
    // Nothing but the planted queue: so both packs looked, and everything else is clean or explained.
    expect(found.toSorted()).toEqual([
      'AwsSolutions-SQS3 planted/Bare/Resource',
      'AwsSolutions-SQS4 planted/Bare/Resource',
      'Serverless-SQSRedrivePolicy planted/Bare/Resource',
    ]);
  }, 120_000);
});

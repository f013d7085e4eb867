import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundles } from '../lib/bundles.ts';
import { promisewatchApp } from '../lib/promisewatch-app.ts';
import { formatMistakes, readConfig } from '../src/config/read.ts';
import { estimate, estimateLines } from '../src/cost/estimate.ts';
import { templateNeeds } from './template-needs.ts';

// What `cdk synth` and `cdk deploy` run: promisewatch.yaml and the sources in, templates and bundles out.
const root = join(import.meta.dirname, '..');
const file = process.env['PROMISEWATCH_CONFIG'] ?? join(root, 'promisewatch.yaml');
const read = readConfig(readFileSync(file, 'utf8'));
if (read.status === 'invalid') {
  console.error(formatMistakes(file, read.mistakes));
  process.exitCode = 2;
} else {
  const bundles = join(root, 'dist', 'bundles');
  await buildBundles(root, bundles);
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  promisewatchApp({
    deploy: read.config.deploy,
    bundles,
    outdir: process.env['CDK_OUTDIR'] ?? join(root, 'cdk.out'),
    validate: true,
    ...templateNeeds(read.config),
    ...(account !== undefined && { account }),
  }).synth();
  for (const line of estimateLines(estimate(read.config))) console.error(line);
}

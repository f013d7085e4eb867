import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../lib/bundles.ts';
import { promisewatchApp } from '../../lib/promisewatch-app.ts';
import type { Config } from '../../src/config/config.ts';
import { keptBySources } from '../local-run/assembly-cache.ts';
import { templateNeeds } from '../template-needs.ts';
import { type Change, type ResourceTemplate, templateChanges } from './template-changes.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What would be deployed: exactly this is uploaded, not another synthesis of it. */
export interface Deployment {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  readonly account: string;
  readonly changes: readonly Change[];
  readonly close: () => void;
}

/**
 * Makes the stacks of a file and compares them with the deployed ones. Changes nothing in AWS.
 * @throws when CloudFormation's own rules find a mistake in a template
 */
export async function prepare(config: Config): Promise<Deployment> {
  const { region, stackName } = config.deploy;
  const sts = await import('@aws-sdk/client-sts');
  const { Account: account = '' } = await new sts.STSClient({ region }).send(
    new sts.GetCallerIdentityCommand({}),
  );
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-deploy-'));
  const close = () => rmSync(folder, { recursive: true, force: true });
  try {
    const assembly = join(folder, 'cdk.out');
    // A dry run made them already from the same sources.
    const bundles = await keptBySources(ROOT, 'bundles', (made) => buildBundles(ROOT, made));
    promisewatchApp({
      deploy: config.deploy,
      bundles,
      outdir: assembly,
      validate: true,
      account,
      ...templateNeeds(config),
    }).synth();
    const changes: Change[] = [];
    for (const stack of [`${stackName}-data`, stackName]) {
      const next = JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'));
      changes.push(...templateChanges(stack, await deployedTemplate(stack, region), next));
    }
    return { assembly, account, changes, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function deployedTemplate(
  StackName: string,
  region: string,
): Promise<ResourceTemplate | undefined> {
  const cfn = await import('@aws-sdk/client-cloudformation');
  const client = new cfn.CloudFormationClient({ region });
  try {
    const { TemplateBody = '{}' } = await client.send(
      new cfn.GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
    );
    return JSON.parse(TemplateBody);
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

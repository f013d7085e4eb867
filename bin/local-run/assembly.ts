import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { buildBundles } from '../../lib/bundles.ts';
import type { Config } from '../../src/config/config.ts';
import { secretsOf } from '../operators/doctor-facts.ts';

/**
 * Makes the templates and bundles that a deployment would upload.
 * @param workDir an empty folder; bundles and assembly are put there
 * @returns the folder of the cloud assembly
 */
export async function makeAssembly(root: string, workDir: string, config: Config): Promise<string> {
  const bundles = join(workDir, 'bundles');
  const assembly = join(workDir, 'cdk.out');
  // Loading CDK takes about as long as bundling, which another process does.
  const [{ promisewatchApp }] = await Promise.all([
    import('../../lib/promisewatch-app.ts'),
    buildBundles(root, bundles),
  ]);
  promisewatchApp({
    deploy: config.deploy,
    readsSecrets: secretsOf(config).length > 0,
    bundles,
    outdir: assembly,
    validate: false,
  }).synth();
  return assembly;
}

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z
        .object({
          Description: z.unknown().optional(),
          Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
        })
        .optional(),
    }),
  ),
});

/** Logical ids of the deployed functions, by the name that their description ends with. */
export function functionsIn(assembly: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const { Resources } = Template.parse(JSON.parse(readFileSync(join(assembly, file), 'utf8')));
    for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
      const name = /^promisewatch: (\w+)$/.exec(String(Properties?.Description))?.[1];
      if (Type === 'AWS::Lambda::Function' && name !== undefined) found.set(name, logicalId);
    }
  }
  return found;
}

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../../src/config/config.ts';
import { templateNeeds } from '../template-needs.ts';
import { keptBySources } from './assembly-cache.ts';

const ASSEMBLY = 'cdk.out';

/**
 * The templates and bundles that a deployment would upload: those of an earlier start, if neither the
 * sources nor the settings they depend on have changed since.
 *
 * @returns the folder of the cloud assembly, which nobody may write to
 */
export async function makeAssembly(root: string, config: Config): Promise<string> {
  const settings = { deploy: config.deploy, ...templateNeeds(config) };
  const folder = await keptBySources(root, settings, async (workDir) => {
    // On Lambda nothing lies above a bundle; here it is the repository, whose files are modules.
    writeFileSync(join(workDir, 'package.json'), '{ "type": "commonjs" }');
    const bundles = join(workDir, 'bundles');
    // Loaded only here: together they take longer than all else that a start does. Loading CDK takes
    // about as long as bundling, which another process does.
    const [{ promisewatchApp }] = await Promise.all([
      import('../../lib/promisewatch-app.ts'),
      import('../../lib/bundles.ts').then(({ buildBundles }) => buildBundles(root, bundles)),
    ]);
    const outdir = join(workDir, ASSEMBLY);
    promisewatchApp({ ...settings, bundles, outdir, validate: false }).synth();
    // The assembly holds copies.
    rmSync(bundles, { recursive: true });
  });
  return join(folder, ASSEMBLY);
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

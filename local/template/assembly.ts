import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string().optional() })),
    }),
  ),
});

const Resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const Template = z.object({
  Resources: z.record(z.string(), Resource).default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .default({}),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown(),
        Condition: z.string().optional(),
        Export: z.object({ Name: z.unknown() }).optional(),
      }),
    )
    .default({}),
});

/** A CloudFormation template, as far as the local run reads one. */
export type Template = z.infer<typeof Template>;

export type Stack = {
  readonly name: string;
  readonly template: Template;
  /** Account and region the stack was synthesised for; undefined where the stack leaves it open. */
  readonly account: string | undefined;
  readonly region: string | undefined;
};

export type Assembly = {
  /** In the order of the manifest, which puts a stack behind those it depends on. */
  readonly stacks: readonly Stack[];
  /** Folder (or file) of an asset, by the object key under which it would be uploaded. */
  readonly assets: ReadonlyMap<string, string>;
};

/**
 * Reads a synthesised cloud assembly, nested assemblies of stages included.
 *
 * @param folder what `app.synth()` wrote (`cdk.out`)
 * @throws {Error} when the folder holds no manifest.json
 */
export function readAssembly(folder: string): Assembly {
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  readInto(resolve(folder), stacks, assets);
  return { stacks, assets };
}

function readInto(folder: string, stacks: Stack[], assets: Map<string, string>): void {
  const manifest = Manifest.parse(readJson(join(folder, 'manifest.json')));
  for (const [id, { type, environment, properties = {} }] of Object.entries(manifest.artifacts)) {
    if (type === 'aws:cloudformation:stack') {
      stacks.push({
        name: String(properties['stackName'] ?? id),
        template: Template.parse(readJson(join(folder, String(properties['templateFile'])))),
        ...stackEnvironment(environment),
      });
    } else if (type === 'cdk:asset-manifest') {
      readAssets(folder, String(properties['file']), assets);
    } else if (type === 'cdk:cloud-assembly') {
      readInto(join(folder, String(properties['directoryName'])), stacks, assets);
    }
  }
}

function readAssets(folder: string, file: string, assets: Map<string, string>): void {
  const { files } = AssetManifest.parse(readJson(join(folder, file)));
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) {
      if (objectKey !== undefined) assets.set(objectKey, resolve(folder, source.path));
    }
  }
}

function stackEnvironment(environment = ''): Pick<Stack, 'account' | 'region'> {
  const [account, region] = environment.replace('aws://', '').split('/');
  return {
    account: account === 'unknown-account' || account === '' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: is the folder a synthesised cloud assembly?`, {
      cause: error,
    });
  }
}

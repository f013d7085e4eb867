import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Every deployed function: `lambdas/<name>/handler.ts`, bundled to `<name>/index.js`. */
export const FUNCTIONS = [
  'dispatch',
  'collect',
  'classify',
  'rollup',
  'check',
  'deliver',
  'events',
  'receive',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Folders that a function reads at start, copied beside its bundle. */
const ASSETS: Partial<Record<FunctionName, { from: string; to: string }>> = {
  classify: { from: 'src/classification/assets', to: 'assets' },
};

/** Its table is a megabyte that most cold starts never need. */
export const LANGUAGE_DETECTOR = 'eld/extrasmall';

/** Leaves the language detector in a file of its own, which the classifier imports when it needs it. */
const languageDetectorApart: Plugin = {
  name: 'language detector apart',
  setup(build) {
    build.onResolve({ filter: /^eld\/extrasmall$/ }, () => ({
      path: './language-detector.mjs',
      external: true,
    }));
  },
};

/** The part of `deliver` that only stacks with channels load. */
export const CHANNELS = 'lambdas/deliver/channels.ts';

/** Leaves it in a file of its own, which `deliver` imports for the first post. */
const channelsApart: Plugin = {
  name: 'channels apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/channels\.ts$/ }, () => ({
      path: './channels.js',
      external: true,
    }));
  },
};

/**
 * Lambda gives a function its credentials in the environment. The AWS clients could also find them in files, other
 * programs and other services: 90 KB that no function ever runs.
 */
const environmentCredentialsOnly: Plugin = {
  name: 'environment credentials only',
  setup(build) {
    const filter =
      /^@aws-sdk\/credential-provider-(?:sso|ini|process|web-identity|login|http)$|^@smithy\/credential-provider-imds$/;
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error('${path} is not in the bundle: credentials come from the environment');`,
    }));
  },
};

/** How a handler is bundled. @param root the repository */
export function bundleOptions(root: string) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    plugins: [languageDetectorApart, channelsApart, environmentCredentialsOnly],
  } as const satisfies BuildOptions;
}

/**
 * Bundles every function, the AWS clients included, so that what runs is what was tested.
 *
 * CommonJS, because it loads 25–35 % faster than ESM for these clients (measured on Node 24). No
 * timestamps and no absolute paths: the same sources give the same bytes.
 *
 * @param root the repository
 * @param outDir gets one folder per function
 */
export async function buildBundles(root: string, outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await build({
    ...bundleOptions(root),
    entryPoints: FUNCTIONS.map((name) => ({
      in: `lambdas/${name}/handler.ts`,
      out: `${name}/index`,
    })),
    outdir: outDir,
  });
  await build({
    ...bundleOptions(root),
    entryPoints: [CHANNELS],
    outfile: join(outDir, 'deliver', 'channels.js'),
  });
  await build({
    absWorkingDir: root,
    entryPoints: [LANGUAGE_DETECTOR],
    outfile: join(outDir, 'classify', 'language-detector.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'error',
  });
  for (const name of FUNCTIONS) {
    const asset = ASSETS[name];
    if (asset !== undefined && existsSync(join(root, asset.from)))
      await cp(join(root, asset.from), join(outDir, name, asset.to), { recursive: true });
  }
}

import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
      path: './language-detector.js',
      external: true,
    }));
  },
};

/** Has the table read as JSON: as the program text that it is published as, it takes more than twice as long to load. */
const tableAsJson: Plugin = {
  name: 'table as JSON',
  setup(build) {
    build.onLoad({ filter: /[\\/]eld[\\/]src[\\/]ngrams[\\/]\w+\.js$/ }, async ({ path }) => {
      const table: Record<string, unknown> = await import(pathToFileURL(path).href);
      const parsed = Object.entries(table).map(
        ([name, value]) =>
          `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`,
      );
      return { contents: parsed.join('\n') };
    });
  },
};

/** The part of `deliver` that only stacks with channels load. */
export const CHANNELS = 'lambdas/deliver/channels.ts';
/** The part of `classify` that only stacks with Bedrock load. */
export const BEDROCK = 'src/adapters/bedrock-client.ts';

/** Leaves both in files of their own, which are imported for the first post and the first question. */
const seldomUsedApart: Plugin = {
  name: 'seldom used apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/(?:channels|bedrock-client)\.ts$/ }, ({ path }) => ({
      path: path.replace('.ts', '.js'),
      external: true,
    }));
  },
};

/** Half a megabyte of tables for what the runtime's own decoder does not know: old code pages and UTF-32. */
export const CHARSETS = 'iconv-lite';

/** Leaves them in a file of their own, which `collect` loads for the first feed in such an encoding. */
const charsetsApart: Plugin = {
  name: 'charsets apart',
  setup(build) {
    const namespace = 'charsets-apart';
    build.onResolve({ filter: /^iconv-lite$/ }, ({ path }) => ({ path, namespace }));
    build.onResolve({ filter: /^\.\/charsets\.js$/, namespace }, ({ path }) => ({
      path,
      external: true,
    }));
    build.onLoad({ filter: /.*/, namespace }, () => ({
      contents: `const tables = () => require('./charsets.js');
export default {
  encodingExists: (name) => tables().encodingExists(name),
  decode: (bytes, name) => tables().decode(bytes, name),
};`,
    }));
  },
};

/** The connectors tell `dispatch` their hosts and no more: reading is what `collect` does. */
const noFeedReader: Plugin = {
  name: 'no feed reader',
  setup(build) {
    const namespace = 'no-feed-reader';
    build.onResolve({ filter: /\/read-feed-at\.ts$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /.*/, namespace }, () => ({
      contents: `export const readFeedAt = () => {
  throw new Error('this function reads no feeds');
};`,
    }));
  },
};

/** The feed parser's XML reader comes with a writer, which nobody calls. */
const noXmlWriter: Plugin = {
  name: 'no XML writer',
  setup(build) {
    build.onResolve({ filter: /^xmlbuilder$/ }, ({ path }) => ({ path, namespace: 'no-writer' }));
    build.onLoad({ filter: /.*/, namespace: 'no-writer' }, () => ({
      contents: 'module.exports = {};',
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

/** How a handler is bundled. @param root the repository @param name of a function that leaves out more than the others */
export function bundleOptions(root: string, name?: FunctionName) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The AWS clients import() Node's http, which then loads all it could ever export, undici too: 50 ms that require() does
    // not take.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    plugins: [
      languageDetectorApart,
      seldomUsedApart,
      charsetsApart,
      noXmlWriter,
      environmentCredentialsOnly,
      ...(name === 'dispatch' ? [noFeedReader] : []),
    ],
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
  const entry = (name: FunctionName) => ({
    in: `lambdas/${name}/handler.ts`,
    out: `${name}/index`,
  });
  const others = FUNCTIONS.filter((name) => name !== 'dispatch');
  await Promise.all([
    // Together, so that what they share is read and parsed once.
    build({
      ...bundleOptions(root),
      entryPoints: [
        ...others.map(entry),
        { in: CHANNELS, out: 'deliver/channels' },
        { in: BEDROCK, out: 'classify/bedrock-client' },
      ],
      outdir: outDir,
    }),
    build({
      ...bundleOptions(root, 'dispatch'),
      entryPoints: [entry('dispatch')],
      outdir: outDir,
    }),
    build({
      ...bundleOptions(root),
      plugins: [],
      entryPoints: [CHARSETS],
      outfile: join(outDir, 'collect', 'charsets.js'),
    }),
    build({
      ...bundleOptions(root),
      plugins: [tableAsJson],
      entryPoints: [LANGUAGE_DETECTOR],
      outfile: join(outDir, 'classify', 'language-detector.js'),
    }),
  ]);
  for (const name of FUNCTIONS) {
    const asset = ASSETS[name];
    if (asset !== undefined && existsSync(join(root, asset.from)))
      await cp(join(root, asset.from), join(outDir, name, asset.to), { recursive: true });
  }
}

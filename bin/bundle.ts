import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** The file that starts, and the folder of its parts. */
export const BUNDLE = 'promisewatch.mjs';
const PARTS = 'promisewatch';
/** Which files went into it, as they were: the launcher takes the bundle only while they still are. */
const INPUTS = 'promisewatch.inputs.json';

/**
 * Programs and stand-ins that find files of their own beside themselves, or are not JavaScript. They are loaded
 * from node_modules, and only by commands that work on a local run or make templates.
 */
const LEFT_OUT = [
  'aws-cdk',
  'aws-cdk-lib',
  'constructs',
  'esbuild',
  'dynalite',
  'fauxqs',
  'classic-level',
  'playwright-core',
];

/** A file that finds others beside itself looks for them where it was, not in dist/. */
function sourceFolders(root: string): Plugin {
  return {
    name: 'folders of the source',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const folder = relative(root, dirname(path)).split(sep).join('/');
        const contents = readFileSync(path, 'utf8')
          .replaceAll('import.meta.dirname', `__folder(${JSON.stringify(folder)})`)
          .replaceAll('import.meta.url', `__file(${JSON.stringify(relative(root, path))})`);
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** ESM has neither `require`, which some packages call, nor the folders of the source. */
const bannerTo = (root: string) =>
  [
    "import { createRequire as __createRequire } from 'node:module';",
    "import { join as __join } from 'node:path';",
    "import { pathToFileURL as __pathToFileURL } from 'node:url';",
    'const require = __createRequire(import.meta.url);',
    `const __folder = (folder) => __join(import.meta.dirname, ${JSON.stringify(root)}, folder);`,
    'const __file = (file) => __pathToFileURL(__folder(file)).href;',
  ].join('\n');

function commandLineOptions(root: string, dist: string): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [{ in: 'bin/promisewatch.ts', out: 'main' }],
    outdir: join(dist, PARTS),
    chunkNames: '[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    external: LEFT_OUT,
    banner: { js: bannerTo(relative(join(dist, PARTS), root)) },
    metafile: true,
    plugins: [sourceFolders(root)],
  };
}

/**
 * Bundles the command line: one file that starts, and one for each part that only some commands need.
 *
 * @param root the repository
 * @param dist folder inside it that gets the files
 * @returns bytes of all files together
 */
export async function buildCommandLine(root: string, dist: string): Promise<number> {
  // Taken away first: a bundle without its list of inputs is not used.
  rmSync(join(dist, INPUTS), { force: true });
  rmSync(join(dist, PARTS), { recursive: true, force: true });
  const { metafile } = await build(commandLineOptions(root, dist));
  const inputs = Object.keys(metafile?.inputs ?? {})
    .filter((file) => !file.includes('node_modules'))
    .concat('package-lock.json')
    .toSorted();
  writeFileSync(join(dist, BUNDLE), `import './${PARTS}/main.mjs';\n`);
  writeFileSync(
    join(dist, INPUTS),
    JSON.stringify(inputs.map((file) => [file, stampOf(join(root, file))])),
  );
  return Object.values(metafile?.outputs ?? {}).reduce((sum, { bytes }) => sum + bytes, 0);
}

function stampOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${size} ${mtimeMs}`;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const bytes = await buildCommandLine(root, join(root, 'dist'));
  console.log(`dist/${BUNDLE}: ${Math.round(bytes / 1000)} KB in all`);
}

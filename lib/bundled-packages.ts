import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  BEDROCK,
  bundleOptions,
  CHANNELS,
  CHARSETS,
  FUNCTIONS,
  type FunctionName,
  LANGUAGE_DETECTOR,
} from './bundles.ts';

/** A package whose code is inside a deployed function. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Functions that hold some of it. */
  readonly functions: readonly string[];
}

/** Reads from esbuild's own account of a build which packages the functions hold. @param root the repository */
export async function bundledPackages(root: string): Promise<BundledPackage[]> {
  const holders = new Map<string, Set<string>>();
  for (const name of FUNCTIONS)
    for (const entry of entriesOf(name))
      for (const folder of await packagesIn(entry, root, name))
        holders.set(folder, (holders.get(folder) ?? new Set()).add(name));
  return [...holders]
    .map(([folder, functions]) => ({
      ...described(join(root, folder)),
      functions: [...functions].toSorted(),
    }))
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** In files of their own: the language detector and Bedrock's client beside classify, channels beside deliver, character sets beside collect. */
const entriesOf = (name: FunctionName) => [
  `lambdas/${name}/handler.ts`,
  ...(name === 'classify' ? [LANGUAGE_DETECTOR, BEDROCK] : []),
  ...(name === 'deliver' ? [CHANNELS] : []),
  ...(name === 'collect' ? [CHARSETS] : []),
];

/** Folders of the packages that one bundle holds some of; what tree-shaking left nothing of is not in it. */
async function packagesIn(entry: string, root: string, name: FunctionName): Promise<string[]> {
  const { metafile } = await build({
    ...bundleOptions(root, name),
    ...([LANGUAGE_DETECTOR, CHARSETS].includes(entry) && { plugins: [] }),
    entryPoints: [entry],
    outdir: 'dist',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => packageFolder(file) ?? []);
}

/** `node_modules/a/node_modules/@b/c` of `node_modules/a/node_modules/@b/c/dist/index.js`. */
function packageFolder(file: string): string | undefined {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const parts = file.slice(at + 'node_modules/'.length).split('/');
  const name = parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/');
  return `${file.slice(0, at)}node_modules/${name}`;
}

function described(folder: string): Omit<BundledPackage, 'functions'> {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : (license?.type ?? 'unknown'),
  };
}

/** docs/third-party.md, whole. */
export function thirdPartyPage(packages: readonly BundledPackage[]): string {
  const rows = packages.map(
    ({ name, version, licence, functions }) =>
      `| ${name} | ${version} | ${licence} | ${functions.length === FUNCTIONS.length ? 'all' : functions.join(', ')} |`,
  );
  return `# Third-party code in the deployed functions

Made by \`node bin/third-party.ts\` from esbuild's account of what went into each bundle; a test keeps it true. What the
command line and the tests use beside it is in package-lock.json. The word lists of the classifier and their licences
are in src/classification/assets/.

| package | version | licence | in |
|---|---|---|---|
${rows.join('\n')}
`;
}

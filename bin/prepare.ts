// Run by npm at the end of an installation: makes the templates and bundles of the example ahead of its
// first start, which finds them by the sources they were made from.
import { join } from 'node:path';
import { makeAssembly } from './local-run/assembly.ts';
import { NORTHBELL_FILE } from './local-run/northbell.ts';
import { readConfigFile } from './read-config-file.ts';

const root = join(import.meta.dirname, '..');

try {
  await makeAssembly(root, readConfigFile(join(root, NORTHBELL_FILE), root));
} catch (error) {
  // A start makes them itself: an installation must not fail for the sake of speed.
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`Not prepared, so that the first start takes some seconds longer: ${reason}`);
}

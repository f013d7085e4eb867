import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages, thirdPartyPage } from '../lib/bundled-packages.ts';

// Writes docs/third-party.md: what is bundled into the deployed functions, with versions and licences.
const root = join(import.meta.dirname, '..');
const packages = await bundledPackages(root);
writeFileSync(join(root, 'docs', 'third-party.md'), thirdPartyPage(packages));
console.log(`docs/third-party.md lists ${packages.length} packages`);

// Plain JavaScript, so that a Node that cannot run the rest can still say so.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    major < 20
      ? `Node ${process.versions.node} is too old to install promisewatch. Install Node 20 or newer and run "npm ci" again.`
      : existsSync(fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url)))
        ? `This is Node ${process.versions.node}. Start it through npm, which takes the project's own Node 24: npm run -s promisewatch -- …`
        : 'The Node 24 that "npm ci" brings is missing. Run "npm ci" again, without --ignore-scripts.',
  );
  process.exitCode = 1;
  process.exit();
}

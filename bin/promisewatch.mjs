// Plain JavaScript, so that a Node that cannot run the rest can still say so.
import './check-node.mjs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freshBundle } from './fresh-bundle.mjs';

const root = join(import.meta.dirname, '..');
// What Node made of a file is kept for the next command: without it that is half of the time to start. Where the
// folder cannot be written to, it is done again each time.
module.enableCompileCache(join(root, 'node_modules', '.cache', 'promisewatch'));

const bundle = freshBundle(root, join(root, 'dist'));
await import(bundle === undefined ? './promisewatch.ts' : pathToFileURL(bundle).href);

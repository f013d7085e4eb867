import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { readFeed } from '../src/sources/feed/read-feed.ts';

const Job = z.object({ path: z.string(), contentType: z.string().nullable() });

/** Reads one file after the other with the product's own reader, in a thread that can be ended. */
parentPort?.on('message', async (message: unknown) => {
  const { path, contentType } = Job.parse(message);
  const bytes = await readFile(path);
  const started = performance.now();
  try {
    // An address that resolves nothing, so that links are compared as the file has them.
    const reading = await readFeed(bytes, { contentType, url: '' });
    const ms = performance.now() - started;
    parentPort?.postMessage({ reading, ms, bytes: bytes.length });
  } catch (error) {
    parentPort?.postMessage({
      error: String(error),
      ms: performance.now() - started,
      bytes: bytes.length,
    });
  }
});

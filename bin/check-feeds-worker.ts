import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { readFeed } from '../src/sources/feed/read-feed.ts';

const Job = z.object({ path: z.string(), contentType: z.string().nullable(), base: z.string() });

/** Reads one file after the other with the product's own reader, in a thread that can be ended. */
parentPort?.on('message', async (message: unknown) => {
  const { path, contentType, base } = Job.parse(message);
  const bytes = await readFile(path);
  const started = performance.now();
  try {
    const reading = await readFeed(bytes, { contentType, url: base });
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

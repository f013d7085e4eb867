import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { Brand } from '../../../src/brands/brand.ts';
import { toMention } from '../../../src/mentions/normalise.ts';
import { readFeed } from '../../../src/sources/feed/read-feed.ts';
import { ATTACKS } from './attacks.ts';

const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  match: 'named',
  sources: [{ id: 'forum', name: 'Forum', url: 'https://forum.example/feed', kind: 'forum' }],
});

/** Takes the name of an attack and lets it loose on the whole way from bytes to mentions. */
parentPort?.on('message', async (message: unknown) => {
  const name = z.string().parse(message);
  const bytes = Buffer.from(ATTACKS.find((each) => each.name === name)?.body() ?? '');
  const started = performance.now();
  const before = process.threadCpuUsage();
  const reading = await readFeed(bytes, { contentType: null, url: 'https://forum.example/feed' });
  const items = reading.status === 'ok' ? reading.feed.items : [];
  const source = brand.sources[0];
  if (source === undefined) throw new Error('the brand has a source');
  for (const item of items) {
    toMention(item, {
      brand,
      source,
      timeZone: 'UTC',
      authorKey: 'key',
      retentionDays: 395,
      fetchedAt: '2026-11-01T00:00:00Z',
    });
  }
  const cpu = process.threadCpuUsage(before);
  parentPort?.postMessage({
    outcome: reading.status === 'ok' ? 'read' : reading.code,
    items: items.length,
    bytes: bytes.length,
    ms: performance.now() - started,
    cpuMs: (cpu.user + cpu.system) / 1000,
  });
});

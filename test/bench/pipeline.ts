import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { northbellBytes } from '../../bin/local-run/northbell.ts';
import { type LocalRun, openRun, ROOT } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { EXAMPLE_SOURCES, exampleMentions } from '../../examples/northbell/mentions.ts';
import { DAY_INDEX_ATTRIBUTES } from '../../lib/mention-table.ts';
import { virtualClock } from '../../local/clock.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import type { Config } from '../../src/config/config.ts';
import { itemBytes } from './item-bytes.ts';
import { type BenchRow, givenArguments, handOver } from './rows.ts';

/** Mentions of one feed, well under what the feed reader takes. */
const PER_FEED = 1000;
const STARTS = '2026-10-20T12:00:00.000Z';
/** Texts above this size cost a second write unit. */
const MOST_TEXT_BYTES = 600;

/** What a number of new mentions cost the whole pipeline, on the deployed bundles. */
export interface PipelineCount {
  readonly mentions: number;
  readonly stored: number;
  readonly seconds: number;
  /** Calls by `service:Action`, as the gateway counted them. */
  readonly calls: Readonly<Record<string, number>>;
  /** Real time inside the handlers, in seconds, by function name. */
  readonly handlerSeconds: Readonly<Record<string, number>>;
  /** Processor time of the handlers' threads, in seconds, by function name; without cold starts. */
  readonly handlerCpuSeconds: Readonly<Record<string, number>>;
  /** Of items and index entries, by DynamoDB's sizing rules. */
  readonly writeUnits: number;
  readonly meanItemBytes: number;
  readonly meanIndexBytes: number;
  /** Of a mention in a message of the queue. */
  readonly meanWireBytes: number;
  readonly peakMegabytes: number;
}

/**
 * Lets so many new mentions of at most 600 bytes through the local run: dispatch, collect, classify and one recount,
 * from a server on this machine. Timing starts when the first poll is sent.
 */
export async function runPipeline(mentions: number): Promise<PipelineCount> {
  const feeds = Math.ceil(mentions / PER_FEED);
  const server = createServer((request, response) => {
    const feed = Number(/(\d+)\.rss/.exec(request.url ?? '')?.[1]);
    const from = feed * PER_FEED;
    response.setHeader('content-type', 'application/rss+xml');
    response.end(feedFrom(from, Math.min(from + PER_FEED, mentions)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const dataDir = mkdtempSync(join(tmpdir(), 'promisewatch-bench-'));
  const handlerSeconds: Record<string, number> = {};
  const handlerCpuSeconds: Record<string, number> = {};
  try {
    const run = await openRun({
      config: configFor(feeds, port),
      clock: virtualClock(STARTS),
      dataDir,
      randomBytes: northbellBytes,
      onEvent: (event, functions) => {
        if (event.type !== 'invocation') return;
        const name = [...functions].find(([, id]) => id === event.function)?.[0] ?? 'unknown';
        handlerSeconds[name] = (handlerSeconds[name] ?? 0) + event.durationMs / 1000;
        handlerCpuSeconds[name] = (handlerCpuSeconds[name] ?? 0) + (event.cpuMs ?? 0) / 1000;
      },
    });
    const before = run.aws.calls.length;
    const began = performance.now();
    for (const name of ['dispatch', 'rollup']) {
      await run.aws.invoke(run.functions.get(name) ?? '', {});
      await run.aws.drain();
    }
    const seconds = (performance.now() - began) / 1000;
    const calls: Record<string, number> = {};
    for (const { action } of run.aws.calls.slice(before)) calls[action] = (calls[action] ?? 0) + 1;
    const sizes = await storedSizes(run.stack);
    const wire = await wireSizes(run);
    await run.close();
    const count = sizes.length;
    // A mention that is missing would make all others look cheaper.
    if (count !== mentions)
      throw new Error(
        `${count} of ${mentions} mentions were stored: nothing is computed from that`,
      );
    return {
      mentions,
      stored: count,
      seconds,
      calls,
      handlerSeconds,
      handlerCpuSeconds,
      writeUnits:
        sizes.reduce((sum, { item, index }) => sum + units(item) + units(index), 0) +
        otherWrites(calls, count),
      meanItemBytes: mean(sizes.map(({ item }) => item)),
      meanIndexBytes: mean(sizes.map(({ index }) => index)),
      meanWireBytes: mean(wire),
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    server.close();
  }
}

const units = (bytes: number) => Math.ceil(bytes / 1024);
const mean = (sizes: readonly number[]) =>
  Math.round(sizes.reduce((sum, size) => sum + size, 0) / Math.max(sizes.length, 1));

/** Marks, source states and counts: a unit each, a source's state of a thousand fingerprints nine. */
function otherWrites(calls: Readonly<Record<string, number>>, mentions: number): number {
  const writes = ['PutItem', 'UpdateItem', 'DeleteItem'].reduce(
    (sum, action) => sum + (calls[`dynamodb:${action}`] ?? 0),
    0,
  );
  return writes - mentions + 8 * Math.ceil(mentions / PER_FEED);
}

async function storedSizes({ dynamodb, tableName }: { dynamodb: ScanClient; tableName: string }) {
  const sizes: { item: number; index: number }[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: tableName,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) {
      if (item['SK']?.S !== 'M') continue;
      const keys = ['PK', 'SK', 'GSI1PK', 'GSI1SK', ...DAY_INDEX_ATTRIBUTES];
      const index = Object.fromEntries(
        keys.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])),
      );
      sizes.push({ item: itemBytes(item), index: itemBytes(index) });
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return sizes;
}

/** Bytes of the stored mentions as the collector queued them. */
async function wireSizes({ stack, config }: LocalRun): Promise<number[]> {
  const table = dynamoTable(stack.dynamodb, stack.tableName);
  const store = dynamoMentionStore(table);
  const sizes: number[] = [];
  for (const { id: brand } of config.brands)
    for (const { day } of await dynamoRollupStore(table).between(brand, '0000', '9999')) {
      const ids = (await store.ofDay(brand, day, new Date(STARTS))).map(({ id }) => id);
      for (const stored of await store.readMany(brand, ids)) {
        const { classification: _judged, version: _version, ...mention } = stored;
        sizes.push(Buffer.byteLength(chunkBodies([mention])[0] ?? ''));
      }
    }
  return sizes;
}

type ScanClient = Awaited<ReturnType<typeof openRun>>['stack']['dynamodb'];

function configFor(feeds: number, port: number): Config {
  const config = readConfigFile(join('examples', 'northbell', 'promisewatch.yaml'), ROOT);
  const [brand] = config.brands;
  if (brand === undefined) throw new Error('the example has a brand');
  const sources = Array.from({ length: feeds }, (_, feed) => ({
    id: `bench-${feed}`,
    name: `Bench ${feed}`,
    population: 'customer' as const,
    connector: 'feed' as const,
    url: `http://127.0.0.1:${port}/${feed}.rss`,
    kind: 'review' as const,
    http: true,
    everyMinutes: 720,
  }));
  return { ...config, brands: [{ ...brand, match: 'everything', sources }] };
}

/** The example's customers once more, each statement with a number of its own so that nothing is a copy. */
function feedFrom(from: number, to: number): string {
  const texts = EXAMPLE_SOURCES.flatMap((source) =>
    exampleMentions(source).map(({ text }) => text),
  );
  const items = Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const text = `Case ${n}: ${texts[n % texts.length] ?? ''}`.slice(0, MOST_TEXT_BYTES);
    const at = new Date(Date.parse(STARTS) - (n % 20_000) * 120_000).toUTCString();
    return `<item><guid isPermaLink="false">${n}</guid><link>https://reviews.example/${n}</link><description>${escaped(text)}</description><author>author ${n}</author><pubDate>${at}</pubDate></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>bench</title>${items.join('')}</channel></rss>`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lambda deletes what a batch has done in one request; the gateway enters each message. */
export const queueRequests = ({ calls, mentions }: PipelineCount): number =>
  ((calls['sqs:SendMessage'] ?? 0) +
    (calls['sqs:ReceiveMessage'] ?? 0) +
    (calls['sqs:DeleteMessage'] ?? 0) / 10) /
  mentions;

const REQUEST_BYTES = 64 * 1024;

/** What SQS charges: each 64 KB of a send or receive is a request. */
export function chargedQueueRequests(count: PipelineCount): number {
  const { calls, mentions, meanWireBytes } = count;
  const charged = (requests: number) =>
    requests === 0
      ? 0
      : requests * Math.ceil((mentions * meanWireBytes) / requests / REQUEST_BYTES);
  return (
    (charged(calls['sqs:SendMessage'] ?? 0) +
      charged(calls['sqs:ReceiveMessage'] ?? 0) +
      (calls['sqs:DeleteMessage'] ?? 0) / 10) /
    mentions
  );
}

const cpuOf = ({ handlerCpuSeconds, mentions }: PipelineCount, name: string): number =>
  (1000 * (handlerCpuSeconds[name] ?? 0)) / mentions;

function printPipeline(count: PipelineCount): void {
  const { mentions, stored, seconds, writeUnits, meanItemBytes, meanIndexBytes } = count;
  console.log(
    `${mentions} new mentions, ${stored} stored: ${Math.round(mentions / seconds)} a second; write units ${(writeUnits / mentions).toFixed(4)}, queue requests ${queueRequests(count).toFixed(4)} each, charged as ${chargedQueueRequests(count).toFixed(4)} at ${count.meanWireBytes} B; item ${meanItemBytes} B, index entry ${meanIndexBytes} B; CPU of collect ${cpuOf(count, 'collect').toFixed(2)} ms, of classify ${cpuOf(count, 'classify').toFixed(2)} ms each; ${Math.round(count.peakMegabytes)} MB at most`,
  );
}

function pipelineRows(counts: readonly PipelineCount[]): BenchRow[] {
  const [first, last] = [counts[0], counts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const pace = ({ seconds, mentions }: PipelineCount) => seconds / mentions;
  return [
    ...counts.map(({ mentions, seconds }) => ({
      what: `${mentions.toLocaleString('en-GB')} mentions through the local run`,
      value: mentions / seconds,
      unit: 'mentions/s',
    })),
    ...(last === first
      ? []
      : [
          {
            what: `time a mention, at ${last.mentions.toLocaleString('en-GB')} against ${first.mentions.toLocaleString('en-GB')}`,
            value: pace(last) / pace(first),
            unit: 'times',
            aim: '≤ 1',
          },
        ]),
    { what: 'memory at most', value: last.peakMegabytes, unit: 'MB' },
    {
      what: 'write units a mention',
      value: last.writeUnits / last.mentions,
      unit: '',
      aim: '≤ 2.1',
    },
    { what: 'queue requests a mention', value: queueRequests(last), unit: '', aim: '≤ 0.02' },
    ...['collect', 'classify', 'rollup'].map((name) => ({
      what: `CPU of ${name}${name === 'classify' ? ', which stores,' : ''} a mention`,
      value: cpuOf(last, name),
      unit: 'ms',
    })),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sizes = givenArguments().map(Number);
  const counts: PipelineCount[] = [];
  for (const size of sizes.length === 0 ? [1000, 10_000, 100_000] : sizes) {
    const count = await runPipeline(size);
    printPipeline(count);
    counts.push(count);
  }
  handOver(pipelineRows(counts));
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ADAPTIVE_RETRY } from '../../src/adapters/dynamodb/adaptive-retry.ts';

/** Mentions that a table of 500 write units takes in a second, the default of `deploy.maxWriteUnits`. */
const PER_SECOND = 240;
/** As many as `classify` runs at a time. */
const ENVIRONMENTS = 10;
const MESSAGES = 10;
const MENTIONS = 10;
const SECONDS = 40;
/** Of one request, about as on AWS. */
const ANSWER_MS = 5;
const REFILL_MS = 50;

interface Flood {
  /** Mentions that were written. */
  readonly written: number;
  /** Requests that the table refused. */
  readonly refused: number;
  readonly messages: number;
  /** Messages of which a mention could not be written: they come again. */
  readonly failed: number;
  readonly longestBatchMs: number;
}

/** A table that takes so many writes a second and refuses the others as DynamoDB does. */
async function limitedTable(): Promise<{
  server: Server;
  endpoint: string;
  refused: () => number;
}> {
  let [left, refused] = [PER_SECOND, 0];
  const refill = setInterval(() => {
    left = Math.min(PER_SECOND, left + (PER_SECOND * REFILL_MS) / 1000);
  }, REFILL_MS);
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      if (left >= 1) {
        left--;
        setTimeout(() => response.end('{}'), ANSWER_MS);
        return;
      }
      refused++;
      response.statusCode = 400;
      response.end('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}');
    });
  });
  server.on('close', () => clearInterval(refill));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { server, endpoint: `http://127.0.0.1:${port}`, refused: () => refused };
}

/** Ten environments with a batch of ten messages each, again and again, all messages of a batch side by side. */
async function flood(settings: DynamoDBClientConfig): Promise<Flood> {
  const { server, endpoint, refused } = await limitedTable();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  let [written, messages, failed, longestBatchMs] = [0, 0, 0, 0];
  const ends = performance.now() + SECONDS * 1000;
  const message = async (client: DynamoDBClient) => {
    let isWhole = true;
    for (let mention = 0; mention < MENTIONS; mention++)
      try {
        await client.send(
          new PutItemCommand({ TableName: 'limited', Item: { PK: { S: 'M#1' }, SK: { S: 'M' } } }),
        );
        written++;
      } catch {
        isWhole = false;
      }
    messages++;
    if (!isWhole) failed++;
  };
  const environment = async () => {
    const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials, ...settings });
    while (performance.now() < ends) {
      const began = performance.now();
      await Promise.all(Array.from({ length: MESSAGES }, () => message(client)));
      longestBatchMs = Math.max(longestBatchMs, performance.now() - began);
    }
    client.destroy();
  };
  await Promise.all(Array.from({ length: ENVIRONMENTS }, environment));
  server.close();
  return { written, refused: refused(), messages, failed, longestBatchMs };
}

/** Prints what becomes of messages when ten environments write more than the table takes. */
export async function benchThrottling(print: (line: string) => void = console.log): Promise<void> {
  print(
    `${ENVIRONMENTS} environments against a table of ${PER_SECOND} writes a second, ${SECONDS} s each`,
  );
  for (const [name, settings] of [
    ['as classify does', ADAPTIVE_RETRY],
    ["with the client's own settings", {}],
  ] as const) {
    const { written, refused, messages, failed, longestBatchMs } = await flood(settings);
    print(
      `${name}: ${written} mentions written, ${refused} requests refused, ${failed} of ${messages} messages come again, longest batch ${(longestBatchMs / 1000).toFixed(1)} s`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchThrottling();

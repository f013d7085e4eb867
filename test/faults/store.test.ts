import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';
import {
  afterRest,
  atEveryRequest,
  directedWorld,
  grow,
  passOnce,
  pollAll,
  storedMentions,
} from './directed.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (let close = open.pop(); close !== undefined; close = open.pop()) await close();
});

interface Answer {
  readonly status: number;
  readonly body: object;
}
type Forward = (body: object) => Promise<Answer>;
/** What happens to the n-th request, from 1; undefined: nothing. */
type Trouble = (
  operation: string,
  n: number,
  body: object,
  forward: Forward,
) => Answer | Promise<Answer> | undefined;

/** A door to the table behind which some requests are troubled. */
async function troubledTable(trouble: Trouble) {
  const db: TestTable = await freshTable();
  let count = 0;
  const server: Server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']);
    const body = (await json(request)) as object;
    count++;
    const forward: Forward = async (changed) => {
      const headers = {
        'x-amz-target': target,
        'content-type': 'application/x-amz-json-1.0',
        authorization: String(request.headers.authorization),
        'x-amz-date': String(request.headers['x-amz-date']),
      };
      const answer = await fetch(db.endpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify(changed),
      });
      return { status: answer.status, body: (await answer.json()) as object };
    };
    const answer =
      (await trouble(target.split('.')[1] ?? '', count, body, forward)) ?? (await forward(body));
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  open.push(
    () => db.close(),
    () => server.close(),
    () => client.destroy(),
  );
  return { db, table: dynamoTable(client, db.tableName), requests: () => count };
}

const mentions = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    aMention({
      id: i.toString(16).padStart(32, '0'),
      identity: `acme-reviews|${i}`,
      text: `review number ${i}`,
    }),
  );

interface BatchGet {
  readonly RequestItems: Record<string, { readonly Keys: object[] }>;
}

/** The answer about two of the keys; the others are left over. */
async function firstTwo({ RequestItems }: BatchGet, forward: Forward): Promise<Answer> {
  const [[name, { Keys }] = ['', { Keys: [] }]] = Object.entries(RequestItems);
  const answer = await forward({ RequestItems: { [name]: { Keys: Keys.slice(0, 2) } } });
  const UnprocessedKeys = { [name]: { Keys: Keys.slice(2) } };
  return { ...answer, body: { ...answer.body, UnprocessedKeys } };
}

const THROTTLED = {
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
    message: 'Rate exceeded',
  },
};

describe('the table', () => {
  it('fault 12: DynamoDB throttles 30 % of the requests', async () => {
    const { table, db, requests } = await troubledTable((_operation, n) =>
      n % 10 < 3 ? THROTTLED : undefined,
    );
    const store = dynamoMentionStore(table);
    for (const mention of mentions(12)) await store.save(mention, aClassification());
    const stored = await dynamoMentionStore(db.table).ofDay('acme', '2026-03-01', new Date(0));
    expect(stored).toHaveLength(12);
    expect(requests()).toBeLessThan(12 * 3);
  }, 60_000);

  it('fault 12: a batch read is answered in part: the rest is asked for again', async () => {
    let batches = 0;
    const { table, db } = await troubledTable((operation, _n, body, forward) => {
      if (operation !== 'BatchGetItem') return undefined;
      batches++;
      return batches === 1 ? firstTwo(body as BatchGet, forward) : undefined;
    });
    for (const mention of mentions(5))
      await dynamoMentionStore(db.table).save(mention, aClassification());
    const store = dynamoMentionStore(table);
    const found = await store.readMany(
      'acme',
      mentions(7).map(({ id }) => id),
    );
    expect(found).toHaveLength(5);
    expect(batches).toBe(2);
  });

  it('fault 13: another statement under a taken id ends as a dead letter, and the first stays', async () => {
    const world = directedWorld();
    const [first] = mentions(1);
    const forged = { ...aMention(first), identity: 'acme-forum|forged', text: 'forged' };
    for (const body of chunkBodies([first])) world.queues.mentions.add(body);
    world.start.mentions();
    await world.settle();
    for (const body of chunkBodies([forged])) world.queues.mentions.add(body);
    for (let round = 0; round < 8; round++) {
      world.start.mentions();
      await world.settle();
      world.pass(7);
    }
    expect(storedMentions(world)).toMatchObject([{ text: 'review number 0' }]);
    expect(world.queues.mentions.deadLetters()).toHaveLength(1);
    expect(world.queues.mentions.deadLetters()[0]).toContain('acme-forum|forged');
  });

  it('fault 14: the answer to any write is lost after it took effect', async () => {
    const { places, violations } = await atEveryRequest(
      ['answer lost', 'repeated'],
      (_task, request) => request === 'put' || request === 'update' || request === 'remove',
      async (world) => {
        grow(world, 3);
        await passOnce(world);
        return afterRest(world);
      },
    );
    expect(places).toBeGreaterThan(30);
    expect(violations).toEqual([]);
  });

  it('fault 37: DynamoDB is down for ten minutes while SQS works', async () => {
    let isDown = false;
    const world = directedWorld({
      fate: (_task, request) =>
        isDown && !['send', 'read'].includes(request) ? 'refused' : 'done',
    });
    grow(world, 4);
    await pollAll(world);
    isDown = true;
    for (let minute = 0; minute < 10; minute += 5) {
      world.start.mentions();
      world.start.rollup();
      world.start.dispatch();
      await world.settle();
      world.pass(5);
    }
    expect(storedMentions(world)).toHaveLength(0);
    isDown = false;
    world.pass(2);
    world.start.mentions();
    await world.settle();
    expect(world.queues.mentions.deadLetters()).toEqual([]);
    expect(storedMentions(world)).toHaveLength(8);
    expect(await afterRest(world)).toEqual([]);
  });
});

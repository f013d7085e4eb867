import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DAY_INDEX_ATTRIBUTES } from '../lib/mention-table.ts';
import { dynamoTable, type Table } from '../src/adapters/dynamodb/table.ts';

// The package ships no types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: {
  createTableMs: number;
}) => Server;

export interface TestTable {
  readonly table: Table;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

let tables = 0;

/**
 * An empty table with the product's keys: on an engine in this process, or on the one that
 * DYNAMODB_ENDPOINT names, as a second opinion.
 */
export async function freshTable(): Promise<TestTable> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  const server = given === undefined ? dynalite({ createTableMs: 0 }) : undefined;
  const port = server === undefined ? 0 : await listen(server);
  const endpoint = given ?? `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const tableName = `mentions-${process.pid}-${tables++}`;
  await createTable(client, tableName);
  return {
    table: dynamoTable(client, tableName),
    client,
    tableName,
    endpoint,
    close: async () => {
      client.destroy();
      await new Promise<void>((done) =>
        server === undefined ? done() : server.close(() => done()),
      );
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
}

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const names = ['PK', 'SK', 'GSI1PK', 'GSI1SK', 'GSI2PK', 'GSI2SK'];
  const keys = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys('PK', 'SK'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'GSI1',
          KeySchema: keys('GSI1PK', 'GSI1SK'),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: DAY_INDEX_ATTRIBUTES },
        },
        {
          IndexName: 'GSI2',
          KeySchema: keys('GSI2PK', 'GSI2SK'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  for (let attempt = 0; attempt < 200; attempt++) {
    const { Table: description } = await client.send(new DescribeTableCommand({ TableName }));
    if (description?.TableStatus === 'ACTIVE') return;
    await wait(10);
  }
  throw new Error('the table did not become active');
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DAY_INDEX_ATTRIBUTES } from '../../lib/mention-table.ts';
import { openTables } from '../../local/stand-ins/tables.ts';
import { clientOver } from './client-over.ts';

/** An empty table of this process that nobody else sees. */
export interface ScratchTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Forgets everything. */
  readonly close: () => Promise<void>;
}

/** Makes a table with the product's keys in a temporary folder. */
export async function openScratchTable(): Promise<ScratchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-'));
  const tables = openTables(folder);
  const client = clientOver(tables);
  const tableName = 'mentions';
  await createMentionTable(client, tableName);
  return {
    client,
    tableName,
    close: async () => {
      client.destroy();
      await tables.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Creates the table of docs/data-model.md. */
export async function createMentionTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const names = ['PK', 'SK', 'GSI1PK', 'GSI1SK', 'GSI2PK', 'GSI2SK'];
  const keys = (prefix: string) => [
    { AttributeName: `${prefix}PK`, KeyType: 'HASH' as const },
    { AttributeName: `${prefix}SK`, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys(''),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'GSI1',
          KeySchema: keys('GSI1'),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: DAY_INDEX_ATTRIBUTES },
        },
        {
          IndexName: 'GSI2',
          KeySchema: keys('GSI2'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  // The stand-in makes tables ready a moment after it has answered.
  await new Promise((done) => setTimeout(done, 50));
}

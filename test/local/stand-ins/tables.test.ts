import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTables, type Tables } from '../../../local/stand-ins/tables.ts';

let folder: string;
let tables: Tables;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
  tables = openTables(folder);
});

afterEach(async () => {
  await tables.close();
  await rm(folder, { recursive: true, force: true });
});

const notes = (properties: object = {}) => ({
  stack: 'S',
  logicalId: 'Notes',
  type: 'AWS::DynamoDB::GlobalTable',
  properties: {
    AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: {} }],
    ...properties,
  },
  physicalName: 'Notes',
  ref: 'Notes',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Notes',
  attributes: {},
});

const item = JSON.stringify({ TableName: 'Notes', Item: { PK: { S: 'a' } } });
const key = JSON.stringify({ TableName: 'Notes', Key: { PK: { S: 'a' } } });

describe('a table', () => {
  it('is made from a template that holds more than CreateTable takes', async () => {
    await tables.create(notes());
    expect((await tables.call('PutItem', item)).status).toBe(200);
    expect(JSON.parse((await tables.call('GetItem', key)).body)).toEqual({
      Item: { PK: { S: 'a' } },
    });
  });

  it('is found again with its items', async () => {
    await tables.create(notes());
    await tables.call('PutItem', item);
    await tables.close();
    tables = openTables(folder);
    await tables.create(notes());
    expect((await tables.call('GetItem', key)).body).toContain('"S":"a"');
  });

  it('is refused when the folder holds it with other keys', async () => {
    await tables.create(notes());
    const changed = notes({
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    await expect(tables.create(changed)).rejects.toThrow(
      'the data folder holds table Notes with other keys or indexes than the template: start with a new folder (--data), or delete this one.',
    );
  });

  it('answers an error as DynamoDB does', async () => {
    const { status, body } = await tables.call('GetItem', key);
    expect(status).toBe(400);
    expect(JSON.parse(body)['__type']).toMatch(/#ResourceNotFoundException$/);
  });
});

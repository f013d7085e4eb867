import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { log } from '../../src/log.ts';
import { parse } from '../../src/parse.ts';
import { recount } from '../../src/rollups/recount.ts';
import { RollupEnv } from '../env.ts';

const env = parse(RollupEnv, process.env, 'environment of rollup');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const deps = { store: dynamoMentionStore(table), rollups: dynamoRollupStore(table) };

/** Every hour: recount the days that were written to. */
export const handler = async (): Promise<void> => {
  log('recounted', { ...(await recount(new Date(), deps)) });
};

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log } from '../../src/log.ts';
import { parse } from '../../src/parse.ts';
import { CheckEnv } from '../env.ts';

const env = parse(CheckEnv, process.env, 'environment of check');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const deps = {
  store: dynamoMentionStore(table),
  rollups: dynamoRollupStore(table),
  incidents: dynamoIncidentStore(table),
  digests: dynamoDigestStore(table),
  states: dynamoSourceStates(table),
  checkpoints: dynamoCheckpoints(table),
};

/** Every hour: check the brands whose day has closed since their last check. */
export const handler = async (): Promise<void> => {
  const now = new Date();
  const current = await settings.current(now);
  if (current === undefined) return;
  for (const brand of current.settings.brands) {
    const timeZone = timeZoneOf(brand, current.settings);
    const report = await dailyCheck(brand, timeZone, now, deps);
    if (report.waiting !== 'not-yet-due') log('checked', { ...report });
  }
};

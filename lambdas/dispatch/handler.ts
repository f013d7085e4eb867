import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { sqsPollQueue } from '../../src/adapters/sqs.ts';
import { successNote } from '../../src/checks/watch.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log } from '../../src/log.ts';
import { parse } from '../../src/parse.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import { DispatchEnv } from '../env.ts';

const env = parse(DispatchEnv, process.env, 'environment of dispatch');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const checkpoints = dynamoCheckpoints(table);
const deps = {
  states: dynamoSourceStates(table),
  checkpoints,
  polls: sqsPollQueue(new SQSClient(), env.POLL_QUEUE_URL),
  memory: {},
};
const noteSuccess = successNote('dispatch', checkpoints);

/** Every 15 minutes: queue a poll for each source that is due. */
export const handler = async (): Promise<void> => {
  const now = new Date();
  const current = await settings.current(now);
  if (current === undefined) {
    log('dispatch-waits-for-configuration');
    return;
  }
  log('dispatched', { ...(await dispatch(current, now, deps)) });
  await noteSuccess(now);
};

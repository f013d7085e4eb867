import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { lastRunOf } from '../../src/checks/watch.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log, logError } from '../../src/log.ts';
import { measure } from '../../src/metrics.ts';
import { parse } from '../../src/parse.ts';
import { audit } from '../../src/rollups/audit.ts';
import { recount } from '../../src/rollups/recount.ts';
import { RollupEnv } from '../env.ts';

const env = parse(RollupEnv, process.env, 'environment of rollup');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const checkpoints = dynamoCheckpoints(table);
const deps = {
  store: dynamoMentionStore(table),
  rollups: dynamoRollupStore(table),
  notes: dynamoNoteStore(table),
  checkpoints,
};

/** The audit runs with the count of this hour, UTC. */
const AUDIT_HOUR = 2;

/** A day that cannot be counted, such as for a damaged row, keeps no other from being counted. */
const notCounted = (error: unknown, { brand, day }: { brand: string; day?: string }) =>
  logError('count-failed', error, { brand, ...(day !== undefined && { day }) });

/** Every hour: recount the days that were written to; once a night: count everything again and compare. */
export const handler = async (): Promise<void> => {
  const now = new Date();
  try {
    log('recounted', { ...(await recount(now, deps, notCounted)) });
    await checkpoints.set(lastRunOf('rollup'), now.toISOString());
  } finally {
    // Also where a day could not be counted: it may be one of many.
    if (now.getUTCHours() === AUDIT_HOUR) await auditAll(now);
  }
};

async function auditAll(now: Date): Promise<void> {
  const current = await settings.current(now);
  const brands = (current?.settings.brands ?? []).map(({ id }) => id);
  const { days, drifted, failed } = await audit(brands, now, env.RETENTION_DAYS, deps, notCounted);
  // What cannot be counted may differ, too.
  measure(env.METRICS_NAMESPACE, { RollupDrift: drifted.length + failed.length }, now);
  log('audited', {
    days,
    drift: drifted.length,
    drifted: drifted.slice(0, 20).join(', '),
    failed: failed.slice(0, 20).join(', '),
  });
}

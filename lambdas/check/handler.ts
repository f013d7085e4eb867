import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { lastRunOf, watch } from '../../src/checks/watch.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log, logError } from '../../src/log.ts';
import { measure } from '../../src/metrics.ts';
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
  recipients: dynamoRecipientStates(table),
  notes: dynamoNoteStore(table),
  checkpoints: dynamoCheckpoints(table),
};

/** Every hour: check the brands whose day has closed since their last check, then look after the others. */
export const handler = async (): Promise<void> => {
  const now = new Date();
  const current = await settings.current(now);
  // Even without a configuration: its silence means that the check itself stands still.
  if (current === undefined) return measure(env.METRICS_NAMESPACE, { StagesStopped: 0 }, now);
  const brands = current.settings.brands.map((brand) => ({
    brand,
    timeZone: timeZoneOf(brand, current.settings),
  }));
  const failed: string[] = [];
  for (const { brand, timeZone } of brands)
    try {
      const report = await dailyCheck(brand, timeZone, now, deps);
      if (report.waiting !== 'not-yet-due') log('checked', { ...report });
    } catch (error) {
      // One brand that cannot be checked, such as for a damaged row, keeps no other from its mail, nor the watch.
      logError('check-failed', error, { brand: brand.id });
      failed.push(brand.id);
    }
  if (failed.length === 0) await deps.checkpoints.set(lastRunOf('check'), now.toISOString());
  const { metrics, unread, late, stopped } = await watch(brands, now, deps);
  const StagesStopped = metrics.StagesStopped + (failed.length > 0 ? 1 : 0);
  measure(env.METRICS_NAMESPACE, { ...metrics, StagesStopped }, now);
  if (unread.length + late.length + stopped.length > 0)
    log('watched', {
      unread: unread.slice(0, 20).join(', '),
      late: late.slice(0, 20).join(', '),
      stopped: stopped.join(', '),
    });
  if (failed.length > 0)
    throw new Error(`the check of ${failed.join(', ')} failed; check-failed in the log says why`);
};

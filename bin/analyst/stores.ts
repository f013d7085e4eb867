import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoSendLog } from '../../src/adapters/dynamodb/send-log.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import type { Settings } from '../../src/config/config.ts';
import type { AnalystStores } from '../../src/query/reader.ts';

/** Everything that questions are asked of, over one table. */
export function storesOf(table: Table): AnalystStores {
  return {
    store: dynamoMentionStore(table),
    rollups: dynamoRollupStore(table),
    incidents: dynamoIncidentStore(table),
    notes: dynamoNoteStore(table),
    sends: dynamoSendLog(table),
    states: dynamoSourceStates(table),
    checkpoints: dynamoCheckpoints(table),
  };
}

/** The configuration in force; undefined where none was stored yet. */
export async function settingsIn(table: Table): Promise<Settings | undefined> {
  const versions = dynamoSettingsStore(table);
  const version = await versions.currentVersion();
  return version === undefined ? undefined : versions.read(version);
}

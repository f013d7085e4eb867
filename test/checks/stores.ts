import { dynamoReclassificationStore } from '../../src/adapters/dynamodb/classifications.ts';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { TestTable } from '../dynamodb.ts';

/** Everything that the checks, the recount and the watch read and write, in one table. */
export const storesIn = ({ table }: TestTable) => ({
  store: dynamoMentionStore(table),
  rollups: dynamoRollupStore(table),
  incidents: dynamoIncidentStore(table),
  digests: dynamoDigestStore(table),
  states: dynamoSourceStates(table),
  recipients: dynamoRecipientStates(table),
  notes: dynamoNoteStore(table),
  checkpoints: dynamoCheckpoints(table),
  classifications: dynamoReclassificationStore(table),
});

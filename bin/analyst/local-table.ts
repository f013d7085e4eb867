import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { DataFolderInUse, openDataFolder } from '../../local/data-folder.ts';
import { openJournal } from '../../local/journal.ts';
import { openStoredItems } from '../../local/stand-ins/stored-items.ts';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import { EXIT, Refusal } from '../command.ts';
import { storedTable } from './stored-table.ts';

/** The table of a local run, whether the run is going on or not. */
export interface LocalTable {
  readonly table: Table;
  readonly tableName: string;
  /** For what the table itself cannot do. Of a stopped run it opens the engine. */
  readonly client: () => Promise<DynamoDBClient>;
  /** Where the run's clock stands; undefined when it has none yet. */
  readonly now: Date | undefined;
  readonly running: boolean;
  readonly close: () => Promise<void>;
}

const Endpoint = z.object({
  endpoint: z.string(),
  region: z.string(),
  pid: z.number(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

/** How long another command may hold the folder before it is named. */
const PATIENCE_MS = 10_000;

/**
 * Opens the data folder of a local run: through the run's endpoint while it is going on, else directly.
 *
 * @param folder as given to `npm start -- --data`
 * @throws {Refusal} when there is no local run in the folder, or somebody else holds it
 */
export async function openLocalTable(folder: string, cwd: string): Promise<LocalTable> {
  const root = resolve(cwd, folder);
  const state = existsSync(join(root, 'tables')) ? root : join(root, 'state');
  if (!existsSync(join(state, 'tables')))
    throw new Refusal(
      `there is no local run in ${folder}. Make one: npm start -- --once --data ${folder}`,
      EXIT.notFound,
    );
  const now = await clockOf(join(state, 'journal.db'));
  const running = runningAt(join(state, 'endpoint.json'));
  const opened =
    running === undefined ? await openStopped(state, folder) : await openRunning(running);
  return { ...opened, now, running: running !== undefined };
}

function runningAt(file: string): z.infer<typeof Endpoint> | undefined {
  if (!existsSync(file)) return undefined;
  const read = Endpoint.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) return undefined;
  try {
    process.kill(read.data.pid, 0);
    return read.data;
  } catch {
    // It was killed and could not tidy up.
    return undefined;
  }
}

async function openRunning(running: z.infer<typeof Endpoint>) {
  const { endpoint, region, accessKeyId, secretAccessKey } = running;
  const [{ clientOf }, { ListTablesCommand }, { dynamoTable }] = await Promise.all([
    import('./client-over.ts'),
    import('@aws-sdk/client-dynamodb'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  const client = clientOf({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const tableName = only(TableNames);
  return {
    table: dynamoTable(client, tableName),
    tableName,
    client: async () => client,
    close: async () => client.destroy(),
  };
}

async function openStopped(state: string, folder: string) {
  const lock = async () => {
    for (let waited = 0; ; waited += 100) {
      try {
        return openDataFolder(state);
      } catch (error) {
        if (!(error instanceof DataFolderInUse)) throw error;
        if (waited >= PATIENCE_MS)
          throw new Refusal(
            `${folder} is in use by another program that does not answer. Try again when it has ended.`,
            EXIT.notFound,
          );
        await wait(100);
      }
    }
  };
  const held = await lock();
  const items = await openStoredItems(join(state, 'tables'));
  const tableName = only(await items.tableNames());
  const engine = once(() => openEngine(join(state, 'tables'), tableName));
  const table = storedTable(items, tableName, async () => (await engine()).table);
  return {
    table,
    tableName,
    client: async () => {
      await table.write();
      return (await engine()).client;
    },
    close: async () => {
      await table.close();
      if (engine.known() !== undefined) await (await engine()).close();
      held.release();
    },
  };
}

/** The engine that the run itself uses, in this process. */
async function openEngine(folder: string, tableName: string) {
  const [{ openTables }, { clientOver }, { dynamoTable }] = await Promise.all([
    import('../../local/stand-ins/tables.ts'),
    import('./client-over.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  const tables = openTables(folder);
  const client = clientOver(tables);
  return {
    client,
    table: dynamoTable(client, tableName),
    close: async () => {
      client.destroy();
      await tables.close();
    },
  };
}

function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  return Object.assign(get, { known: () => made });
}

/** The virtual clock of a run stands where the run stopped: "7d" means seven days before that. */
async function clockOf(journal: string): Promise<Date | undefined> {
  if (!existsSync(journal)) return undefined;
  const opened = openJournal(journal);
  try {
    return opened.position();
  } finally {
    opened.close();
  }
}

function only([name]: readonly string[]): string {
  if (name === undefined)
    throw new Refusal('the local run has no table yet. Wait for its first line.', EXIT.notFound);
  return name;
}

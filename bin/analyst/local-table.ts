import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Tables } from '../../local/stand-ins/tables.ts';
import { EXIT, Refusal } from '../command.ts';

/** The table of a local run, whether the run is going on or not. */
export interface LocalTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
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

/**
 * Without methods: the client's own default does nothing with what it is told, but copies every answer first to take
 * secrets out, which costs a fifth of reading many mentions.
 */
const SILENT = {} as NonNullable<DynamoDBClientConfig['logger']>;

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
  const opened = running === undefined ? await openStopped(state, folder) : openRunning(running);
  const tableName = await onlyTable(opened.client, join(state, 'table-name'));
  return { ...opened, tableName, now, running: running !== undefined };
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

function openRunning({ endpoint, region, accessKeyId, secretAccessKey }: z.infer<typeof Endpoint>) {
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    logger: SILENT,
  });
  return { client, close: async () => client.destroy() };
}

async function openStopped(state: string, folder: string) {
  const [{ openDataFolder, DataFolderInUse }, { openTables }] = await Promise.all([
    import('../../local/data-folder.ts'),
    import('../../local/stand-ins/tables.ts'),
  ]);
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
  const tables = openTables(join(state, 'tables'));
  const client = clientOver(tables);
  return {
    client,
    close: async () => {
      client.destroy();
      await tables.close();
      held.release();
    },
  };
}

/** A client without a port: its requests go to the tables in this process. */
export function clientOver(tables: Pick<Tables, 'call'>): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: 'http://127.0.0.1',
    region: 'local',
    logger: SILENT,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body?: unknown }) => {
        const operation = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
        const { status, headers, body } = await tables.call(operation, textOf(request.body));
        return { response: { statusCode: status, headers, body: Buffer.from(body) } };
      },
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      destroy: () => {},
    } as never,
  });
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}

/** The virtual clock of a run stands where the run stopped: "7d" means seven days before that. */
async function clockOf(journal: string): Promise<Date | undefined> {
  if (!existsSync(journal)) return undefined;
  const { openJournal } = await import('../../local/journal.ts');
  const opened = openJournal(journal);
  try {
    return opened.position();
  } finally {
    opened.close();
  }
}

/**
 * The stand-in goes through every key of the store to list its tables, which takes longer than most questions. So the
 * name is kept beside the store, and asked for again where there is no such table any more.
 */
async function onlyTable(client: DynamoDBClient, file: string): Promise<string> {
  const { DescribeTableCommand, ListTablesCommand } = await import('@aws-sdk/client-dynamodb');
  if (existsSync(file)) {
    const TableName = readFileSync(file, 'utf8').trim();
    const known = await client.send(new DescribeTableCommand({ TableName })).catch(() => undefined);
    if (known !== undefined) return TableName;
  }
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const [name] = TableNames;
  if (name === undefined)
    throw new Refusal('the local run has no table yet. Wait for its first line.', EXIT.notFound);
  try {
    writeFileSync(file, name, { mode: 0o600 });
  } catch {
    // A folder that may only be read is asked anew by every command.
  }
  return name;
}

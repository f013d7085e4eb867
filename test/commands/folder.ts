import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOver } from '../../bin/analyst/client-over.ts';
import { createMentionTable } from '../../bin/analyst/scratch-table.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import type { World } from '../../bin/command.ts';
import { main } from '../../bin/main.ts';
import { openJournal } from '../../local/journal.ts';
import { openTables } from '../../local/stand-ins/tables.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable, type Table } from '../../src/adapters/dynamodb/table.ts';
import type { Brand } from '../../src/brands/brand.ts';
import { Settings } from '../../src/config/config.ts';
import type { AnalystStores } from '../../src/query/reader.ts';

export interface Folder {
  readonly path: string;
  /** Opens the table for what the test writes; nothing else may use the folder meanwhile. */
  readonly write: <T>(
    use: (opened: { readonly table: Table; readonly stores: AnalystStores }) => Promise<T>,
  ) => Promise<T>;
  readonly remove: () => void;
}

/** The name of the one table in the folder. */
export const TABLE = 'mentions';

/** The data folder of a local run that was stopped at `now`, with a configuration and nothing else. */
export async function aFolder(brands: readonly Brand[], now: string): Promise<Folder> {
  const path = mkdtempSync(join(tmpdir(), 'analysts-'));
  const state = join(path, 'state');
  mkdirSync(state, { recursive: true });
  const journal = openJournal(join(state, 'journal.db'));
  journal.moveTo(new Date(now));
  journal.close();
  const write: Folder['write'] = async (use) => {
    const tables = openTables(join(state, 'tables'));
    const client = clientOver(tables);
    try {
      const table = dynamoTable(client, TABLE);
      return await use({ table, stores: storesOf(table) });
    } finally {
      client.destroy();
      await tables.close();
    }
  };
  const tables = openTables(join(state, 'tables'));
  await createMentionTable(clientOver(tables), TABLE);
  await tables.close();
  await write(async ({ table }) => {
    const settings = Settings.parse({ timeZone: 'Europe/London', brands });
    await dynamoSettingsStore(table).apply(settings, new Date(now));
    for (const { id } of brands) await dynamoCheckpoints(table).set(`classifier#${id}`, 'cv1');
  });
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let random = 0;

/** Runs the command line as a person would, with its own cache folder beside the data. */
export async function run(
  folder: Pick<Folder, 'path'>,
  argv: readonly string[],
  only: Partial<World> = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main([...argv], {
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    now: () => new Date('2026-11-22T12:00:00.000Z'),
    env: { PROMISEWATCH_CACHE: join(folder.path, 'cache'), USER: 'ada' },
    cwd: folder.path,
    randomBytes: (size) => Buffer.alloc(size, ++random % 256),
    ...only,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Flags that name the folder. */
export const at = ({ path }: Pick<Folder, 'path'>) => ['--data', path];

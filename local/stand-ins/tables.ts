import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { ResolvedResource } from '../template/resolve.ts';
import type { Answer } from './answer.ts';

type DynaliteOptions = { readonly path: string; readonly createTableMs: number };
const dynalite = createRequire(import.meta.url)('dynalite') as (options: DynaliteOptions) => Server;

/** DynamoDB on dynalite, in this process: nothing listens, so nothing gets round the gateway. */
export type Tables = {
  readonly call: (operation: string, body: string) => Promise<Answer>;
  /** Creates a table, or finds it as an earlier run left it. */
  readonly create: (table: ResolvedResource) => Promise<void>;
  readonly close: () => Promise<void>;
};

const ACTIVE_POLL_MS = 2;
const ACTIVE_LIMIT_MS = 5000;

export function openTables(folder: string): Tables {
  const server = dynalite({ path: folder, createTableMs: 0 });
  let pending = 0;
  let drained = (): void => {};
  const call: Tables['call'] = async (operation, body) => {
    pending += 1;
    try {
      return await dispatch(server, operation, body);
    } finally {
      pending -= 1;
      if (pending === 0) drained();
    }
  };
  return {
    call,
    create: (table) => createTable(call, table),
    close: async () => {
      // An operation on a closed database throws where nobody can catch it.
      if (pending > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      }
      await closeServer(server);
    },
  };
}

/** dynalite closes its database only behind a server that listens: so it does, at the very end. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
  });
}

function dispatch(server: Server, operation: string, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20000101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
      },
    });
    const headers: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => {
        headers[name.toLowerCase()] = String(value);
      },
      end: (answer: string) => resolve({ status: response.statusCode, headers, body: answer }),
    };
    server.emit('request', request, response);
    request.emit('data', Buffer.from(body));
    request.emit('end');
  });
}

async function createTable(call: Tables['call'], table: ResolvedResource): Promise<void> {
  const wanted = createTableInput(table);
  const found = await describe(call, table.physicalName);
  if (found !== undefined) {
    if (shape(found) !== shape(wanted)) {
      throw new Error(
        `the data folder holds table ${table.physicalName} with other keys or indexes than the template: start with a new folder (--data), or delete this one.`,
      );
    }
  } else {
    const { status, body } = await call('CreateTable', JSON.stringify(wanted));
    if (status !== 200) throw new Error(`table ${table.physicalName} cannot be created: ${body}`);
  }
  for (let waitedMs = 0; waitedMs < ACTIVE_LIMIT_MS; waitedMs += ACTIVE_POLL_MS) {
    const state = await describe(call, table.physicalName);
    if (state?.['TableStatus'] === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, ACTIVE_POLL_MS));
  }
  // A run that was killed while it created the table leaves it so.
  throw new Error(
    `table ${table.physicalName} in the data folder was never finished: start with a new folder (--data), or delete this one.`,
  );
}

async function describe(
  call: Tables['call'],
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const { status, body } = await call('DescribeTable', JSON.stringify({ TableName: name }));
  if (status !== 200) return undefined;
  return (JSON.parse(body) as { Table: Record<string, unknown> }).Table;
}

/** Only what dynalite's CreateTable takes: TTL, recovery, tags and throughput settings stay in the template. */
function createTableInput({ physicalName, properties }: ResolvedResource): Record<string, unknown> {
  const indexes = (key: string): Record<string, unknown> => {
    const found = properties[key] as Record<string, unknown>[] | undefined;
    if (found === undefined || found.length === 0) return {};
    return {
      [key]: found.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    };
  };
  return {
    TableName: physicalName,
    AttributeDefinitions: properties['AttributeDefinitions'],
    KeySchema: properties['KeySchema'],
    // Provisioned capacity would only slow a laptop down: no stand-in throttles.
    BillingMode: 'PAY_PER_REQUEST',
    ...indexes('GlobalSecondaryIndexes'),
    ...indexes('LocalSecondaryIndexes'),
  };
}

/** What cannot be changed in a table that exists, in a form that compares. */
function shape(table: Record<string, unknown>): string {
  const indexes = (key: string): string[] =>
    ((table[key] as Record<string, unknown>[] | undefined) ?? [])
      .map(({ IndexName, KeySchema, Projection }) => {
        const { ProjectionType, NonKeyAttributes = [] } = Projection as {
          ProjectionType: string;
          NonKeyAttributes?: string[];
        };
        return JSON.stringify([
          IndexName,
          keys(KeySchema),
          ProjectionType,
          NonKeyAttributes.toSorted(),
        ]);
      })
      .toSorted();
  return JSON.stringify([
    keys(table['KeySchema']),
    indexes('GlobalSecondaryIndexes'),
    indexes('LocalSecondaryIndexes'),
  ]);
}

function keys(schema: unknown): string[] {
  return (schema as { AttributeName: string; KeyType: string }[]).map(
    ({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`,
  );
}

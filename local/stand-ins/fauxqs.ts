import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A message as fauxqs keeps it. */
type StoredMessage = {
  readonly messageId: string;
  readonly body: string;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number;
  sentTimestamp: number;
  delayUntil?: number;
};

/** A message as a receiver gets it. */
export type ReceivedMessage = {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly Attributes?: Readonly<Record<string, string>>;
};

type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};

export type FauxQueue = {
  readonly name: string;
  readonly arn: string;
  url: string;
  readonly attributes: Record<string, string>;
  persistence?: unknown;
  messages: StoredMessage[];
  delayedMessages: StoredMessage[];
  readonly inflightMessages: Map<string, { message: StoredMessage; visibilityDeadline: number }>;
  readonly fifoMessages: Map<string, StoredMessage[]>;
  enqueue: (message: StoredMessage) => void;
  dequeue: (
    most: number,
    visibilitySeconds: number | undefined,
    deadLetterQueue: (arn: string) => FauxQueue | undefined,
  ) => ReceivedMessage[];
  deleteMessage: (receiptHandle: string) => boolean;
  changeVisibility: (receiptHandle: string, seconds: number) => void;
  processTimers: () => void;
  setAttributes: (attributes: Record<string, string>) => void;
  getAllAttributes: (names: readonly string[]) => Record<string, string>;
};

export type FauxStore = {
  host: string;
  region: string;
  persistence?: unknown;
  createQueue: (
    name: string,
    url: string,
    arn: string,
    attributes: Record<string, string>,
  ) => FauxQueue;
  getQueueByName: (name: string) => FauxQueue | undefined;
  getQueueByArn: (arn: string) => FauxQueue | undefined;
  allQueues: () => Iterable<FauxQueue>;
  shutdown: () => void;
};

type Handler = (body: unknown, store: FauxStore, request: unknown) => unknown;

const OPERATIONS = [
  'CreateQueue',
  'DeleteQueue',
  'GetQueueUrl',
  'ListQueues',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
] as const;

/**
 * Opens the queue engine of fauxqs without its server, which would listen on every network interface.
 * Built from its inner modules, so its version is pinned; the tests of the queues hold it to them.
 *
 * @param folder where messages are kept between runs
 */
export async function loadFauxqs(folder: string, region: string) {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new Error('fauxqs is not installed: run npm ci');
  // Its exports offer the server alone; the parts below are what that server is made of.
  const part = (path: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(dirname(manifest), 'dist', path)).href);

  const [{ SqsStore }, { PersistenceManager }, ...actions] = await Promise.all([
    part('sqs/sqsStore.js'),
    part('persistence.js'),
    ...OPERATIONS.map((name) => part(`sqs/actions/${fileOf(name)}.js`)),
  ]);
  const store = new (SqsStore as new () => FauxStore)();
  store.region = region;
  const persistence = new (
    PersistenceManager as new (
      folder: string,
    ) => {
      db: { exec: (sql: string) => void };
      loadSqsAndSns: (queues: FauxStore, topics: unknown) => void;
      close: () => void;
    }
  )(folder);
  // The default waits for the disk at every message; a killed process loses nothing without it.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  persistence.loadSqsAndSns(store, { topics: new Map(), subscriptions: new Map() });
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;
  const handlers = new Map(
    OPERATIONS.map((name, index) => [name as string, actions[index]?.[fileOf(name)] as Handler]),
  );
  return { store, persistence, handlers };
}

function fileOf(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}

import type { Clock } from '../clock.ts';
import type { LocalEvent } from '../events.ts';
import type { ReceivedMessage } from '../stand-ins/fauxqs.ts';
import type { Queue } from '../stand-ins/queues.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import type { Activity } from './activity.ts';
import type { LambdaFunction } from './functions.ts';
import { failedMessages, sqsEvent } from './sqs-event.ts';

export type MappingSettings = {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly concurrency: number;
  readonly reportsFailures: boolean;
};

export type Mapping = {
  readonly logicalId: string;
  readonly queue: Queue;
  /** There may be something to read. */
  readonly wake: () => void;
  /**
   * Nothing runs any more: closes an open batching window and shows hidden messages.
   *
   * @returns whether there was anything to let go of
   */
  readonly release: () => boolean;
  readonly stop: () => void;
};

export type MappingHost = {
  readonly clock: Clock;
  readonly region: string;
  readonly activity: Activity;
  /** Whether the function's role allows the poller a call on its queue; enters the call in the ledger. */
  readonly mayCall: (action: string) => boolean;
  readonly realDelays: boolean;
  readonly emit: (event: LocalEvent) => void;
};

/** Lambda starts with five pollers; more come only under load that a laptop never sees. */
const DEFAULT_CONCURRENCY = 5;
const RECEIVE_LIMIT = 10;
/** The longest a batching window stays open when delays are not real. */
const SHORT_WINDOW_MS = 200;
/** Pause before a message is shown again that no dead-letter queue will ever take. */
const ENDLESS_RETRY_MS = 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function readMappingSettings(
  { properties }: ResolvedResource,
  fn: LambdaFunction,
  mostConcurrency: number,
): MappingSettings {
  const scaling = properties['ScalingConfig'] as { MaximumConcurrency?: unknown } | undefined;
  const responseTypes = (properties['FunctionResponseTypes'] as string[] | undefined) ?? [];
  return {
    batchSize: Number(properties['BatchSize'] ?? 10),
    windowMs: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0) * 1000,
    concurrency: Math.min(
      Number(scaling?.MaximumConcurrency ?? DEFAULT_CONCURRENCY),
      fn.reservedConcurrency ?? Number.POSITIVE_INFINITY,
      mostConcurrency,
    ),
    reportsFailures: responseTypes.includes('ReportBatchItemFailures'),
  };
}

/**
 * Feeds a function from a queue as Lambda's poller does. Woken by arrivals, never by a timer, except
 * for real delays and batching windows.
 *
 * @throws {Error} when the function's role does not allow what Lambda needs to create the mapping
 */
export function startMapping(
  logicalId: string,
  fn: LambdaFunction,
  queue: Queue,
  settings: MappingSettings,
  host: MappingHost,
): Mapping {
  for (const action of ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage']) {
    if (!host.mayCall(action)) {
      throw new Error(
        `event-source mapping ${logicalId}: the role of ${fn.logicalId} does not allow ${action} on ${queue.arn}`,
      );
    }
  }
  const { activity, realDelays } = host;
  const windowMs = realDelays ? settings.windowMs : Math.min(settings.windowMs, SHORT_WINDOW_MS);
  const active = new Set<string>();
  let running = 0;
  let stopped = false;
  let woken = false;
  let windowTimer: NodeJS.Timeout | undefined;
  let windowClosed = false;
  let dueTimer: NodeJS.Timeout | undefined;

  const wake = (): void => {
    if (woken || stopped) return;
    woken = true;
    // After the call that sent the messages is answered: all messages of a batch call are there then.
    setImmediate(() => {
      woken = false;
      pump();
    });
  };

  const pump = (): void => {
    if (stopped) return;
    while (running < settings.concurrency) {
      const { ready } = queue.depth();
      if (ready === 0) break;
      if (ready < settings.batchSize && windowMs > 0 && !windowClosed) {
        openWindow();
        break;
      }
      closeWindow();
      const batch = receive();
      if (batch.length > 0) void handle(batch);
    }
    watchDelays();
    activity.changed();
  };

  const openWindow = (): void => {
    windowTimer ??= setTimeout(() => {
      windowClosed = true;
      pump();
    }, windowMs);
  };

  const closeWindow = (): void => {
    clearTimeout(windowTimer);
    windowTimer = undefined;
    windowClosed = false;
  };

  const receive = (): ReceivedMessage[] => {
    const batch: ReceivedMessage[] = [];
    while (batch.length < settings.batchSize && queue.depth().ready > 0) {
      host.mayCall('sqs:ReceiveMessage');
      batch.push(...queue.receive(Math.min(RECEIVE_LIMIT, settings.batchSize - batch.length)));
    }
    return batch;
  };

  const handle = async (batch: readonly ReceivedMessage[]): Promise<void> => {
    running += 1;
    activity.begin();
    const at = host.clock.now().toISOString();
    for (const { ReceiptHandle } of batch) active.add(ReceiptHandle);
    try {
      const result = await fn.invoke(sqsEvent(batch, queue.arn, host.region));
      if (stopped) return;
      const failed = new Set(failures(batch, result, settings));
      for (const { MessageId, ReceiptHandle } of batch) {
        if (!failed.has(MessageId) && host.mayCall('sqs:DeleteMessage'))
          queue.delete(ReceiptHandle);
      }
      const counts = { messages: batch.length, failures: failed.size };
      host.emit({ type: 'batch', function: fn.logicalId, queue: queue.name, ...counts, at });
    } finally {
      for (const { ReceiptHandle } of batch) active.delete(ReceiptHandle);
      running -= 1;
      // First the next batch, so that no one takes the moment between two batches for the end.
      pump();
      activity.end();
    }
  };

  const watchDelays = (): void => {
    if (!realDelays) return;
    clearTimeout(dueTimer);
    const due = queue.nextDue();
    if (due === undefined) return;
    dueTimer = setTimeout(wake, Math.min(Math.max(due - Date.now(), 1), LONGEST_TIMER_MS));
  };

  const release = (): boolean => {
    if (stopped || realDelays) return false;
    if (windowTimer !== undefined) windowClosed = true;
    const { ready, inFlight, delayed } = queue.depth();
    if (ready + inFlight + delayed === 0) return false;
    if (ready > 0 || queue.attributes['RedrivePolicy'] !== undefined) {
      if (ready === 0) queue.hurry(active);
      wake();
    } else {
      dueTimer ??= setTimeout(() => {
        dueTimer = undefined;
        queue.hurry(active);
        wake();
      }, ENDLESS_RETRY_MS);
    }
    return true;
  };

  wake();
  return {
    logicalId,
    queue,
    wake,
    release,
    stop: () => {
      stopped = true;
      clearTimeout(windowTimer);
      clearTimeout(dueTimer);
    },
  };
}

function failures(
  batch: readonly ReceivedMessage[],
  result: Awaited<ReturnType<LambdaFunction['invoke']>>,
  { reportsFailures }: MappingSettings,
): readonly string[] {
  const ids = batch.map(({ MessageId }) => MessageId);
  if (result.outcome !== 'succeeded') return ids;
  return reportsFailures ? failedMessages(result.answer, ids) : [];
}

import type { ResolvedResource } from '../template/resolve.ts';
import type { Place } from '../template/resource-types.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { type FauxQueue, type FauxStore, loadFauxqs, type ReceivedMessage } from './fauxqs.ts';

export type QueueDepth = {
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
};

/** One queue as the event-source mappings use it: the calls their pollers would make, without the network. */
export type Queue = {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly depth: () => QueueDepth;
  /** Moves what exceeded its receive count to the dead-letter queue on the way, as a receive on SQS does. */
  readonly receive: (most: number) => ReceivedMessage[];
  readonly delete: (receiptHandle: string) => void;
  /** When the next hidden or delayed message shows itself, in epoch milliseconds. */
  readonly nextDue: () => number | undefined;
  /** Shows at once every hidden or delayed message but those with the handles given. */
  readonly hurry: (except: ReadonlySet<string>) => void;
};

export type ArrivalListener = (
  arn: string,
  messageId: string,
  how: 'sent' | 'moved as a dead letter' | 'shown again',
) => void;

/** SQS on fauxqs, in this process and without its server, which would listen on every network interface. */
export type Queues = {
  readonly call: (operation: string, body: unknown) => Promise<Answer>;
  /** Creates a queue, or finds it with its messages as an earlier run left it. */
  readonly create: (queue: ResolvedResource) => void;
  readonly get: (arn: string) => Queue | undefined;
  readonly send: (arn: string, body: string, attributes: Readonly<Record<string, string>>) => void;
  readonly all: () => Queue[];
  /** Called after each message that arrives in a queue. */
  readonly onArrival: (listener: ArrivalListener) => void;
  readonly onDelete: (listener: () => void) => void;
  readonly close: () => void;
};

const JSON_1_0 = 'application/x-amz-json-1.0';

/**
 * @param folder where messages are kept between runs
 * @param now the run's clock: what messages show as their time of sending
 */
export async function openQueues(folder: string, place: Place, now: () => Date): Promise<Queues> {
  const { store, persistence, handlers } = await loadFauxqs(folder, place.region);
  const arrivals: ArrivalListener[] = [];
  const deletions: (() => void)[] = [];

  const watch = (queue: FauxQueue): void => {
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      const moved = message.approximateReceiveCount > 0;
      if (!moved) message.sentTimestamp = now().getTime();
      enqueue(message);
      for (const listener of arrivals)
        listener(queue.arn, message.messageId, moved ? 'moved as a dead letter' : 'sent');
    };
    const changeVisibility = queue.changeVisibility.bind(queue);
    queue.changeVisibility = (handle, seconds) => {
      // Zero would make fauxqs 2.4.1 fail on its database, with the message in neither place.
      const entry = queue.inflightMessages.get(handle);
      if (seconds > 0 || entry === undefined) return changeVisibility(handle, seconds);
      entry.visibilityDeadline = 0;
      queue.processTimers();
      for (const listener of arrivals) listener(queue.arn, entry.message.messageId, 'shown again');
    };
    const deleteMessage = queue.deleteMessage.bind(queue);
    queue.deleteMessage = (handle) => {
      const existed = deleteMessage(handle);
      for (const listener of deletions) listener();
      return existed;
    };
  };
  const views = new Map<string, Queue>();
  const adopt = (queue: FauxQueue): void => {
    watch(queue);
    views.set(queue.arn, viewOf(queue, store, now));
  };
  for (const queue of store.allQueues()) adopt(queue);

  const call: Queues['call'] = async (operation, body) => {
    const handler = handlers.get(operation);
    if (handler === undefined) {
      return sqsError('InvalidAction', `${operation} is not part of the local run`, 400);
    }
    try {
      const answer = await handler(body, store, { headers: {} });
      return jsonAnswer(answer, 200, JSON_1_0);
    } catch (error) {
      if (!isSqsError(error)) throw error;
      return sqsError(error.code, error.message, error.statusCode, error.queryErrorHeader);
    }
  };

  return {
    call,
    create: (resource) => {
      const attributes = queueAttributes(resource.properties);
      const found = store.getQueueByArn(resource.arn);
      if (found === undefined) {
        adopt(store.createQueue(resource.physicalName, resource.ref, resource.arn, attributes));
      } else {
        // The gateway's port is another one in every run.
        found.url = resource.ref;
        found.setAttributes(attributes);
      }
    },
    get: (arn) => views.get(arn),
    send: (arn, body, attributes) => {
      const handler = handlers.get('SendMessage');
      const queue = store.getQueueByArn(arn);
      if (handler === undefined || queue === undefined) throw new Error(`there is no queue ${arn}`);
      handler(
        {
          QueueUrl: queue.url,
          MessageBody: body,
          MessageAttributes: textAttributes(attributes),
        },
        store,
        {},
      );
    },
    all: () => [...views.values()],
    onArrival: (listener) => arrivals.push(listener),
    onDelete: (listener) => deletions.push(listener),
    close: () => {
      store.shutdown();
      persistence.close();
    },
  };
}

function viewOf(queue: FauxQueue, store: FauxStore, now: () => Date): Queue {
  const ready = (): number => {
    let waiting = queue.messages.length;
    for (const group of queue.fifoMessages.values()) waiting += group.length;
    return waiting;
  };
  return {
    name: queue.name,
    arn: queue.arn,
    attributes: queue.attributes,
    depth: () => {
      queue.processTimers();
      return {
        ready: ready(),
        inFlight: queue.inflightMessages.size,
        delayed: queue.delayedMessages.length,
      };
    },
    receive: (most) => {
      const received = queue.dequeue(most, undefined, (arn) => store.getQueueByArn(arn));
      return received.map((message) => withAttributes(message, queue, now));
    },
    delete: (handle) => {
      queue.deleteMessage(handle);
    },
    nextDue: () => {
      const hidden = [...queue.inflightMessages.values()].map((entry) => entry.visibilityDeadline);
      const delayed = queue.delayedMessages.map(({ delayUntil = 0 }) => delayUntil);
      const due = [...hidden, ...delayed];
      return due.length === 0 ? undefined : Math.min(...due);
    },
    hurry: (except) => {
      for (const [handle, entry] of queue.inflightMessages) {
        if (!except.has(handle)) entry.visibilityDeadline = 0;
      }
      for (const message of queue.delayedMessages) message.delayUntil = 1;
      queue.processTimers();
    },
  };
}

function withAttributes(
  message: ReceivedMessage,
  queue: FauxQueue,
  now: () => Date,
): ReceivedMessage {
  const stored = queue.inflightMessages.get(message.ReceiptHandle)?.message;
  if (stored === undefined) return message;
  if (stored.approximateReceiveCount === 1) {
    stored.approximateFirstReceiveTimestamp = now().getTime();
  }
  return {
    ...message,
    Attributes: {
      ApproximateReceiveCount: String(stored.approximateReceiveCount),
      SentTimestamp: String(stored.sentTimestamp),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(stored.approximateFirstReceiveTimestamp),
    },
  };
}

function textAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]),
  );
}

/** CloudFormation's queue properties as SQS takes them: strings, and the redrive policy as JSON. */
function queueAttributes(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const names: Readonly<Record<string, string>> = {
    VisibilityTimeout: 'VisibilityTimeout',
    DelaySeconds: 'DelaySeconds',
    MaximumMessageSize: 'MaximumMessageSize',
    MessageRetentionPeriod: 'MessageRetentionPeriod',
    ReceiveMessageWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
    RedrivePolicy: 'RedrivePolicy',
    RedriveAllowPolicy: 'RedriveAllowPolicy',
    FifoQueue: 'FifoQueue',
    ContentBasedDeduplication: 'ContentBasedDeduplication',
  };
  return Object.fromEntries(
    Object.entries(names)
      .filter(([property]) => properties[property] !== undefined)
      .map(([property, attribute]) => {
        const value = properties[property];
        return [attribute, typeof value === 'object' ? JSON.stringify(value) : String(value)];
      }),
  );
}

type SqsError = Error & { code: string; statusCode: number; queryErrorHeader: string };

function isSqsError(error: unknown): error is SqsError {
  return error instanceof Error && 'queryErrorHeader' in error;
}

/** An error in the form of SQS's JSON protocol. */
export function sqsError(
  code: string,
  message: string,
  status: number,
  queryError = `${code};Sender`,
): Answer {
  return {
    status,
    headers: { 'content-type': JSON_1_0, 'x-amzn-query-error': queryError },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
}

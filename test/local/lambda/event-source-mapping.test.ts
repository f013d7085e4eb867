import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { createActivity } from '../../../local/lambda/activity.ts';
import {
  type Mapping,
  type MappingSettings,
  startMapping,
} from '../../../local/lambda/event-source-mapping.ts';
import type { LambdaFunction } from '../../../local/lambda/functions.ts';
import { openQueues, type Queue, type Queues } from '../../../local/stand-ins/queues.ts';

const place = { account: '000000000000', region: 'us-east-1', endpoint: 'http://127.0.0.1:1' };
const ARN = 'arn:aws:sqs:us-east-1:000000000000:Q';

let folder: string;
let queues: Queues;
let queue: Queue;
let mapping: Mapping | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mapping-'));
  queues = await openQueues(folder, place, realClock().now);
  queues.create({
    stack: 'S',
    logicalId: 'Q',
    type: 'AWS::SQS::Queue',
    properties: { VisibilityTimeout: 1 },
    physicalName: 'Q',
    ref: 'http://127.0.0.1:1/000000000000/Q',
    arn: ARN,
    attributes: {},
  });
  const found = queues.get(ARN);
  if (found === undefined) throw new Error('the queue was not created');
  queue = found;
});

afterEach(async () => {
  mapping?.stop();
  queues.close();
  await rm(folder, { recursive: true, force: true });
});

/** When each batch came, in milliseconds since the start, and the bodies in it. */
type Batch = { readonly at: number; readonly bodies: readonly string[] };

function feed(
  settings: Partial<MappingSettings>,
  fails: (batch: number) => boolean = () => false,
  mayCall: (action: string) => boolean = () => true,
): Batch[] {
  const batches: Batch[] = [];
  const began = performance.now();
  const fn: LambdaFunction = {
    logicalId: 'fn',
    name: 'fn',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
    roleArn: 'arn:aws:iam::000000000000:role/fn',
    accessKeyId: 'KEY',
    reservedConcurrency: undefined,
    deadLetterArn: undefined,
    warm: () => {},
    stop: async () => {},
    invoke: async (event) => {
      const { Records } = event as { Records: { body: string }[] };
      batches.push({ at: performance.now() - began, bodies: Records.map(({ body }) => body) });
      return fails(batches.length)
        ? { outcome: 'failed', error: { errorType: 'Error', errorMessage: 'told to' } }
        : { outcome: 'succeeded', answer: 'null' };
    },
  };
  const watched = { areQueuesEmpty: () => true, onLull: () => {} };
  const started = startMapping(
    'M',
    fn,
    queue,
    { batchSize: 10, windowMs: 0, concurrency: 1, reportsFailures: false, ...settings },
    {
      clock: realClock(),
      region: 'us-east-1',
      activity: createActivity(watched, new AbortController().signal),
      mayCall,
      realDelays: true,
      emit: () => {},
    },
  );
  queues.onArrival(() => started.wake());
  mapping = started;
  return batches;
}

const send = (...bodies: string[]) => {
  for (const body of bodies) queues.send(ARN, body, {});
};

describe('an event-source mapping with real delays', () => {
  it('keeps its batching window open for more messages', async () => {
    const batches = feed({ windowMs: 200 });
    send('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    send('b');
    await expect.poll(() => batches).toMatchObject([{ bodies: ['a', 'b'] }]);
    expect(batches[0]?.at).toBeGreaterThanOrEqual(190);
  });

  it('does not wait for the window when the batch is full', async () => {
    const batches = feed({ windowMs: 60_000, batchSize: 2 });
    send('a', 'b', 'c');
    await expect.poll(() => batches.map(({ bodies }) => bodies)).toEqual([['a', 'b']]);
    expect(queue.depth()).toEqual({ ready: 1, inFlight: 0, delayed: 0 });
  });

  it('gathers more than one receive gives, if its batch is that large', async () => {
    const batches = feed({ windowMs: 50, batchSize: 25 });
    send(...Array.from({ length: 25 }, (_, index) => String(index)));
    await expect.poll(() => batches.map(({ bodies }) => bodies.length)).toEqual([25]);
  });

  it('sees a failed batch again when its visibility timeout is over', async () => {
    const batches = feed({}, (batch) => batch === 1);
    send('a');
    await expect.poll(() => batches.length, { timeout: 3000 }).toBe(2);
    const [first, second] = batches;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    await expect.poll(() => queue.depth()).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
  });

  it('is refused to a role that may not receive, and deletes nothing for one that may not delete', async () => {
    expect(() => feed({}, undefined, (action) => action !== 'sqs:ReceiveMessage')).toThrow(
      `event-source mapping M: the role of fn does not allow sqs:ReceiveMessage on ${ARN}`,
    );
    const batches = feed({}, undefined, (action) => action !== 'sqs:DeleteMessage');
    send('a');
    await expect.poll(() => batches.length).toBe(1);
    expect(queue.depth().inFlight).toBe(1);
  });
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../local/clock.ts';
import type { LocalEvent } from '../../local/events.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/local-aws.ts';
import { synthesiseNotesApp } from './notes-app.ts';

const START = '2026-03-02T05:30:00.000Z';

let folder: string;
let assemblyDir: string;
let runs = 0;
let events: LocalEvent[] = [];
let opened: LocalAws[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  assemblyDir = await synthesiseNotesApp(folder);
}, 60_000);

afterEach(async () => {
  await Promise.all(opened.map((aws) => aws.close()));
  opened = [];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
  runs += 1;
  events = [];
  const aws = await startLocalAws({
    assemblyDir,
    dataDir: join(folder, `data-${runs}`),
    clock: virtualClock(START),
    onEvent: (event) => events.push(event),
    ...options,
  });
  opened.push(aws);
  return aws;
}

const clientOptions = ({ endpoint, region, operatorCredentials }: LocalAws) => ({
  endpoint,
  region,
  credentials: operatorCredentials,
  maxAttempts: 1,
});

async function send(aws: LocalAws, ...notes: string[]): Promise<void> {
  const Entries = notes.map((note, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ note, at: START }),
  }));
  const QueueUrl = aws.outputs['QueueUrl'];
  await new SQSClient(clientOptions(aws)).send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

async function keptNotes(aws: LocalAws): Promise<string[]> {
  const TableName = aws.outputs['TableName'];
  const { Items = [] } = await new DynamoDBClient(clientOptions(aws)).send(
    new ScanCommand({ TableName }),
  );
  return Items.map((item) => item['PK']?.S?.slice(2) ?? '').toSorted();
}

const ofType = <T extends LocalEvent['type']>(type: T) =>
  events.filter((event): event is Extract<LocalEvent, { type: T }> => event.type === type);

function functionId(aws: LocalAws, prefix: string): string {
  const ids = Object.keys(aws.resources['AWS::Lambda::Function'] ?? {});
  return ids.find((id) => id.startsWith(prefix)) ?? '';
}

const misbehave = (aws: LocalAws, how?: string) =>
  aws.invoke(functionId(aws, 'misbehave'), { how });

function answerOf(result: Awaited<ReturnType<LocalAws['invoke']>>): Record<string, unknown> {
  if (result.outcome !== 'succeeded')
    throw new Error(`${result.outcome}: ${result.error.errorMessage}`);
  return JSON.parse(result.answer) as Record<string, unknown>;
}

describe('a run on the virtual clock', () => {
  it('carries a note from schedule over queue and table to the outbox', async () => {
    const aws = await run();
    await aws.runUntil('2026-03-02T07:30:00Z');
    expect(ofType('schedule').map(({ schedule, at }) => [schedule.slice(0, 6), at])).toEqual([
      ['Hourly', '2026-03-02T05:30:00.000Z'],
      ['Hourly', '2026-03-02T06:30:00.000Z'],
      ['Mornin', '2026-03-02T07:00:00.000Z'],
      ['Hourly', '2026-03-02T07:30:00.000Z'],
    ]);
    expect(await keptNotes(aws)).toEqual(['hourly', 'hourly', 'hourly', 'morning']);
    expect(aws.outbox.list().map(({ subject, at }) => [subject, at])).toEqual([
      ['Note “hourly”', '2026-03-02T05:30:00.000Z'],
      ['Note “hourly”', '2026-03-02T06:30:00.000Z'],
      ['Note “morning”', '2026-03-02T07:00:00.000Z'],
      ['Note “hourly”', '2026-03-02T07:30:00.000Z'],
    ]);
  });

  it('shows functions its time, and stops where it was told to', async () => {
    const aws = await run();
    await aws.runUntil('2026-03-02T06:00:00Z');
    const answer = answerOf(await misbehave(aws));
    expect(answer).toMatchObject({
      now: '2026-03-02T06:00:00.000Z',
      loadedAt: '2026-03-02T06:00:00.000Z',
      region: 'us-east-1',
      home: null,
    });
    expect(aws.clock.now().toISOString()).toBe('2026-03-02T06:00:00.000Z');
    expect(aws.nextDue()?.toISOString()).toBe('2026-03-02T06:30:00.000Z');
  });

  it('runs one due instant at a time', async () => {
    const aws = await run();
    const first = await aws.runNext();
    expect(first).toHaveLength(1);
    expect(aws.outbox.list()).toHaveLength(1);
    await aws.runNext();
    expect(aws.clock.now().toISOString()).toBe('2026-03-02T06:30:00.000Z');
  });

  it('writes the same mails, byte for byte, when the same is played again', async () => {
    const eml = async (): Promise<string[]> => {
      const aws = await run();
      await aws.runUntil('2026-03-02T07:00:00Z');
      return Promise.all(aws.outbox.list().map(({ file }) => readFile(file, 'utf8')));
    };
    const [first, second] = [await eml(), await eml()];
    expect(first).toHaveLength(3);
    expect(second).toEqual(first);
  });

  it('gives functions the variables of the caller and keeps their console in a log', async () => {
    const logical = await run();
    const aws = await run({ env: { [functionId(logical, 'misbehave')]: { EXTRA: 'given' } } });
    expect(answerOf(await misbehave(aws))['extra']).toBe('given');
    await aws.runUntil(START);
    const log = await readFile(
      join(aws.logFolder, `NotesApp-${functionId(aws, 'tick')}.jsonl`),
      'utf8',
    );
    const lines = log.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { timestamp: START, level: 'INFO', message: { event: 'tick', now: START, warmCalls: 1 } },
    ]);
  });
});

describe('queues', () => {
  it('delivers a batch together and keeps only what failed', async () => {
    const aws = await run();
    await send(aws, 'quiet', 'poison', 'quiet');
    await aws.drain();
    expect(ofType('batch').map(({ messages, failures }) => [messages, failures])).toEqual([
      [3, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(await keptNotes(aws)).toEqual(['quiet', 'quiet']);
    expect(aws.queues().map(({ isDeadLetterQueue, ready }) => [isDeadLetterQueue, ready])).toEqual([
      [true, 1],
      [false, 0],
    ]);
    expect(ofType('dead letter')).toHaveLength(1);
  });

  it('gives the whole batch back when the environment dies, and starts cold for the next', async () => {
    const aws = await run();
    await send(aws, 'kill the environment');
    await aws.drain();
    await send(aws, 'quiet');
    await aws.drain();
    const outcomes = ofType('invocation').map(({ outcome, coldStart }) => [outcome, coldStart]);
    expect(outcomes).toEqual([
      ['crashed', true],
      ['crashed', true],
      ['crashed', true],
      ['succeeded', true],
    ]);
    expect(await keptNotes(aws)).toEqual(['quiet']);
  });

  it.each([
    { concurrency: 1, environments: 1 },
    { concurrency: 5, environments: 2 },
  ])(
    'keeps $environments environments busy when $concurrency may be',
    async ({ concurrency, environments }) => {
      const aws = await run({ concurrency });
      const ten = Array.from({ length: 10 }, () => 'quiet');
      await Promise.all([send(aws, ...ten), send(aws, ...ten), send(aws, ...ten)]);
      await aws.drain();
      expect(ofType('invocation').filter(({ coldStart }) => coldStart)).toHaveLength(environments);
      expect(await keptNotes(aws)).toHaveLength(30);
    },
  );

  it('waits for a delayed message without waiting for the delay', async () => {
    const aws = await run();
    const QueueUrl = aws.outputs['QueueUrl'];
    const MessageBody = JSON.stringify({ note: 'quiet', at: START });
    await new SQSClient(clientOptions(aws)).send(
      new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds: 900 }),
    );
    await aws.drain();
    expect(await keptNotes(aws)).toEqual(['quiet']);
  });

  it('hides a failed message as long as AWS would when delays are real', async () => {
    const aws = await run({ realRetryDelays: true });
    await send(aws, 'poison');
    await expect.poll(() => ofType('batch').length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ofType('batch')).toHaveLength(1);
    expect(aws.queues()).toMatchObject([{ ready: 0 }, { ready: 0, inFlight: 1 }]);
  });

  it('hands a message to the handler within 20 ms', async () => {
    const aws = await run();
    await send(aws, 'quiet');
    await aws.drain();
    const waits: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      events = [];
      const sent = performance.now();
      await send(aws, 'quiet');
      await aws.drain();
      const [call] = ofType('invocation');
      waits.push(performance.now() - sent - (call?.durationMs ?? 0));
    }
    expect(Math.min(...waits)).toBeLessThan(20);
  });
});

describe('functions', () => {
  it('keep the state of their modules while they are warm', async () => {
    const aws = await run();
    await misbehave(aws);
    expect(answerOf(await misbehave(aws))['calls']).toBe(2);
  });

  it.each([
    { how: 'hang', outcome: 'timed out', error: 'Task timed out after 1.00 seconds' },
    { how: 'loop', outcome: 'timed out', error: 'Task timed out after 1.00 seconds' },
    { how: 'exit', outcome: 'crashed', error: 'Runtime exited with exit status 7' },
    { how: 'reject unhandled', outcome: 'crashed', error: 'nobody listens' },
  ])('end and start cold again after: $how', async ({ how, outcome, error }) => {
    const aws = await run();
    expect(await misbehave(aws, how)).toMatchObject({ outcome, error: { errorMessage: error } });
    expect(answerOf(await misbehave(aws))['calls']).toBe(1);
  });

  it('are warm from the start if the caller wants them to be', async () => {
    const aws = await run({ prewarm: true });
    await aws.runUntil(START);
    expect(ofType('invocation').map(({ coldStart }) => coldStart)).toEqual([false, false]);
  });

  it('survive an exception of their handler', async () => {
    const aws = await run();
    expect(await misbehave(aws, 'throw')).toMatchObject({
      outcome: 'failed',
      error: { errorType: 'RangeError', errorMessage: 'told to' },
    });
    expect(answerOf(await misbehave(aws))['calls']).toBe(2);
  });
});

describe('permissions', () => {
  it('refuse and record what the role does not allow', async () => {
    const aws = await run();
    const result = await misbehave(aws, 'delete');
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { errorType: 'AccessDeniedException' },
    });
    const { denied } = aws.policyReport();
    expect(denied).toMatchObject([
      {
        caller: functionId(aws, 'misbehave'),
        action: 'dynamodb:DeleteItem',
        resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/NotesData-Notes5BB3582F',
        allowed: false,
        at: START,
      },
    ]);
    expect(ofType('denied').map(({ call }) => call)).toEqual(denied);
  });

  it('name what is granted and was not used', async () => {
    const aws = await run();
    await aws.runUntil('2026-03-02T07:00:00Z');
    const unused = aws
      .policyReport()
      .unused.filter(({ role }) => role.includes('-keep'))
      .map(({ statement, kind, pattern }) => [
        statement.slice(statement.indexOf('#')),
        kind,
        pattern.slice(pattern.lastIndexOf(':') + 1),
      ]);
    expect(unused).toEqual([
      ['#Store', 'action', 'Query'],
      ['#Store', 'resource', 'table/NotesData-Notes5BB3582F/index/*'],
      ['#2', 'action', 'ChangeMessageVisibility'],
      ['#2', 'action', 'GetQueueUrl'],
    ]);
    expect(aws.policyReport().denied).toEqual([]);
  });

  it('are checked for pollers and schedules as for functions, with the units a call cost', async () => {
    const aws = await run();
    await aws.runUntil(START);
    const kept = aws.calls.map(({ caller, action, capacityUnits }) => [
      caller.replace(/[0-9A-F]{8}$/, ''),
      action,
      capacityUnits,
    ]);
    expect(kept).toEqual([
      ['keep', 'sqs:GetQueueAttributes', undefined],
      ['keep', 'sqs:ReceiveMessage', undefined],
      ['Hourly', 'lambda:InvokeFunction', undefined],
      ['tick', 'sqs:SendMessage', undefined],
      ['keep', 'sqs:ReceiveMessage', undefined],
      ['keep', 'dynamodb:PutItem', 1],
      ['keep', 'ses:SendEmail', undefined],
      ['keep', 'sqs:DeleteMessage', undefined],
    ]);
  });

  it('turn away a key that nobody holds', async () => {
    const aws = await run();
    const credentials = { accessKeyId: 'STRANGER', secretAccessKey: 'x' };
    const client = new DynamoDBClient({ ...clientOptions(aws), credentials });
    const TableName = aws.outputs['TableName'];
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow(
      'The security token included in the request is invalid.',
    );
  });
});

describe('schedules', () => {
  it('retry a function that fails, then send its event to the dead-letter queue; a role without permission invokes nothing', async () => {
    const aws = await run({ clock: virtualClock('2026-04-01T11:30:00Z') });
    await aws.runNext();
    events = [];
    const due = await aws.runNext();
    expect(due?.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Failing', 'Forbidden']);
    expect(ofType('invocation').map(({ outcome, error }) => [outcome, error])).toEqual([
      ['failed', 'told to'],
      ['failed', 'told to'],
    ]);
    expect(aws.policyReport().denied).toMatchObject([
      { caller: 'Forbidden', action: 'lambda:InvokeFunction' },
    ]);
    const dead = aws.queues().find(({ isDeadLetterQueue }) => isDeadLetterQueue);
    const { Messages = [] } = await new SQSClient(clientOptions(aws)).send(
      new ReceiveMessageCommand({
        QueueUrl: dead?.url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    expect(
      Messages.map(({ Body = '', MessageAttributes = {} }) => [
        Body,
        Object.values(MessageAttributes).map(({ StringValue }) => StringValue),
      ]),
    ).toEqual([
      ['{"how":"throw"}', ['200', 'told to']],
      ['{"note":"forbidden"}', ['AccessDeniedException']],
    ]);
  });
});

describe('stand-ins', () => {
  it('show a message again at once when its visibility is set to nothing', async () => {
    const aws = await run();
    const client = new SQSClient(clientOptions(aws));
    const QueueUrl = aws.queues().find(({ isDeadLetterQueue }) => isDeadLetterQueue)?.url;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
    for (const _round of [1, 2]) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
      expect(Messages.map(({ Body }) => Body)).toEqual(['again']);
      const ReceiptHandle = Messages[0]?.ReceiptHandle;
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
  });

  it('answer a query of an index with its projection alone', async () => {
    const aws = await run();
    await send(aws, 'quiet');
    await aws.drain();
    const { Items } = await new DynamoDBClient(clientOptions(aws)).send(
      new QueryCommand({
        TableName: aws.outputs['TableName'],
        IndexName: 'ByKind',
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': { S: 'note' } },
      }),
    );
    expect(Items?.map((item) => Object.keys(item).toSorted())).toEqual([
      ['PK', 'SK', 'keptAt', 'kind'],
    ]);
  });

  it('invoke a function for whoever may, and say how it ended', async () => {
    const aws = await run();
    const invoke = (name: string, payload: object, type: string) =>
      fetch(`${aws.endpoint}/2015-03-31/functions/${name}/invocations`, {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${aws.operatorCredentials.accessKeyId}/20260302/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0`,
          'x-amz-invocation-type': type,
        },
        body: JSON.stringify(payload),
      });
    const name = aws.outputs['Misbehave'] ?? '';
    const good = await invoke(name, {}, 'RequestResponse');
    expect(await good.json()).toMatchObject({ calls: 1 });
    const bad = await invoke(name, { how: 'throw' }, 'RequestResponse');
    expect([bad.status, bad.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await bad.json()).toMatchObject({ errorType: 'RangeError' });
    expect((await invoke(name, {}, 'Event')).status).toBe(202);
    await aws.drain();
    expect(ofType('invocation')).toHaveLength(3);
    expect((await invoke('nobody', {}, 'Event')).status).toBe(404);
  });

  it('keep parameters, secret ones undecrypted unless asked', async () => {
    const aws = await run();
    const client = new SSMClient(clientOptions(aws));
    const read = async (Name: string, WithDecryption: boolean) =>
      (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;
    expect(await read('/notes/greeting', false)).toBe('hello');
    await client.send(
      new PutParameterCommand({ Name: '/notes/key', Value: 's3cret', Type: 'SecureString' }),
    );
    expect(await read('/notes/key', false)).not.toBe('s3cret');
    expect(await read('/notes/key', true)).toBe('s3cret');
    await expect(read('/notes/none', true)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});

describe('the end of a run', () => {
  it('comes quickly when the signal says so, even in the middle of a handler', async () => {
    const stop = new AbortController();
    const aws = await run({ signal: stop.signal });
    const hanging = misbehave(aws, 'hang');
    const playing = aws.runUntil('forever');
    const began = performance.now();
    stop.abort(new Error('interrupted'));
    await expect(playing).rejects.toThrow('interrupted');
    expect(await hanging).toMatchObject({ outcome: 'crashed' });
    await aws.close();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

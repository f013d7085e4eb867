import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { virtualClock } from '../../local/clock.ts';
import type { LocalEvent } from '../../local/events.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/local-aws.ts';
import { synthesiseNotesApp } from './notes-app.ts';

export const START = '2026-03-02T05:30:00.000Z';

/** Runs of the notes application for the tests of one file; each is closed after its test. */
export function notesRuns() {
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

  return {
    async run(options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
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
    },
    /** What the last run has reported since it began, or since `forgetEvents`. */
    ofType: <T extends LocalEvent['type']>(type: T) =>
      events.filter((event): event is Extract<LocalEvent, { type: T }> => event.type === type),
    forgetEvents: () => {
      events = [];
    },
  };
}

export const clientOptions = ({ endpoint, region, operatorCredentials }: LocalAws) => ({
  endpoint,
  region,
  credentials: operatorCredentials,
  maxAttempts: 1,
});

export async function send(aws: LocalAws, ...notes: string[]): Promise<void> {
  const Entries = notes.map((note, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ note, at: START }),
  }));
  const QueueUrl = aws.outputs['QueueUrl'];
  await new SQSClient(clientOptions(aws)).send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

export async function keptNotes(aws: LocalAws): Promise<string[]> {
  const TableName = aws.outputs['TableName'];
  const { Items = [] } = await new DynamoDBClient(clientOptions(aws)).send(
    new ScanCommand({ TableName }),
  );
  return Items.map((item) => item['PK']?.S?.slice(2) ?? '').toSorted();
}

export function functionId(aws: LocalAws, prefix: string): string {
  const ids = Object.keys(aws.resources['AWS::Lambda::Function'] ?? {});
  return ids.find((id) => id.startsWith(prefix)) ?? '';
}

export const misbehave = (aws: LocalAws, how?: string) =>
  aws.invoke(functionId(aws, 'misbehave'), { how });

export function answerOf(result: Awaited<ReturnType<LocalAws['invoke']>>): Record<string, unknown> {
  if (result.outcome !== 'succeeded')
    throw new Error(`${result.outcome}: ${result.error.errorMessage}`);
  return JSON.parse(result.answer) as Record<string, unknown>;
}

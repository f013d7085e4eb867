import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../local/clock.ts';
import {
  answerOf,
  clientOptions,
  functionId,
  keptNotes,
  misbehave,
  notesRuns,
  START,
} from './notes-runs.ts';

const { run, ofType, forgetEvents } = notesRuns();

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

describe('schedules', () => {
  it('retry a function that fails, then send its event to the dead-letter queue; a role without permission invokes nothing', async () => {
    const aws = await run({ clock: virtualClock('2026-04-01T11:30:00Z') });
    await aws.runNext();
    forgetEvents();
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

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { clientOptions, keptNotes, notesRuns, START, send } from './notes-runs.ts';

const { run, ofType, forgetEvents } = notesRuns();

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
      forgetEvents();
      const sent = performance.now();
      await send(aws, 'quiet');
      await aws.drain();
      const [call] = ofType('invocation');
      waits.push(performance.now() - sent - (call?.durationMs ?? 0));
    }
    expect(Math.min(...waits)).toBeLessThan(20);
  });
});

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const queue = new SQSClient();
let warmCalls = 0;

/** Scheduled: puts a note into the queue that says when it was called. */
export const handler = async (event: { note?: string }): Promise<{ warmCalls: number }> => {
  warmCalls += 1;
  console.info({ event: 'tick', now: new Date().toISOString(), warmCalls });
  const note = event.note ?? 'tick';
  const body = JSON.stringify({ note, at: new Date().toISOString() });
  await queue.send(
    new SendMessageCommand({ QueueUrl: process.env['QUEUE_URL'], MessageBody: body }),
  );
  return { warmCalls };
};

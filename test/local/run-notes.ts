// Plays the notes application in a process of its own, for tests that end it the hard way.
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { virtualClock } from '../../local/clock.ts';
import { startLocalAws } from '../../local/local-aws.ts';

const [assemblyDir = '', dataDir = '', start = '', until = ''] = process.argv.slice(2);

const aws = await startLocalAws({
  assemblyDir,
  dataDir,
  clock: virtualClock(start),
  env: { 'NotesApp-keep186A2ECA': { PATIENCE: 'endless' } },
});
await aws.runUntil(until);
const { endpoint, region, operatorCredentials: credentials } = aws;
const client = new SQSClient({ endpoint, region, credentials });
const send = (QueueUrl: string | undefined, note: string) =>
  client.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ note, at: start }) }),
  );
await send(aws.queues().find(({ isDeadLetterQueue }) => isDeadLetterQueue)?.url, 'a dead letter');
await send(aws.outputs['QueueUrl'], 'stay in flight');
while (!aws.queues().some(({ inFlight }) => inFlight === 1)) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
console.log('in flight');

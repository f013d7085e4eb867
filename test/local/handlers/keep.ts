import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

const table = new DynamoDBClient();
const mail = new SESv2Client();

/** Fed from the queue: keeps every note in the table and mails it; a poisoned note fails alone. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of event.Records) {
    const { note, at } = JSON.parse(body) as { note: string; at: string };
    if (note === 'kill the environment') process.exit(3);
    if (note === 'stay in flight' && process.env['PATIENCE'] === 'endless')
      await new Promise(() => {});
    if (note === 'poison') {
      console.warn('poison', attributes.ApproximateReceiveCount);
      batchItemFailures.push({ itemIdentifier: messageId });
      continue;
    }
    await keep(note, at, messageId);
    if (note !== 'quiet') await send(note, at);
  }
  return { batchItemFailures };
};

async function keep(note: string, at: string, messageId: string): Promise<void> {
  await table.send(
    new PutItemCommand({
      TableName: process.env['TABLE_NAME'],
      Item: {
        PK: { S: `N#${note}` },
        SK: { S: `${at}#${messageId}` },
        keptAt: { S: new Date().toISOString() },
        kind: { S: 'note' },
      },
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
}

async function send(note: string, at: string): Promise<void> {
  await mail.send(
    new SendEmailCommand({
      FromEmailAddress: 'Notes <notes@example.com>',
      Destination: { ToAddresses: ['reader@example.org'] },
      Content: {
        Simple: {
          Subject: { Data: `Note “${note}”` },
          Body: { Text: { Data: `${note} at ${at}` }, Html: { Data: `<p>${note} at ${at}</p>` } },
          Headers: [{ Name: 'X-Note', Value: 'kept' }],
          Attachments: [
            {
              FileName: 'note.csv',
              ContentType: 'text/csv',
              RawContent: Buffer.from(`note,at\n${note},${at}\n`),
            },
          ],
        },
      },
    }),
  );
}

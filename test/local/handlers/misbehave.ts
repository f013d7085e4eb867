import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({ maxAttempts: 1 });
const loadedAt = new Date().toISOString();
let calls = 0;

/** Does what it is told to, mostly badly. */
export const handler = async (event: { how?: string }): Promise<unknown> => {
  calls += 1;
  switch (event.how) {
    case 'hang':
      return new Promise(() => {});
    case 'loop':
      for (;;) calls += 1;
    case 'throw':
      throw new RangeError('told to');
    case 'exit':
      return process.exit(7);
    case 'reject unhandled':
      void Promise.reject(new Error('nobody listens'));
      return new Promise((resolve) => setTimeout(resolve, 1000));
    case 'delete':
      await table.send(
        new DeleteItemCommand({
          TableName: process.env['TABLE_NAME'],
          Key: { PK: { S: 'a' }, SK: { S: 'b' } },
        }),
      );
      return 'deleted';
    default:
      return {
        calls,
        loadedAt,
        now: new Date().toISOString(),
        home: process.env['HOME'] ?? null,
        region: process.env['AWS_REGION'],
        extra: process.env['EXTRA'] ?? null,
      };
  }
};

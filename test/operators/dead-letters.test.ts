import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../../bin/operators/dead-letters.ts';

let answer: { readonly status: number; readonly code: string };
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${answer.code}`, message: 'refused' }));
});
let client: SQSClient;
let url: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  url = `${endpoint}/111122223333/letters`;
  client = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

const letter = { id: '1', body: '', receipt: 'r', reason: '' };

describe('showing a dead letter again', () => {
  it.each(['MessageNotInflight', 'ReceiptHandleIsInvalid'])(
    'is done already where SQS answers %s: thousands take longer than the minute for which one is hidden',
    async (code) => {
      answer = { status: 400, code };
      await expect(release(client, url, letter)).resolves.toBeUndefined();
    },
  );

  it('tells of any other refusal', async () => {
    answer = { status: 403, code: 'AccessDeniedException' };
    await expect(release(client, url, letter)).rejects.toThrow('refused');
  });
});

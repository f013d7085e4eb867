import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sesClient, sesMailer } from '../../src/adapters/ses.ts';

let server: Server;
let asked: number;
let before: NodeJS.ProcessEnv;
let answer: { readonly status: number; readonly name?: string; readonly message?: string };
beforeEach(async () => {
  asked = 0;
  server = createServer((_, response) => {
    asked++;
    const { status, name, message } = answer;
    const type = name === undefined ? {} : { 'x-amzn-errortype': name };
    response.writeHead(status, { 'content-type': 'application/json', ...type });
    response.end(JSON.stringify(status === 200 ? { MessageId: '0102' } : { message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Where the deployed function's own client looks, too.
  before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'y',
  });
});
afterEach(() => {
  server.close();
  process.env = before;
});

function mail() {
  return sesMailer(sesClient('eu-west-1'))({ Content: {} });
}

it.each([
  [400, 'MessageRejected', 'Email address is not verified. The following …', 'postponed'],
  [400, 'MailFromDomainNotVerifiedException', 'MAIL FROM', 'postponed'],
  [429, 'TooManyRequestsException', 'Maximum sending rate exceeded.', 'postponed'],
  [400, 'SendingPausedException', 'Email sending is disabled.', 'postponed'],
  [400, 'AccountSuspendedException', 'suspended', 'postponed'],
  [404, 'NotFoundException', "List with name: people doesn't exist.", 'postponed'],
  [400, 'BadRequestException', 'Illegal address', 'refused'],
  [400, 'MessageRejected', 'Message length is more than 41943040 bytes', 'refused'],
])('%i %s %s is %s, with SES’s words', async (status, name, message, meant) => {
  answer = { status, name, message };
  const said = await mail();
  expect(said.status).toBe(meant);
  expect('reason' in said && said.reason).toContain(name);
  expect(asked).toBe(1);
});

it('is asked once, also where nobody knows what became of it', async () => {
  answer = { status: 500, name: 'InternalFailure', message: 'gone' };
  await expect(mail()).rejects.toThrow('gone');
  expect(asked).toBe(1);
  expect(await sesClient('eu-west-1').config.maxAttempts()).toBe(1);
});

it('says which message it took', async () => {
  answer = { status: 200 };
  expect(await mail()).toEqual({ status: 'sent', messageId: '0102' });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { Recipient } from '../../src/brands/brand.ts';
import { lastRunOf } from '../../src/checks/watch.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';
import { callFunction } from '../function-call.ts';
import { aDigest, KEY } from './outbox.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

/** Answers every mail as SES refuses one for good. */
async function refusingSes() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { 'x-amzn-errortype': 'BadRequestException' });
    response.end('{"message":"no"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const ALWAYS = {
  hours: { from: '00:00', to: '23:59', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
  timeZone: 'UTC',
  seriousAnyTime: true,
};

/** Applies a configuration whose brands are read by these people at any time. */
async function apply(people: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const brands = Object.entries(people).map(([id, emails]) => ({
    ...acme,
    id,
    recipients: emails.map((email) => Recipient.parse({ email, ...ALWAYS })),
  }));
  const settings = { timeZone: 'UTC', email: {}, brands };
  await dynamoSettingsStore(db.table).apply(settings, new Date('2026-03-13T06:00:00Z'));
}

async function callOnce() {
  const ses = await refusingSes();
  try {
    return await callFunction('deliver', db, {
      AWS_ENDPOINT_URL_SESV2: ses.url,
      MAIL_FROM: 'digest@acme.example',
      MAIL_FROM_NAME: 'Promises',
      CONFIGURATION_SET: 'mail',
      STACK_NAME: 'promisewatch',
    });
  } finally {
    ses.close();
  }
}

it('counts a refusal although another delivery throws, logs that one by ids, and fails at the end', async () => {
  await apply({ acme: ['torn@acme.example', 'refused@acme.example'] });
  const digests = dynamoDigestStore(db.table);
  await digests.freeze(aDigest());
  const torn = recipientHash('torn@acme.example');
  await db.table.put({ PK: 'G#acme', SK: `${KEY}#TO#${torn}`, state: 'torn' });
  const { failed, log } = await callOnce();
  expect(log).toContain('"MailsRefused":1');
  expect(log).toMatch(/event: 'delivery-failed'/);
  expect(log).toContain(torn);
  expect(log).not.toContain('@acme.example');
  expect(log).toContain('1 of the deliveries failed');
  expect(failed).toBe(true);
  expect(await digests.waiting()).toHaveLength(1);
}, 60_000);

it('serves the other brands where a digest cannot be read, and names that one with what to do', async () => {
  await apply({ acme: ['team@acme.example'], bolt: ['team@bolt.example'] });
  const digests = dynamoDigestStore(db.table);
  await digests.freeze(aDigest());
  await digests.freeze(aDigest({ brand: 'bolt' }));
  await db.table.update('G#acme', KEY, 'SET seq = :torn', {
    expression: 'attribute_exists(PK)',
    values: { ':torn': 'I waited an hour' },
  });
  const { failed, log } = await callOnce();
  expect(await digests.sends('bolt', KEY)).toMatchObject([{ state: 'refused' }]);
  expect(log).toMatch(/event: 'digest-unreadable',\s+brand: 'acme',\s+digest: 'AC-0001#opened#1'/);
  expect(log).toContain('docs/runbook.md#a-row-that-cannot-be-read');
  expect(log).not.toContain('I waited');
  expect(failed).toBe(true);
  // It did all that it could: it does not stand still.
  expect(await dynamoCheckpoints(db.table).get(lastRunOf('deliver'))).toMatch(/^\d{4}-/);
}, 60_000);

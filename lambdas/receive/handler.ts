import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { readAuthorKey } from '../../src/adapters/author-key.ts';
import { dynamoReceived } from '../../src/adapters/dynamodb/received.ts';
import { dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { ssmSecrets } from '../../src/adapters/secrets.ts';
import { sqsMentionQueue } from '../../src/adapters/sqs.ts';
import { findSource, timeZoneOf } from '../../src/config/find.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log, logError } from '../../src/log.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { parse } from '../../src/parse.ts';
import { receive, type WebhookReply } from '../../src/sources/receive.ts';
import { ReceiveEnv } from '../env.ts';

const env = parse(ReceiveEnv, process.env, 'environment of receive');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const received = dynamoReceived(table);
const queue = sqsMentionQueue(new SQSClient(), env.MENTIONS_QUEUE_URL);
const ssm = new SSMClient();
const secrets = ssmSecrets(ssm);
let authorKey: string | undefined;

const TRY_AGAIN: WebhookReply = {
  status: 503,
  body: {
    code: 'NOT_TAKEN',
    message: 'The request could not be taken just now.',
    remedy: 'Send it again, signed anew, in a minute.',
  },
};

/** One POST to the function URL: verify it and queue its mentions. */
export const handler = async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
  const now = new Date();
  const { status, body } = await replyTo(event, now).catch((error) => {
    logError('request-failed', error, {});
    return TRY_AGAIN;
  });
  log('received', { status, code: String(body['code'] ?? body['status']) });
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
};

async function replyTo(event: LambdaFunctionURLEvent, now: Date): Promise<WebhookReply> {
  const current = await settings.current(now);
  if (current === undefined) return TRY_AGAIN;
  authorKey ??= await readAuthorKey(ssm, env.AUTHOR_KEY_PARAMETER);
  const key = authorKey;
  const { headers, body = '', isBase64Encoded, rawPath, requestContext } = event;
  return await receive(
    {
      method: requestContext.http.method,
      path: rawPath,
      timestamp: headers['promisewatch-timestamp'] ?? null,
      signature: headers['promisewatch-signature'] ?? null,
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    },
    now,
    {
      find: (id) => findSource(current.settings, id),
      secret: (name) => secrets(name, now),
      received,
      queue,
      normalise: (item, brand, source, fetchedAt) =>
        toMention(item, {
          brand,
          source,
          timeZone: timeZoneOf(brand, current.settings),
          authorKey: key,
          retentionDays: env.RETENTION_DAYS,
          fetchedAt,
        }),
    },
  );
}

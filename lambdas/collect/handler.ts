import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readAuthorKey } from '../../src/adapters/author-key.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { ssmSecrets } from '../../src/adapters/secrets.ts';
import { sqsMentionQueue } from '../../src/adapters/sqs.ts';
import { findSource, timeZoneOf } from '../../src/config/find.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log } from '../../src/log.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { parse, parseJson } from '../../src/parse.ts';
import { collect, reportFields } from '../../src/sources/collect.ts';
import { tokenCache } from '../../src/sources/connectors/tokens.ts';
import { hostGate } from '../../src/sources/fetch/host-gate.ts';
import { hostPauses } from '../../src/sources/host-pause.ts';
import { PARALLEL_PER_HOST, readSource } from '../../src/sources/read-source.ts';
import { PollMessage } from '../../src/sources/source-state.ts';
import { CollectEnv } from '../env.ts';
import { eachRecord } from '../sqs-batch.ts';

const env = parse(CollectEnv, process.env, 'environment of collect');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const states = dynamoSourceStates(table);
const queue = sqsMentionQueue(new SQSClient(), env.MENTIONS_QUEUE_URL);
const pauses = hostPauses(dynamoCheckpoints(table));
const ssm = new SSMClient();
const secrets = ssmSecrets(ssm);
const tokens = tokenCache();
const gate = hostGate(PARALLEL_PER_HOST);
const allowedLoopback = env.LOOPBACK_SOURCES.split(',').filter((pair) => pair !== '');
let authorKey: Promise<string> | undefined;

/** For each poll: read the source once and queue what is new. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const now = new Date();
  authorKey ??= readAuthorKey(ssm, env.AUTHOR_KEY_PARAMETER);
  // A key that `apply` makes in a moment must not leave this environment broken for hours.
  const key = await authorKey.catch((error) => {
    authorKey = undefined;
    throw error;
  });
  const current = await settings.current(now);
  if (current === undefined)
    throw new Error('there is no configuration yet. Run "promisewatch apply".');
  return eachRecord(event, async ({ body }) => {
    const poll = parseJson(PollMessage, body, 'message of the poll queue');
    const report = await collect(poll, findSource(current.settings, poll.source), now, {
      states,
      queue,
      pauses,
      read: (source, last) =>
        readSource(source, {
          ...last,
          now,
          allowedLoopback,
          secret: (name) => secrets(name, now),
          tokens,
          gate,
        }),
      normalise: (item, brand, source, fetchedAt) =>
        toMention(item, {
          brand,
          source,
          timeZone: timeZoneOf(brand, current.settings),
          authorKey: key,
          retentionDays: env.RETENTION_DAYS,
          fetchedAt: fetchedAt.toISOString(),
        }),
    });
    log('collected', reportFields(report));
  });
};

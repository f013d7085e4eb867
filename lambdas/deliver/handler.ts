import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { sesClient, sesMailer } from '../../src/adapters/ses.ts';
import { successNote } from '../../src/checks/watch.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { deliver } from '../../src/digest/deliver.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { sesRequest } from '../../src/digest/ses-request.ts';
import { topicOf } from '../../src/digest/subscription.ts';
import { log, logError } from '../../src/log.ts';
import { measure } from '../../src/metrics.ts';
import { parse } from '../../src/parse.ts';
import { DeliverEnv } from '../env.ts';

const env = parse(DeliverEnv, process.env, 'environment of deliver');
const table = dynamoTable(new DynamoDBClient(), env.TABLE_NAME);
const settings = settingsCache(dynamoSettingsStore(table));
const checkpoints = dynamoCheckpoints(table);
const digests = dynamoDigestStore(table);
const store = dynamoMentionStore(table);
const recipients = dynamoRecipientStates(table);
const send = sesMailer(sesClient());
const topics = listOf(env.TOPICS);
const allowedLoopback = listOf(env.LOOPBACK_CHANNELS);
const noteSuccess = successNote('deliver', checkpoints);

/** Every 15 minutes: send what is frozen to those whose hours are open. */
export const handler = async (): Promise<void> => {
  const now = new Date();
  const failed = await deliverWaiting(now);
  // The stage has done what it can: what one row holds up shows as late, and must not hide that everything stands still.
  await noteSuccess(now);
  if (failed > 0)
    throw new Error(
      `${failed} of the deliveries failed; delivery-failed and digest-unreadable in the log name each`,
    );
};

function listOf(text: string): string[] {
  return text.split(',').filter((item) => item !== '');
}

/** @returns how many digests and deliveries failed; each is in the log */
async function deliverWaiting(now: Date): Promise<number> {
  let unreadable = 0;
  const waiting = await digests.waiting(({ brand, key, error }) => {
    unreadable++;
    logError('digest-unreadable', error, {
      brand,
      digest: key,
      remedy: 'docs/runbook.md#a-row-that-cannot-be-read',
    });
  });
  const current = waiting.length === 0 ? undefined : await settings.current(now);
  if (current === undefined) return unreadable;
  const { email } = current.settings;
  const report = await deliver(waiting, current.settings, now, {
    digests,
    recipients,
    store,
    send,
    post: async (post) => {
      const { postDigest } = await import('./channels.ts');
      return postDigest(post, allowedLoopback, new Date());
    },
    topicOf: (row) => topicOf(env.STACK_NAME, row, topics),
    timeZoneOf: (brand) => timeZoneOf(brand, current.settings),
    compose: ({ model, mentions, recipient, sendId, firstMessageId, topic }) =>
      sesRequest(
        renderDigest(model, mentions, {
          unsubscribe: topic === null ? null : 'ses',
          postal: email.postalLine ?? null,
        }),
        model,
        recipient,
        {
          from: env.MAIL_FROM,
          fromName: env.MAIL_FROM_NAME,
          replyTo: email.replyTo ?? null,
          configurationSet: env.CONFIGURATION_SET,
          region: env.AWS_REGION,
          sendId,
          firstMessageId: firstMessageId ?? null,
          subscription: topic === null ? null : { contactList: env.CONTACT_LIST, topic },
        },
      ),
    onUnanswered: (error, { digest, recipient }) =>
      logError('send-unanswered', error, { digest, recipient }),
    onRefused: () => measure(env.METRICS_NAMESPACE, { MailsRefused: 1 }, now),
    onFailed: (error, ids) => logError('delivery-failed', error, ids),
  });
  if (Object.values(report).some((count) => count > 0)) log('delivered', { ...report });
  return unreadable + report.failed;
}

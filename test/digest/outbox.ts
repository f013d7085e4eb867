import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import type { DeliverDeps } from '../../src/digest/deliver.ts';
import type { DigestRow, SendRow } from '../../src/digest/outbox-rows.ts';
import type { TestTable } from '../dynamodb.ts';
import { anInput } from './northbell.ts';

export const KEY = 'AC-0001#opened#1';

/** A digest about one incident, frozen at six in the morning. */
export function aDigest(only: Partial<DigestRow> = {}): DigestRow {
  return {
    brand: 'acme',
    key: KEY,
    kind: 'opened',
    incidents: [1],
    seq: 1,
    createdAt: '2026-03-13T06:00:00.000Z',
    serious: true,
    promises: ['fast'],
    model: JSON.stringify(composeDigest(anInput())),
    ...only,
  };
}

/** What became of that digest for one recipient: sent, unless said otherwise. */
export function aSend(recipient: string, only: Partial<SendRow> = {}): SendRow {
  return {
    brand: 'acme',
    digest: KEY,
    recipient,
    state: 'sent',
    leaseUntil: '2026-03-13T08:15:00.000Z',
    attempt: 1,
    messageId: 'ses-1',
    at: '2026-03-13T08:00:00.000Z',
    possibleDuplicate: false,
    reason: null,
    ...only,
  };
}

/** A delivery of which SES takes every mail and no channel is asked, but for what `only` says. */
export function deliveryDeps({ table }: TestTable, only: Partial<DeliverDeps> = {}): DeliverDeps {
  return {
    digests: dynamoDigestStore(table),
    recipients: dynamoRecipientStates(table),
    store: dynamoMentionStore(table),
    send: () => Promise.resolve({ status: 'sent', messageId: 'ses-1' }),
    compose: () => ({ Content: {} }),
    post: () => Promise.reject(new Error('there is no channel')),
    topicOf: () => null,
    timeZoneOf: () => 'UTC',
    onUnanswered: () => {},
    onRefused: () => {},
    onFailed: (error) => {
      throw error;
    },
    ...only,
  };
}

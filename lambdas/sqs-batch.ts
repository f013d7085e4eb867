import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logError } from '../src/log.ts';

/**
 * Runs `process` on every record and tells SQS which ones to deliver again.
 *
 * Every failure is retried, including a body that will never parse: a few wasted invocations later it
 * sits in the dead-letter queue with an alarm on it, whereas a record we decide to skip is gone and
 * nobody knows.
 */
export async function eachRecord(
  event: SQSEvent,
  process: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failures = await Promise.all(
    event.Records.map(async (record) => {
      try {
        await process(record);
        return [];
      } catch (error) {
        logError('record-failed', error, {
          messageId: record.messageId,
          receiveCount: receiveCount(record),
        });
        return [{ itemIdentifier: record.messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}

/** How often the queue has delivered this record, from 1. */
export function receiveCount({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}

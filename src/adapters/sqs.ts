import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MentionQueue, PollQueue } from '../ports.ts';

const MAX_BATCH = 10;
const MAX_CHUNK_MENTIONS = 10;
const MAX_CHUNK_BYTES = 60_000;
/** SQS takes 1 MiB a call; a margin for the envelope. */
const MAX_CALL_BYTES = 900_000;

interface Refused {
  readonly index: number;
  readonly code: string;
}

/**
 * Sends each body as one message, in batches, and tries what was refused once more.
 * @returns the bodies that the queue did not take, with its reason
 */
async function sendAll(
  client: SQSClient,
  QueueUrl: string,
  bodies: readonly string[],
  delays: readonly number[] = [],
): Promise<Refused[]> {
  let left: Refused[] = bodies.map((_, index) => ({ index, code: '' }));
  for (let attempt = 1; attempt <= 2 && left.length > 0; attempt++) {
    const refused: Refused[] = [];
    for (const batch of batches(
      left.map(({ index }) => index),
      bodies,
    )) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: batch.map((index) => ({
            Id: String(index),
            MessageBody: bodies[index] as string,
            ...((delays[index] ?? 0) > 0 && { DelaySeconds: delays[index] }),
          })),
        }),
      );
      refused.push(...Failed.map(({ Id, Code = '' }) => ({ index: Number(Id), code: Code })));
    }
    left = refused;
  }
  return left;
}

function batches(indexes: readonly number[], bodies: readonly string[]): number[][] {
  const all: number[][] = [];
  let bytes = 0;
  for (const index of indexes) {
    const size = Buffer.byteLength(bodies[index] ?? '');
    const last = all.at(-1);
    if (last === undefined || last.length === MAX_BATCH || bytes + size > MAX_CALL_BYTES) {
      all.push([index]);
      bytes = size;
    } else {
      last.push(index);
      bytes += size;
    }
  }
  return all;
}

/** Groups serialised mentions into message bodies of at most 10 mentions and 60 KB. */
export function chunkBodies(mentions: readonly unknown[]): string[] {
  const chunks: string[][] = [];
  let bytes = 0;
  for (const mention of mentions) {
    const json = wireJson(mention);
    const size = Buffer.byteLength(json) + 1;
    const last = chunks.at(-1);
    if (
      last === undefined ||
      last.length === MAX_CHUNK_MENTIONS ||
      bytes + size > MAX_CHUNK_BYTES
    ) {
      chunks.push([json]);
      bytes = size;
    } else {
      last.push(json);
      bytes += size;
    }
  }
  return chunks.map((chunk) => `{"v":1,"mentions":[${chunk.join(',')}]}`);
}

/**
 * JSON of characters that SQS takes everywhere: what lies outside #x20–#xD7FF and #xE000–#xFFFD is
 * written as an escape. An emoji or a lone surrogate in a review must not make its message refused.
 */
function wireJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}

export function sqsPollQueue(client: SQSClient, queueUrl: string): PollQueue {
  return {
    async send(polls, delayOf = () => 0) {
      const left = await sendAll(
        client,
        queueUrl,
        polls.map((poll) => JSON.stringify(poll)),
        polls.map(delayOf),
      );
      return left.flatMap(({ index }) => polls[index] ?? []);
    },
  };
}

export function sqsMentionQueue(client: SQSClient, queueUrl: string): MentionQueue {
  const send = async (bodies: readonly string[]) => {
    const left = await sendAll(client, queueUrl, bodies);
    if (left.length > 0)
      throw new Error(
        `the mentions queue refused ${left.length} of ${bodies.length} messages twice (${left[0]?.code})`,
      );
  };
  return {
    send: (mentions) => send(chunkBodies(mentions)),
    sendEach: (mentions) => send(mentions.flatMap((mention) => chunkBodies([mention]))),
  };
}

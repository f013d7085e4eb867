import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { Mention, MentionsMessage } from '../../src/mentions/mention.ts';
import { PollMessage } from '../../src/sources/source-state.ts';

/** One message of a dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** Of this receive: what deletes or shows it again. */
  readonly receipt: string;
  readonly reason: string;
}

export type QueueName = 'mentions' | 'polls';

/** Long enough to send a batch on; a message that is not deleted shows itself again after it. */
const HIDDEN_SECONDS = 60;
/** What SQS says of a message whose minute is over, or which somebody else has received or deleted since. */
const SHOWN_ALREADY = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid']);

/**
 * Takes every message that is visible now, once. Each stays hidden until it is released, deleted, or a
 * minute has passed.
 */
export async function* deadLetters(
  client: SQSClient,
  url: string,
  queue: QueueName,
): AsyncGenerator<DeadLetter> {
  const met = new Set<string>();
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    const fresh = Messages.filter(({ MessageId }) => !met.has(MessageId ?? ''));
    if (fresh.length === 0) return;
    for (const { MessageId = '', Body = '', ReceiptHandle = '' } of fresh) {
      met.add(MessageId);
      yield { id: MessageId, body: Body, receipt: ReceiptHandle, reason: reasonOf(Body, queue) };
    }
  }
}

/** Shows a message again at once. One that was hidden for longer than the minute shows itself already. */
export async function release(client: SQSClient, url: string, letter: DeadLetter): Promise<void> {
  try {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: letter.receipt,
        VisibilityTimeout: 0,
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && SHOWN_ALREADY.has(error.name))) throw error;
  }
}

/** Sends it to its queue, then deletes it here: an interruption between the two leaves it in both. */
export async function sendBack(
  client: SQSClient,
  urls: { readonly queue: string; readonly deadLetters: string },
  letter: DeadLetter,
): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: urls.queue, MessageBody: letter.body }));
  await client.send(
    new DeleteMessageCommand({ QueueUrl: urls.deadLetters, ReceiptHandle: letter.receipt }),
  );
}

const VALID = {
  mentions: 'well-formed: judging or storing it failed (the log of classify says why)',
  polls: 'well-formed: reading its source failed on our side (the log of collect says why)',
} as const;

/** What this version of the code thinks of a message: rules and paths only, never text. */
export function reasonOf(body: string, queue: QueueName): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'not JSON';
  }
  if (queue === 'polls')
    return PollMessage.safeParse(value).success ? VALID.polls : 'not an order to read a source';
  const message = MentionsMessage.safeParse(value);
  if (!message.success) return 'not a message of mentions that this version knows';
  for (const mention of message.data.mentions) {
    const result = Mention.safeParse(mention);
    const path = result.error?.issues[0]?.path.join('.');
    if (path !== undefined) return `a mention breaks the rule for "${path}"`;
  }
  return VALID.mentions;
}

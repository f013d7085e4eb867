import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Random } from './random.ts';

export interface Message {
  readonly id: number;
  readonly body: string;
  received: number;
  /** Epoch milliseconds at which a message under way shows itself again; undefined: it is not under way. */
  hiddenUntil: number | undefined;
}

/** An at-least-once queue with a dead-letter queue. */
export interface MemoryQueue {
  /** A client that sends here. @param through carries out a request, when and as often as it pleases */
  readonly client: (through: <T>(name: string, effect: () => T) => Promise<T>) => SQSClient;
  /** Messages that can be delivered, in any order. */
  readonly ready: (now: number) => Message[];
  readonly take: (message: Message, until: number) => void;
  readonly remove: (message: Message) => void;
  readonly giveBack: (message: Message) => void;
  readonly deadLetters: () => readonly string[];
  readonly redrive: () => void;
  /** As somebody outside sends it. */
  readonly add: (body: string) => void;
  readonly size: () => number;
  /** Bodies of all that has still to be handled, dead letters too. */
  readonly unhandled: () => readonly string[];
}

type Entries = { readonly input: { readonly Entries?: { Id: string; MessageBody: string }[] } };

/** @param refuses whether the queue does not take an entry of a batch */
export function memoryQueue(
  maxReceives: number,
  random: Random,
  refuses: () => boolean,
): MemoryQueue {
  let numbered = 0;
  let messages: Message[] = [];
  let dead: string[] = [];
  const add = (body: string) => {
    numbered++;
    messages.push({ id: numbered, body, received: 0, hiddenUntil: undefined });
  };
  const isGone = (message: Message) => !messages.includes(message);
  return {
    client: (through) =>
      ({
        send: ({ input }: Entries) =>
          through('send', () => {
            const Failed = [];
            for (const { Id, MessageBody } of input.Entries ?? [])
              if (refuses()) Failed.push({ Id, Code: 'InternalError', SenderFault: false });
              else add(MessageBody);
            return { Failed };
          }),
      }) as unknown as SQSClient,
    ready: (now) => {
      for (const message of messages.filter(({ received }) => received >= maxReceives))
        if (message.hiddenUntil === undefined || message.hiddenUntil <= now) {
          messages = messages.filter((other) => other !== message);
          dead.push(message.body);
        }
      const found = messages.filter(
        ({ hiddenUntil }) => hiddenUntil === undefined || hiddenUntil <= now,
      );
      // No order is promised.
      for (let at = found.length - 1; at > 0; at--) {
        const other = random.below(at + 1);
        [found[at], found[other]] = [found[other] as Message, found[at] as Message];
      }
      return found;
    },
    take: (message, until) => {
      message.received++;
      message.hiddenUntil = until;
    },
    remove: (message) => {
      messages = messages.filter((other) => other !== message);
    },
    giveBack: (message) => {
      if (!isGone(message)) message.hiddenUntil = undefined;
    },
    deadLetters: () => dead,
    redrive: () => {
      const again = dead;
      dead = [];
      for (const body of again) add(body);
    },
    add,
    size: () => messages.length,
    unhandled: () => [...messages.map(({ body }) => body), ...dead],
  };
}

import { DeleteMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Found, Wanted } from '../../src/adapters/dynamodb/erasure.ts';
import { type DeadLetter, deadLetters, release } from './dead-letters.ts';

/** What erasing needs of a mention in a message, whatever else is wrong with it: that is why it lies there. */
const Buried = z.object({
  brand: z.string(),
  id: z.string(),
  source: z.string().default(''),
  bucketDay: z.string().default(''),
  url: z.string().nullish(),
  authorHash: z.string().nullish(),
});
type Buried = z.infer<typeof Buried>;

/** Whom or what to look for: an id of any brand, or what finds stored mentions. */
export type WantedLetter = Wanted | { readonly id: string };

const Letter = z.looseObject({ mentions: z.array(z.unknown()) });

/** Mentions of a message with their places in it; undefined for what is no message of mentions. */
function mentionsIn(body: string): (Buried | undefined)[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const letter = Letter.safeParse(value);
  return letter.success ? letter.data.mentions.map((one) => Buried.safeParse(one).data) : undefined;
}

function isWanted(mention: Buried, wanted: WantedLetter): boolean {
  if ('id' in wanted) return mention.id === wanted.id;
  if ('url' in wanted) return mention.url === wanted.url;
  return wanted.author.has(String(mention.authorHash));
}

/** Every message that is visible now. What `use` does not delete is shown again at the end, whatever happens. */
async function withLetters(
  client: SQSClient,
  url: string,
  use: (letter: DeadLetter) => Promise<'deleted' | 'kept'>,
): Promise<void> {
  const kept: DeadLetter[] = [];
  try {
    for await (const letter of deadLetters(client, url, 'mentions'))
      if ((await use(letter)) === 'kept') kept.push(letter);
  } finally {
    for (const letter of kept) await release(client, url, letter);
  }
}

/**
 * Mentions in the dead letters that are looked for. They may be stored nowhere else.
 * @returns also how many messages could not be understood, and so not be looked through
 */
export async function findInLetters(
  client: SQSClient,
  url: string,
  wanted: WantedLetter,
): Promise<{ readonly found: Found[]; readonly unreadable: number }> {
  const found = new Map<string, Found>();
  let unreadable = 0;
  await withLetters(client, url, async ({ body }) => {
    const mentions = mentionsIn(body);
    if (mentions === undefined) unreadable++;
    for (const mention of mentions ?? []) {
      if (mention === undefined || !isWanted(mention, wanted)) continue;
      const { brand, id, source, bucketDay } = mention;
      found.set(`${brand} ${id}`, { brand, id, source, bucketDay });
    }
    return 'kept';
  });
  return { found: [...found.values()], unreadable };
}

/**
 * Takes mentions out of the dead letters. What else a message holds goes back as a new message before the old one is
 * deleted, so that an interruption loses nothing; it stays for another fourteen days.
 *
 * @returns messages that held one of them
 */
export async function eraseFromLetters(
  client: SQSClient,
  url: string,
  mentions: readonly Pick<Found, 'brand' | 'id'>[],
): Promise<number> {
  const gone = new Set(mentions.map(({ brand, id }) => `${brand} ${id}`));
  let changed = 0;
  await withLetters(client, url, async ({ body, receipt }) => {
    const places = mentionsIn(body)?.map(
      (mention) => mention === undefined || !gone.has(`${mention.brand} ${mention.id}`),
    );
    if (places === undefined || places.every(Boolean)) return 'kept';
    const letter = Letter.parse(JSON.parse(body));
    const left = letter.mentions.filter((_, i) => places[i]);
    if (left.length > 0)
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify({ ...letter, mentions: left }),
        }),
      );
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
    changed++;
    return 'deleted';
  });
  return changed;
}

import * as z from 'zod';
import type { Brand } from '../brands/brand.ts';
import type { SettingsOf, SourceSettings } from '../brands/source-settings.ts';
import type { Deletion } from '../mentions/deletion.ts';
import type { FeedItem } from '../mentions/feed-item.ts';
import type { Mention } from '../mentions/mention.ts';
import type { MentionQueue, ReceivedRequests } from '../ports.ts';
import type { CollectDeps } from './collect.ts';
import { itemOf } from './connectors/fields.ts';
import { parseDate } from './feed/dates.ts';
import { languageOf } from './feed/values.ts';
import { verifyWebhook, WEBHOOK_MIN_SECRET, WEBHOOK_WINDOW_SECONDS } from './webhook.ts';

export const WEBHOOK_MAX_BYTES = 256 * 1024;
export const WEBHOOK_MAX_MENTIONS = 200;

/** Every way in which a request is not taken, with the HTTP status that says so. */
export const WEBHOOK_REFUSALS = {
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'Only POST is taken.',
    remedy: 'Send the mentions with POST.',
  },
  UNKNOWN_SOURCE: {
    status: 404,
    message: 'There is no webhook source of this name.',
    remedy: 'Put the id of the source at the end of the address, and run apply after adding it.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: 'The body is larger than 256 KB.',
    remedy: 'Send it in several requests.',
  },
  SECRET_UNUSABLE: {
    status: 503,
    message: 'The secret of this source is missing or shorter than 32 characters.',
    remedy: 'Operator: store one with promisewatch secrets set. Sender: try again later.',
  },
  NOT_SIGNED: {
    status: 401,
    message: 'The request is not signed.',
    remedy: 'Send promisewatch-timestamp and promisewatch-signature; see docs/sources.md.',
  },
  TIMESTAMP_INVALID: {
    status: 401,
    message: 'The timestamp is not a number of seconds.',
    remedy: 'Send the seconds since 1970 in digits.',
  },
  TIMESTAMP_OLD: {
    status: 401,
    message: 'The timestamp is more than five minutes off.',
    remedy: 'Sign each request when it is sent, and check the clock of the sender.',
  },
  SIGNATURE_WRONG: {
    status: 401,
    message: 'The signature does not fit the body, the timestamp and the secret.',
    remedy: 'Sign `timestamp.body` byte for byte as it is sent, with the current secret.',
  },
  BODY_UNREADABLE: {
    status: 400,
    message: 'The body is not {"mentions": [ … ]} with 1 to 200 entries.',
    remedy: 'See docs/sources.md for the shape.',
  },
} as const;
export type WebhookRefusalCode = keyof typeof WEBHOOK_REFUSALS;

export type WebhookPost = {
  readonly method: string;
  /** `/<id of the source>`. */
  readonly path: string;
  readonly timestamp: string | null;
  readonly signature: string | null;
  /** Byte for byte as it came. */
  readonly body: Uint8Array;
};

export type WebhookReply = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
};

export type ReceiveDeps = {
  readonly find: (
    id: string,
  ) => { readonly brand: Brand; readonly source: SourceSettings } | undefined;
  /** The value of an SSM SecureString; several secrets on lines of their own while one is replaced. */
  readonly secret: (name: string) => Promise<string | undefined>;
  readonly received: ReceivedRequests;
  readonly normalise: CollectDeps['normalise'];
  readonly queue: Pick<MentionQueue, 'send'>;
};

/**
 * Takes one signed request and queues its mentions; nothing is looked at before the signature fits.
 *
 * The queue comes before the memory of what was received: a crash between the two costs duplicates,
 * which the table refuses, and a sender that repeats a request after it is told so.
 *
 * @throws where the queue, the table or SSM fails, which the sender should repeat
 */
export async function receive(
  { method, path, timestamp, signature, body }: WebhookPost,
  now: Date,
  deps: ReceiveDeps,
): Promise<WebhookReply> {
  if (method !== 'POST') return refused('METHOD_NOT_ALLOWED');
  if (body.length > WEBHOOK_MAX_BYTES) return refused('BODY_TOO_LARGE');
  const found = deps.find(/^\/([a-z0-9-]{1,40})\/?$/.exec(path)?.[1] ?? '');
  if (found?.source.connector !== 'webhook') return refused('UNKNOWN_SOURCE');
  const { brand, source } = found;
  const secrets = secretsIn(await deps.secret(source.secret));
  if (secrets === undefined) return refused('SECRET_UNUSABLE');
  const verdict = verifyWebhook({ timestamp, signature, body }, secrets, now);
  if (verdict.status === 'refused') return refused(verdict.code);
  const key = `${source.id}#${verdict.replayKey}`;
  if (await deps.received.has(key)) return { status: 200, body: { status: 'already received' } };
  const entries = entriesIn(body);
  if (entries === undefined) return refused('BODY_UNREADABLE');
  const { messages, reply } = sort(entries, { brand, source, now, deps });
  if (messages.length > 0) await deps.queue.send(messages);
  await deps.received.add(key, new Date(now.getTime() + 2 * WEBHOOK_WINDOW_SECONDS * 1000));
  return { status: 202, body: { status: 'received', ...reply } };
}

function refused(code: WebhookRefusalCode): WebhookReply {
  const { status, message, remedy } = WEBHOOK_REFUSALS[code];
  return { status, body: { code, message, remedy } };
}

function secretsIn(stored: string | undefined): string[] | undefined {
  const secrets = (stored ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const isUsable =
    secrets.length > 0 && secrets.every(({ length }) => length >= WEBHOOK_MIN_SECRET);
  return isUsable ? secrets : undefined;
}

const Body = z.object({ mentions: z.array(z.unknown()).min(1).max(WEBHOOK_MAX_MENTIONS) });

function entriesIn(body: Uint8Array): readonly unknown[] | undefined {
  try {
    return Body.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))).mentions;
  } catch {
    return undefined;
  }
}

/** One entry; every mistake is told to the sender, who can mend it. */
const Entry = z
  .strictObject({
    id: z.union([z.string().trim().min(1).max(500), z.int()]).transform(String),
    /** The author or the service took it back. */
    deleted: z.boolean().default(false),
    text: z.string().max(50_000).default(''),
    title: z.string().max(2000).nullable().default(null),
    rating: z.number().nullable().default(null),
    scale: z.int().min(2).max(100).default(5),
    publishedAt: z.iso.datetime({ offset: true }).nullable().default(null),
    author: z.string().max(500).nullable().default(null),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullable()
      .default(null),
    language: z.string().max(20).nullable().default(null),
  })
  .refine(({ rating, scale }) => rating === null || (rating >= 0 && rating <= scale), {
    path: ['rating'],
    error: 'must be from 0 to scale (5 if not said); 0 is no rating',
  });

type Reply = {
  readonly queued: number;
  readonly deleted: number;
  readonly rejected: readonly { readonly entry: number; readonly reason: string }[];
};

function sort(
  entries: readonly unknown[],
  {
    brand,
    source,
    now,
    deps,
  }: {
    readonly brand: Brand;
    readonly source: SettingsOf<'webhook'>;
    readonly now: Date;
    readonly deps: Pick<ReceiveDeps, 'normalise'>;
  },
): { readonly messages: readonly (Mention | Deletion)[]; readonly reply: Reply } {
  const mentions = new Map<string, Mention>();
  const deletions = new Map<string, Deletion>();
  const rejected: { entry: number; reason: string }[] = [];
  for (const [entry, raw] of entries.entries()) {
    const read = Entry.safeParse(raw);
    if (!read.success) {
      const [issue] = read.error.issues;
      const { path = [], message = '' } = issue ?? {};
      rejected.push({ entry, reason: [...path.map(String), message].join(': ') });
      continue;
    }
    const result = deps.normalise(itemFrom(read.data), brand, source, now);
    if ('mention' in result) mentions.set(result.mention.id, result.mention);
    else if (result.rejected !== 'deleted') rejected.push({ entry, reason: result.rejected });
    else
      deletions.set(result.id, {
        deletion: true,
        id: result.id,
        brand: brand.id,
        source: source.id,
        noticedAt: now.toISOString(),
      });
  }
  const messages = [...mentions.values(), ...deletions.values()];
  return { messages, reply: { queued: mentions.size, deleted: deletions.size, rejected } };
}

function itemFrom(entry: z.output<typeof Entry>): FeedItem {
  const { id, deleted, text, title, rating, scale, publishedAt, author, url, language } = entry;
  return itemOf({
    nativeId: id,
    link: url,
    title,
    titleIsText: true,
    text,
    author,
    publishedAt: publishedAt === null ? null : parseDate(publishedAt),
    rating: rating === null ? null : { raw: String(rating), score: rating, scale },
    language: languageOf(language),
    given: publishedAt !== null,
    ...(deleted ? { isDeleted: true } : {}),
  });
}

import { createHash } from 'node:crypto';
import type { Channel } from '../../brands/channel.ts';
import type { MailAnswer } from '../../ports.ts';
import type { FetchFailureCode } from '../../sources/fetch/failures.ts';
import { type FetchOptions, safeFetch } from '../../sources/fetch/safe-fetch.ts';
import { webhookSignature } from '../../sources/webhook.ts';
import type { DigestModel } from '../digest.ts';
import { slackMessage } from './slack.ts';
import { WebhookBody, webhookBody } from './webhook.ts';

/** What a channel is sent: a digest, or a sentence that says that it is only a test. */
export type Content =
  | { readonly what: 'digest'; readonly model: DigestModel }
  | { readonly what: 'test'; readonly brand: { readonly id: string; readonly name: string } };

export interface PostDeps {
  /** Value of a SecureString by name; undefined where there is none. */
  readonly secret: (name: string) => Promise<string | undefined>;
  readonly now: Date;
  /** `host:port` pairs on this machine that may be posted to, for the local run; empty in the cloud. */
  readonly allowedLoopback: readonly string[];
  readonly lookup?: FetchOptions['lookup'];
}

/** A receiver that says nothing for so long has time for nobody. */
const LIMITS = { connectMs: 3_000, idleMs: 8_000, totalMs: 10_000, bodyBytes: 64 * 1024 };
const MIN_SECRET = 32;

/** Nothing arrived, or the receiver said "not now". */
const LATER: ReadonlySet<FetchFailureCode> = new Set([
  'DNS_FAILED',
  'CONNECT_TIMEOUT',
  'TLS_FAILED',
  'RATE_LIMITED',
  'SERVER_ERROR',
]);
/** It may have arrived. */
const UNKNOWN: ReadonlySet<FetchFailureCode> = new Set([
  'CONNECTION_FAILED',
  'IDLE_TIMEOUT',
  'TOTAL_TIMEOUT',
]);
/** The receiver said yes; what it wrote besides does not matter. */
const TAKEN: ReadonlySet<FetchFailureCode> = new Set([
  'BODY_TOO_LARGE',
  'ENCODING_BROKEN',
  'ENCODING_CHAIN',
  'ENCODING_UNKNOWN',
]);

/**
 * Posts one digest to one channel, once, to public addresses only.
 *
 * @param sendId the same for every try
 * @throws when nobody can know whether it arrived
 */
export async function postToChannel(
  channel: Channel,
  content: Content,
  sendId: string,
  deps: PostDeps,
): Promise<MailAnswer> {
  const secret = await deps.secret(channel.secret);
  if (secret === undefined)
    return {
      status: 'postponed',
      reason: `there is no SecureString ${channel.secret}: promisewatch secrets set ${channel.secret}`,
    };
  const id = createHash('sha256').update(sendId).digest('hex').slice(0, 32);
  const request = requestTo(channel, content, id, secret.trim(), deps.now);
  if ('reason' in request) return { status: 'refused', reason: request.reason };
  const outcome = await safeFetch(request.url, {
    post: request.body,
    headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
    accept: '*/*',
    limits: LIMITS,
    allowedLoopback: deps.allowedLoopback,
    // A pair on this machine has no certificate.
    allowHttp: deps.allowedLoopback.length > 0,
    ...(deps.lookup !== undefined && { lookup: deps.lookup }),
  });
  if (outcome.status !== 'failed') return { status: 'sent', messageId: id };
  const { code, message, httpStatus } = outcome;
  const isYes = httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300;
  if (isYes || TAKEN.has(code)) return { status: 'sent', messageId: id };
  // Never the address: Slack's is a secret.
  const reason = `channel ${channel.id}: ${message}${httpStatus === undefined ? '' : ` (${httpStatus})`}`;
  if (UNKNOWN.has(code)) throw new Error(reason);
  return { status: LATER.has(code) ? 'postponed' : 'refused', reason };
}

interface Request {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function requestTo(
  channel: Channel,
  content: Content,
  id: string,
  secret: string,
  now: Date,
): Request | { readonly reason: string } {
  if (channel.kind === 'slack')
    return { url: secret, body: JSON.stringify(slackBody(content)), headers: {} };
  if (secret.length < MIN_SECRET)
    return {
      reason: `the key in ${channel.secret} has fewer than ${MIN_SECRET} characters: it could be guessed`,
    };
  const body = JSON.stringify(
    content.what === 'digest' ? webhookBody(content.model, id) : testBody(content.brand, id, now),
  );
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    url: channel.url,
    body,
    headers: {
      'promisewatch-id': id,
      'promisewatch-timestamp': timestamp,
      'promisewatch-signature': webhookSignature(secret, timestamp, Buffer.from(body)),
    },
  };
}

const testWords = (name: string) =>
  `A test: digests about ${name} will come here when a promise slips.`;

function slackBody(content: Content): object {
  return content.what === 'digest'
    ? slackMessage(content.model)
    : {
        text: testWords(content.brand.name).replace(/[<>&]/g, ' '),
        unfurl_links: false,
        unfurl_media: false,
      };
}

function testBody(brand: { id: string; name: string }, id: string, now: Date): WebhookBody {
  return WebhookBody.parse({
    schema: 'promisewatch.incident.v1',
    id,
    event: 'test',
    madeAt: now.toISOString(),
    brand,
    headline: testWords(brand.name),
    summary: [],
    incident: null,
    also: [],
    quotes: [],
  } satisfies WebhookBody);
}

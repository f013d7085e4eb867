import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock may be off, in either direction; older requests are replays. */
export const WEBHOOK_WINDOW_SECONDS = 300;
/** Signatures that are looked at; a sender that changes its secret sends two. */
const MAX_SIGNATURES = 5;
/** Characters of a secret; shorter ones can be guessed. */
export const WEBHOOK_MIN_SECRET = 32;

export type WebhookRequest = {
  /** Header `promisewatch-timestamp`: seconds since 1970, digits only; null where it is missing. */
  readonly timestamp: string | null;
  /** Header `promisewatch-signature`: `v1=` and 64 hexadecimal digits, several separated by commas. */
  readonly signature: string | null;
  /** The body byte for byte as it came, before anything decodes it. */
  readonly body: Uint8Array;
};

export type WebhookVerdict =
  | {
      readonly status: 'ok';
      /** The same for a request that is sent twice: remember it for twice the window. */
      readonly replayKey: string;
    }
  | {
      readonly status: 'refused';
      readonly code: 'NOT_SIGNED' | 'TIMESTAMP_INVALID' | 'TIMESTAMP_OLD' | 'SIGNATURE_WRONG';
    };

/**
 * Whether a request was signed with one of our secrets a moment ago: HMAC-SHA256 over
 * `timestamp.body`. Every secret is compared with every signature in constant time, so that the time
 * it takes says nothing about which part was right.
 *
 * The timestamp is signed with the body, so a replay inside the window is byte for byte the same and
 * has the same `replayKey`; whoever calls this refuses a key that it has seen.
 *
 * @param secrets at least 32 characters each; several while one is being replaced
 * @throws {RangeError} without a secret, or with one that is too short: an empty one signs everything
 */
export function verifyWebhook(
  { timestamp, signature, body }: WebhookRequest,
  secrets: readonly string[],
  now: Date,
): WebhookVerdict {
  if (secrets.length === 0 || secrets.some(({ length }) => length < WEBHOOK_MIN_SECRET))
    throw new RangeError(`a webhook secret has at least ${WEBHOOK_MIN_SECRET} characters`);
  if (timestamp === null || signature === null) return refused('NOT_SIGNED');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('TIMESTAMP_INVALID');
  const expected = secrets.map((secret) => digest(secret, timestamp, body));
  const given = digestsIn(signature);
  let isRight = false;
  for (const one of given)
    for (const other of expected) isRight = timingSafeEqual(one, other) || isRight;
  if (given.length === 0) return refused('NOT_SIGNED');
  if (!isRight) return refused('SIGNATURE_WRONG');
  const age = now.getTime() / 1000 - Number(timestamp);
  if (Math.abs(age) > WEBHOOK_WINDOW_SECONDS) return refused('TIMESTAMP_OLD');
  const first = expected[0] ?? Buffer.alloc(0);
  return { status: 'ok', replayKey: first.toString('hex') };
}

/** The header that a sender of `body` puts beside its timestamp; for senders and for tests. */
export function webhookSignature(secret: string, timestamp: string, body: Uint8Array): string {
  return `v1=${digest(secret, timestamp, body).toString('hex')}`;
}

function digest(secret: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}

function digestsIn(header: string): Buffer[] {
  return header
    .slice(0, 1000)
    .split(',')
    .slice(0, MAX_SIGNATURES)
    .flatMap((part) => {
      const hex = /^\s{0,5}v1=([0-9a-f]{64})\s{0,5}$/i.exec(part)?.[1];
      return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
    });
}

function refused(code: Extract<WebhookVerdict, { status: 'refused' }>['code']): WebhookVerdict {
  return { status: 'refused', code };
}

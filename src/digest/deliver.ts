import { createHash } from 'node:crypto';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Brand, Recipient } from '../brands/brand.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { Settings } from '../config/config.ts';
import { parse } from '../parse.ts';
import type { DigestStore, Mailer, MentionStore } from '../ports.ts';
import { DigestModel } from './digest.ts';
import { isOpen, wants } from './open-hours.ts';
import type { DigestRow, SendRow } from './outbox-rows.ts';

/** A claim without an answer is taken over after this time. */
export const SEND_LEASE_MINUTES = 15;

export interface DeliverReport {
  readonly sent: number;
  readonly refused: number;
  readonly postponed: number;
  readonly overtaken: number;
  /** Mails that wait for their recipient's open hours or for another claim to end. */
  readonly waiting: number;
}

/** Everything a mail needs beside the digest itself. */
export interface MailContext {
  readonly brand: Brand;
  readonly recipient: Recipient;
  readonly model: DigestModel;
  readonly mentions: readonly ClassifiedMention[];
  /** Identity of this send, e.g. for the tag that SES reports back. */
  readonly sendId: string;
  /** SES id of the first mail of the thread to this person. */
  readonly firstMessageId: string | undefined;
}

export interface DeliverDeps {
  readonly digests: DigestStore;
  readonly store: MentionStore;
  readonly send: Mailer;
  readonly compose: (context: MailContext) => SendEmailCommandInput;
  readonly timeZoneOf: (brand: Brand) => string;
  readonly onUnanswered: (error: unknown, row: SendRow) => void;
}

/**
 * Sends what is frozen and not yet sent: each digest once to each person, in their open hours.
 *
 * A row is claimed before SES is asked and marked after it answered. When the answer is lost, the claim
 * stays until its lease ends; then the same frozen mail is sent again and marked as a possible duplicate.
 * So no digest is lost, and the only possible duplicate is one that SES took without saying so.
 *
 * @param rows the digests with recipients still to be served, oldest first
 */
export async function deliver(
  rows: readonly DigestRow[],
  settings: Settings,
  now: Date,
  deps: DeliverDeps,
): Promise<DeliverReport> {
  const report = { sent: 0, refused: 0, postponed: 0, overtaken: 0, waiting: 0 };
  for (const row of rows) {
    const brand = settings.brands.find(({ id }) => id === row.brand);
    const recipients = (brand?.recipients ?? []).filter((recipient) => wants(recipient, row));
    const overtaken = rows.some((other) => overtakes(other, row));
    let left = 0;
    for (const recipient of recipients) {
      const outcome = await deliverTo(
        { row, brand: brand as Brand, recipient, overtaken, now },
        deps,
      );
      if (outcome !== 'done') report[outcome]++;
      if (outcome === 'waiting' || outcome === 'postponed') left++;
    }
    if (left === 0) await deps.digests.settle(row.brand, row.key);
  }
  return report;
}

/** A newer digest in the same thread says all that the older one said, and what came of it. */
function overtakes(newer: DigestRow, older: DigestRow): boolean {
  return (
    newer.brand === older.brand &&
    newer.key !== older.key &&
    newer.createdAt > older.createdAt &&
    older.incidents.length > 0 &&
    older.incidents.every((number) => newer.incidents.includes(number))
  );
}

interface Delivery {
  readonly row: DigestRow;
  readonly brand: Brand;
  readonly recipient: Recipient;
  readonly overtaken: boolean;
  readonly now: Date;
}

async function deliverTo(
  { row, brand, recipient, overtaken, now }: Delivery,
  deps: DeliverDeps,
): Promise<keyof DeliverReport | 'done'> {
  const hash = recipientHash(recipient.email);
  const sends = await deps.digests.sends(row.brand, row.key);
  const before = sends.find((send) => send.recipient === hash);
  if (before !== undefined && isFinal(before)) return 'done';
  const claim: SendRow = {
    brand: row.brand,
    digest: row.key,
    recipient: hash,
    state: 'claimed',
    leaseUntil: new Date(now.getTime() + SEND_LEASE_MINUTES * 60_000).toISOString(),
    attempt: 1,
    messageId: null,
    at: now.toISOString(),
    possibleDuplicate: false,
    reason: null,
  };
  // A claim that is still open may have reached SES: then the mail is out and cannot be overtaken.
  if (overtaken && before?.state !== 'claimed') {
    const reason = 'a newer digest of the same incident was made before it went out';
    await deps.digests.finish({ ...claim, state: 'overtaken', reason });
    return 'overtaken';
  }
  if (!isOpen(recipient, deps.timeZoneOf(brand), now, row.serious)) return 'waiting';
  const claimed = await deps.digests.claim(claim);
  return claimed === undefined ? 'waiting' : sendClaimed(claimed, { row, brand, recipient }, deps);
}

async function sendClaimed(
  claimed: SendRow,
  { row, brand, recipient }: Pick<Delivery, 'row' | 'brand' | 'recipient'>,
  deps: DeliverDeps,
): Promise<keyof DeliverReport> {
  const model = parse(DigestModel, JSON.parse(row.model), `digest ${row.key}`);
  const thread = row.key.split('#')[0] ?? row.key;
  const request = deps.compose({
    brand,
    recipient,
    model,
    mentions: await deps.store.read(
      brand.id,
      model.evidence.mentions.map(({ id }) => id),
    ),
    sendId: `${row.brand}/${row.key}/${claimed.recipient}`,
    firstMessageId: await deps.digests.firstMessageId(row.brand, thread, claimed.recipient),
  });
  let answer: Awaited<ReturnType<Mailer>>;
  try {
    answer = await deps.send(request);
  } catch (error) {
    // SES may have taken it: only the end of the lease may try again.
    deps.onUnanswered(error, claimed);
    return 'waiting';
  }
  await deps.digests.finish({
    ...claimed,
    state: answer.status,
    messageId: answer.status === 'sent' ? answer.messageId : null,
    reason: answer.status === 'sent' ? null : answer.reason,
  });
  return answer.status;
}

const isFinal = ({ state }: SendRow) =>
  state === 'sent' || state === 'refused' || state === 'overtaken';

/** First 16 hex digits of SHA-256 over the lower-case address: rows and logs hold no address. */
export function recipientHash(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 16);
}

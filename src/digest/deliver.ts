import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Brand, Recipient } from '../brands/brand.ts';
import type { Channel } from '../brands/channel.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { Settings } from '../config/config.ts';
import { parseJson } from '../parse.ts';
import type { DigestStore, MailAnswer, Mailer, MentionStore, RecipientStates } from '../ports.ts';
import { type Addressee, channelsFor, peopleFor } from './addressees.ts';
import { DigestModel } from './digest.ts';
import { afterAlert, isAlert, isOverCap } from './mail-cap.ts';
import { isOpen } from './open-hours.ts';
import type { DigestRow, SendRow } from './outbox-rows.ts';
import { heldBack } from './recipient-state.ts';

/** A claim without an answer is taken over after this time. */
export const SEND_LEASE_MINUTES = 15;
/** A mail that SES keeps putting off is given up after this time: what it says is no longer news. */
export const GIVE_UP_DAYS = 3;
/** A channel that does not take a post is tried this often. */
export const CHANNEL_TRIES = 4;

export interface DeliverReport {
  readonly sent: number;
  readonly refused: number;
  readonly postponed: number;
  readonly overtaken: number;
  /** Not sent, because the person unsubscribed or is paused. */
  readonly suppressed: number;
  /** Mails that wait for their recipient's open hours or for another claim to end. */
  readonly waiting: number;
  /** Deliveries, and ends of a digest, that threw; the next run tries them again. */
  readonly failed: number;
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
  /** Topic of the contact list that the mail belongs to. */
  readonly topic: string | null;
}

/** A digest for a channel. */
export interface ChannelPost {
  readonly brand: Brand;
  readonly channel: Channel;
  readonly model: DigestModel;
  /** The same for every try, so that a receiver can tell a repetition. */
  readonly sendId: string;
}

export interface DeliverDeps {
  readonly digests: DigestStore;
  readonly recipients: RecipientStates;
  readonly store: MentionStore;
  readonly send: Mailer;
  readonly compose: (context: MailContext) => SendEmailCommandInput;
  readonly post: (post: ChannelPost) => Promise<MailAnswer>;
  readonly topicOf: (row: DigestRow) => string | null;
  readonly timeZoneOf: (brand: Brand) => string;
  readonly onUnanswered: (error: unknown, row: SendRow) => void;
  /** Called as soon as a refusal is stored: no later run sees it again. */
  readonly onRefused: () => void;
  /** @param ids of brand, digest and, where it is about one, the recipient's hash */
  readonly onFailed: (error: unknown, ids: Readonly<Record<string, string>>) => void;
}

/**
 * Sends what is frozen and not yet sent: each digest once to each person and channel, in their open hours.
 *
 * A row is claimed before SES is asked and marked after it answered. When the answer is lost, an event of SES marks
 * it instead (`reconcile`); when that does not come either before the lease ends, the same frozen mail is sent again
 * and marked as a possible duplicate. So no digest is lost, and the only possible duplicate is one that SES took
 * without saying so for a quarter of an hour.
 *
 * Channels come after all mail: one that is slow or broken holds nobody up. Nor does a delivery that throws, such as one
 * whose row cannot be read: it is counted as failed, its digest stays unsettled, and the others go on.
 *
 * @param rows the digests with recipients still to be served, oldest first
 */
export async function deliver(
  rows: readonly DigestRow[],
  settings: Settings,
  now: Date,
  deps: DeliverDeps,
): Promise<DeliverReport> {
  const report = {
    sent: 0,
    refused: 0,
    postponed: 0,
    overtaken: 0,
    suppressed: 0,
    waiting: 0,
    failed: 0,
  };
  const unsettled = new Set<DigestRow>();
  for (const delivery of deliveriesOf(rows, settings, now)) {
    const { row, to } = delivery;
    const ids = { brand: row.brand, digest: row.key, recipient: to.hash };
    const outcome = await orFailed(() => deliverTo(delivery, deps), ids, deps);
    if (outcome !== 'done') report[outcome]++;
    if (outcome === 'waiting' || outcome === 'postponed' || outcome === 'failed')
      unsettled.add(row);
  }
  for (const row of rows) {
    if (unsettled.has(row)) continue;
    const { brand, key } = row;
    const settle = () => deps.digests.settle(brand, key);
    if ((await orFailed(settle, { brand, digest: key }, deps)) === 'failed') report.failed++;
  }
  return report;
}

async function orFailed<T>(
  work: () => Promise<T>,
  ids: Readonly<Record<string, string>>,
  { onFailed }: Pick<DeliverDeps, 'onFailed'>,
): Promise<T | 'failed'> {
  try {
    return await work();
  } catch (error) {
    onFailed(error, ids);
    return 'failed';
  }
}

/** Everything that is to be sent to anybody: first all mail, then all posts. */
function* deliveriesOf(
  rows: readonly DigestRow[],
  settings: Settings,
  now: Date,
): Generator<Delivery> {
  const seriousFirst = rows.toSorted((a, b) => Number(b.serious) - Number(a.serious));
  for (const addresseesOf of [peopleFor, channelsFor])
    for (const row of seriousFirst) {
      const brand = settings.brands.find(({ id }) => id === row.brand);
      if (brand === undefined) continue;
      const overtaken = rows.some((other) => overtakes(other, row));
      for (const to of addresseesOf(brand, row)) yield { row, brand, to, overtaken, now };
    }
}

/** A newer digest in the same thread says all that the older one said, and what came of it. */
function overtakes(newer: DigestRow, older: DigestRow): boolean {
  return (
    newer.brand === older.brand &&
    newer.key !== older.key &&
    newer.scope === older.scope &&
    isLater(newer, older) &&
    older.incidents.length > 0 &&
    older.incidents.every((number) => newer.incidents.includes(number))
  );
}

function isLater(newer: DigestRow, older: DigestRow): boolean {
  if (newer.createdAt !== older.createdAt) return newer.createdAt > older.createdAt;
  return (newer.day ?? '') > (older.day ?? '');
}

interface Delivery {
  readonly row: DigestRow;
  readonly brand: Brand;
  readonly to: Addressee;
  readonly overtaken: boolean;
  readonly now: Date;
}

type Outcome = keyof DeliverReport;

async function deliverTo(delivery: Delivery, deps: DeliverDeps): Promise<Outcome | 'done'> {
  const { row, brand, to, now } = delivery;
  const before = await deps.digests.send(row.brand, row.key, to.hash);
  if (before !== undefined && isFinal(before)) return 'done';
  const claim: SendRow = {
    brand: row.brand,
    digest: row.key,
    recipient: to.hash,
    state: 'claimed',
    leaseUntil: new Date(now.getTime() + SEND_LEASE_MINUTES * 60_000).toISOString(),
    attempt: 1,
    messageId: null,
    at: now.toISOString(),
    possibleDuplicate: false,
    reason: null,
  };
  // A claim that is still open may have reached SES: then the mail is out, whatever speaks against it now.
  const isOpenClaim = before?.state === 'claimed' && before.leaseUntil > claim.at;
  const against = isOpenClaim ? undefined : await reasonAgainst(delivery, before, deps);
  if (against !== undefined) {
    await deps.digests.finish({ ...(before ?? claim), at: claim.at, ...against });
    return against.state;
  }
  const gate = to.kind === 'person' ? to.recipient : to.channel;
  if (!isOpen(gate, deps.timeZoneOf(brand), now, row.serious)) return 'waiting';
  if (await isHeldByCap(delivery, deps)) return 'waiting';
  const claimed = await deps.digests.claim(claim);
  return claimed === undefined ? 'waiting' : sendClaimed(claimed, delivery, deps);
}

/** Who has had enough for today reads the rest tomorrow; what is serious was offered first. */
async function isHeldByCap({ row, brand, to, now }: Delivery, deps: DeliverDeps): Promise<boolean> {
  if (to.kind === 'channel' || !isAlert(row.kind)) return false;
  const timeZone = to.recipient.timeZone ?? deps.timeZoneOf(brand);
  return isOverCap(await deps.recipients.get(to.hash), timeZone, now);
}

/** Why a mail is not sent at all. */
async function reasonAgainst(
  { row, to, overtaken }: Delivery,
  before: SendRow | undefined,
  deps: DeliverDeps,
): Promise<{ state: 'overtaken' | 'suppressed'; reason: string } | undefined> {
  // What was claimed may be out: it is repeated, or its thread would lack a mail.
  if (overtaken && before?.state !== 'claimed')
    return {
      state: 'overtaken',
      reason: 'a newer digest of the same incident was made before it went out',
    };
  if (to.kind === 'channel') return undefined;
  const reason = heldBack(await deps.recipients.get(to.hash), deps.topicOf(row));
  return reason === undefined ? undefined : { state: 'suppressed', reason };
}

async function sendClaimed(
  claimed: SendRow,
  delivery: Delivery,
  deps: DeliverDeps,
): Promise<Outcome> {
  const answer = await ask(claimed, delivery, deps);
  if (answer === undefined) return 'waiting';
  const given = isGivenUp(claimed, answer, delivery) ? refusal(answer.reason) : answer;
  await deps.digests.finish({
    ...claimed,
    state: given.status,
    messageId: given.status === 'sent' ? given.messageId : null,
    reason: given.status === 'sent' ? null : given.reason,
  });
  if (given.status === 'refused') deps.onRefused();
  if (given.status === 'sent' && delivery.to.kind === 'person' && isAlert(delivery.row.kind))
    await deps.recipients.amend(claimed.recipient, (state) => afterAlert(state, delivery.now));
  return given.status;
}

type Putting = Extract<MailAnswer, { status: 'postponed' }>;

function isGivenUp(
  { attempt }: SendRow,
  answer: MailAnswer,
  { row, to, now }: Delivery,
): answer is Putting {
  if (answer.status !== 'postponed') return false;
  if (to.kind === 'channel') return attempt >= CHANNEL_TRIES;
  return now.getTime() - Date.parse(row.createdAt) > GIVE_UP_DAYS * 86_400_000;
}

const refusal = (reason: string): MailAnswer => ({
  status: 'refused',
  reason: `given up: ${reason}`,
});

/** What SES or the channel says; undefined where nobody knows: only the end of the lease may try again. */
async function ask(
  claimed: SendRow,
  { row, brand, to }: Delivery,
  deps: DeliverDeps,
): Promise<MailAnswer | undefined> {
  if (to.kind === 'channel' && claimed.attempt > CHANNEL_TRIES)
    return { status: 'postponed', reason: `no answer in ${CHANNEL_TRIES} tries` };
  const sendId = sendIdOfRow(claimed);
  let request: () => Promise<MailAnswer>;
  try {
    const model = parseJson(DigestModel, row.model, `digest ${row.key}`);
    if (to.kind === 'channel') {
      const { channel } = to;
      request = () => deps.post({ brand, channel, model, sendId });
    } else {
      const mail = await mailTo(to.recipient, { row, brand, model, sendId }, claimed, deps);
      request = () => deps.send(mail);
    }
  } catch (error) {
    // Nothing left the house. Others' mail goes on; this one shows as late until it can be made.
    deps.onUnanswered(error, claimed);
    return { status: 'postponed', reason: 'the mail could not be made; the log says why' };
  }
  try {
    return await request();
  } catch (error) {
    deps.onUnanswered(error, claimed);
    return undefined;
  }
}

async function mailTo(
  recipient: Recipient,
  of: Pick<MailContext, 'brand' | 'model' | 'sendId'> & { readonly row: DigestRow },
  claimed: SendRow,
  deps: DeliverDeps,
): Promise<SendEmailCommandInput> {
  const { row, brand, model, sendId } = of;
  const thread = row.key.split('#')[0] ?? row.key;
  return deps.compose({
    brand,
    recipient,
    model,
    mentions: await deps.store.read(
      brand.id,
      model.evidence.mentions.map(({ id }) => id),
    ),
    sendId,
    firstMessageId: await deps.digests.firstMessageId(row.brand, thread, claimed.recipient),
    topic: deps.topicOf(row),
  });
}

/** The identity of a send, as SES events carry it back; `sendOfId` reads it. */
function sendIdOfRow({ brand, digest, recipient }: SendRow): string {
  return `${brand}/${digest}/${recipient}`;
}

/** The send that an identity names; undefined where it names none. */
export function sendOfId(id: string): Pick<SendRow, 'brand' | 'digest' | 'recipient'> | undefined {
  const [brand, digest, recipient, ...more] = id.split('/');
  const whole = brand && digest && /^[0-9a-f]{16}$/.test(recipient ?? '') && more.length === 0;
  return whole ? { brand, digest, recipient: recipient as string } : undefined;
}

const FINAL: readonly SendRow['state'][] = ['sent', 'refused', 'overtaken', 'suppressed'];
export const isFinal = ({ state }: Pick<SendRow, 'state'>): boolean => FINAL.includes(state);

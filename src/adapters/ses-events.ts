import * as z from 'zod';
import { recipientHash } from '../digest/addressees.ts';
import type { MailEvent } from '../digest/mail-events.ts';
import type { EventOfSend } from '../digest/reconcile.ts';
import { sendIdOf } from '../digest/ses-request.ts';

const at = z.iso.datetime({ offset: true });
const Receiver = z.object({ diagnosticCode: z.string().optional() });

/** The part of an event of SES that we read, as EventBridge delivers it in `detail`. */
const Detail = z.object({
  eventType: z.string(),
  mail: z.object({
    timestamp: at,
    messageId: z.string().min(1),
    destination: z.array(z.string()).default([]),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().default(''),
      bouncedRecipients: z.array(Receiver).default([]),
      timestamp: at,
    })
    .optional(),
  complaint: z.object({ complaintFeedbackType: z.string().nullish(), timestamp: at }).optional(),
  delivery: z.object({ timestamp: at }).optional(),
  deliveryDelay: z.object({ delayType: z.string().default(''), timestamp: at }).optional(),
  reject: z.object({ reason: z.string().default('') }).optional(),
  subscription: z
    .object({
      timestamp: at,
      newTopicPreferences: z.object({
        unsubscribeAll: z.boolean().default(false),
        topicSubscriptionStatus: z
          .array(z.object({ topicName: z.string(), subscriptionStatus: z.string() }))
          .default([]),
      }),
    })
    .optional(),
});
type Detail = z.infer<typeof Detail>;

export const SesEvent = z.object({ source: z.literal('aws.ses'), detail: Detail });
export type SesEvent = z.infer<typeof SesEvent>;

/** What an event says about one of our sends; undefined for mails of others and for kinds that we do not follow. */
export function eventOfSend({ detail }: SesEvent): EventOfSend | undefined {
  const [tag] = detail.mail.tags['send'] ?? [];
  const [address] = detail.mail.destination;
  if (tag === undefined || address === undefined) return undefined;
  const event = kindOf(detail);
  return event && { sendId: sendIdOf(tag), recipient: recipientHash(bare(address)), event };
}

function kindOf(detail: Detail): EventOfSend['event'] | undefined {
  const { subscription } = detail;
  if (subscription !== undefined) {
    const { unsubscribeAll, topicSubscriptionStatus } = subscription.newTopicPreferences;
    return {
      kind: 'choice',
      choice: {
        at: utc(subscription.timestamp),
        everything: unsubscribeAll,
        topics: topicSubscriptionStatus
          .filter(({ subscriptionStatus }) => /^opt_?out$/i.test(subscriptionStatus))
          .map(({ topicName }) => topicName),
      },
    };
  }
  const said = mailEvent(detail);
  if (said === undefined) return undefined;
  const { messageId, timestamp } = detail.mail;
  const mail = { at: utc(timestamp), reason: null, permanent: false, ...said, messageId };
  return { kind: 'mail', mail };
}

function mailEvent(detail: Detail): (Pick<MailEvent, 'what'> & Partial<MailEvent>) | undefined {
  const { eventType, bounce, complaint, delivery, deliveryDelay, reject } = detail;
  if (eventType === 'Send') return { what: 'sent' };
  if (delivery !== undefined) return { what: 'delivered', at: utc(delivery.timestamp) };
  if (deliveryDelay !== undefined)
    return {
      what: 'delayed',
      at: utc(deliveryDelay.timestamp),
      reason: `delayed: ${deliveryDelay.delayType}`,
    };
  if (reject !== undefined)
    return { what: 'rejected', reason: `SES rejected it: ${withoutAddresses(reject.reason)}` };
  if (bounce !== undefined) return bounced(bounce);
  if (complaint !== undefined)
    return {
      what: 'complained',
      at: utc(complaint.timestamp),
      reason: `complaint: ${complaint.complaintFeedbackType ?? 'no reason given'}`,
      permanent: true,
    };
  return undefined;
}

/**
 * A mail that SES did not even try, because the person unsubscribed, bounces, too. Their choice is known from its own
 * event, and they stay free to change it: that is no reason to pause them.
 */
function bounced(
  bounce: NonNullable<Detail['bounce']>,
): Pick<MailEvent, 'what'> & Partial<MailEvent> {
  const { bounceType, bounceSubType, bouncedRecipients, timestamp } = bounce;
  const code = bouncedRecipients[0]?.diagnosticCode;
  const words = [`bounced: ${bounceType}/${bounceSubType}`, ...(code === undefined ? [] : [code])];
  return {
    what: 'bounced',
    at: utc(timestamp),
    reason: withoutAddresses(words.join(', ')),
    permanent: bounceType === 'Permanent' && bounceSubType !== 'UnsubscribedRecipient',
  };
}

const MOST_CHARACTERS = 200;

/** Servers like to repeat the address; rows and logs hold none. */
function withoutAddresses(text: string): string {
  return text
    .slice(0, 4 * MOST_CHARACTERS)
    .split(/\s+/)
    .map((word) => (word.includes('@') ? '(address)' : word))
    .join(' ')
    .slice(0, MOST_CHARACTERS);
}

const utc = (timestamp: string) => new Date(timestamp).toISOString();

/** `Name <address>` or an address alone. */
function bare(destination: string): string {
  const open = destination.lastIndexOf('<');
  return open < 0 ? destination.trim() : destination.slice(open + 1).replace(/>\s*$/, '');
}

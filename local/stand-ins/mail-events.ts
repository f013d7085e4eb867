import { createHash } from 'node:crypto';
import type { Place } from '../template/resource-types.ts';
import type { Choice, MailFacts } from './contacts.ts';

/** An event of SES as EventBridge delivers it. */
export type MailEvent = {
  /** As configuration sets name it: `send`, `deliveryDelay`. */
  readonly kind: string;
  readonly configurationSet: string;
  readonly envelope: Readonly<Record<string, unknown>>;
};

type Telling = { readonly kind: string; readonly type: string; readonly detail: object };

const DETAIL_TYPES: Readonly<Record<string, string>> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  Subscription: 'Email Subscription Event',
};

/**
 * What becomes of a mail, by the address it goes to. The simulator's addresses do here what they do on AWS; any other
 * mailbox takes everything.
 *
 * @param hasLeft the person unsubscribed: SES takes the mail and bounces it itself
 */
export function fateOf(mail: MailFacts, hasLeft: boolean): Telling[] {
  const { address, at } = mail;
  const sent = { kind: 'send', type: 'Send', detail: { send: {} } };
  const delivered = {
    kind: 'delivery',
    type: 'Delivery',
    detail: {
      delivery: { timestamp: at, recipients: [address], smtpResponse: '250 OK' },
    },
  };
  if (hasLeft) return [sent, bounce(mail, 'UnsubscribedRecipient', undefined)];
  const [name = '', domain] = address.toLowerCase().split('@');
  if (domain !== 'simulator.amazonses.com') return [sent, delivered];
  switch (name.split('+')[0]) {
    case 'bounce':
      return [sent, bounce(mail, 'General', 'smtp; 550 5.1.1 user unknown')];
    case 'suppressionlist':
      return [sent, bounce(mail, 'Suppressed', undefined)];
    case 'complaint':
      return [sent, delivered, complaint(mail)];
    default:
      return [sent, delivered];
  }
}

function bounce(
  { address, at }: MailFacts,
  bounceSubType: string,
  diagnosticCode: string | undefined,
): Telling {
  const recipient = {
    emailAddress: address,
    action: 'failed',
    ...(diagnosticCode !== undefined && { status: '5.1.1', diagnosticCode }),
  };
  return {
    kind: 'bounce',
    type: 'Bounce',
    detail: {
      bounce: {
        bounceType: 'Permanent',
        bounceSubType,
        bouncedRecipients: [recipient],
        timestamp: at,
      },
    },
  };
}

function complaint({ address, at }: MailFacts): Telling {
  return {
    kind: 'complaint',
    type: 'Complaint',
    detail: {
      complaint: {
        complainedRecipients: [{ emailAddress: address }],
        complaintFeedbackType: 'abuse',
        timestamp: at,
      },
    },
  };
}

export function choiceOf(mail: MailFacts, choice: Choice, at: Date): Telling {
  const { list, unsubscribeAll, optedOut } = choice;
  return {
    kind: 'subscription',
    type: 'Subscription',
    detail: {
      subscription: {
        contactList: list,
        timestamp: at.toISOString(),
        source: 'UnsubscribeHeader',
        newTopicPreferences: {
          unsubscribeAll,
          topicSubscriptionStatus: optedOut.map((topicName) => ({
            topicName,
            subscriptionStatus: 'OptOut',
          })),
        },
        oldTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [] },
        destination: mail.address,
      },
    },
  };
}

/** Events tell of a mail only if it was sent with a configuration set. */
export function eventsOf(
  mail: MailFacts,
  tellings: readonly Telling[],
  { account, region }: Place,
): MailEvent[] {
  const { configurationSet: set, messageId, at, address, tags } = mail;
  if (set === undefined) return [];
  return tellings.map(({ kind, type, detail }) => ({
    kind,
    configurationSet: set,
    envelope: {
      version: '0',
      id: uuid(`${messageId} ${type}`),
      'detail-type': DETAIL_TYPES[type],
      source: 'aws.ses',
      account,
      time: at,
      region,
      resources: [`arn:aws:ses:${region}:${account}:configuration-set/${set}`],
      detail: {
        eventType: type,
        mail: {
          timestamp: at,
          messageId,
          sendingAccountId: account,
          destination: [address],
          headersTruncated: false,
          tags: { 'ses:configuration-set': [set], ...tags },
        },
        ...detail,
      },
    },
  }));
}

function uuid(seed: string): string {
  const hash = createHash('sha256').update(seed).digest('hex');
  return [8, 4, 4, 4, 12]
    .reduce<[string[], number]>(
      ([parts, from], length) => [[...parts, hash.slice(from, from + length)], from + length],
      [[], 0],
    )[0]
    .join('-');
}

import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Recipient } from '../brands/brand.ts';
import { clean } from './clean.ts';
import type { DigestModel } from './digest.ts';
import { encodedWords } from './eml.ts';
import { isFollowUp } from './model-words.ts';
import type { RenderedDigest } from './render.ts';

/** What a mail needs to know of the account, and of earlier mails of its thread. */
export interface MailSettings {
  /** Verified address; its domain also names the thread. */
  readonly from: string;
  readonly fromName: string;
  /** Mailbox of the brand team; null: answers go to `from`. */
  readonly replyTo: string | null;
  readonly configurationSet: string;
  readonly region: string;
  /** Identity of this send; SES events carry it back in the tag `send` (see `sendTag`). */
  readonly sendId: string;
  /** SES message id of the thread's first mail to this person, as `SendEmail` returned it. */
  readonly firstMessageId: string | null;
  /** Subscription management of SES; null: no unsubscribe header, people reply. */
  readonly subscription: { readonly contactList: string; readonly topic: string } | null;
}

/**
 * The `SendEmail` request for one mail to one person: a pure function, no network.
 *
 * One recipient, Simple content with headers and attachments. The subject of an incident never changes but
 * for "Re: ", and `References` always names the same id: that is what mail programs thread by, since SES
 * replaces Message-ID. No value can start a header of its own.
 */
export function sesRequest(
  rendered: RenderedDigest,
  model: DigestModel,
  recipient: Pick<Recipient, 'email'>,
  settings: MailSettings,
): SendEmailCommandInput {
  const subject = (isFollowUp(model) ? 'Re: ' : '') + clean(rendered.subject);
  const from = printable(settings.from);
  return {
    FromEmailAddress: `${displayName(settings.fromName)} <${from}>`,
    Destination: { ToAddresses: [printable(recipient.email)] },
    ReplyToAddresses: [printable(settings.replyTo ?? settings.from)],
    ConfigurationSetName: settings.configurationSet,
    EmailTags: [
      { Name: 'send', Value: sendTag(settings.sendId) },
      { Name: 'brand', Value: tagValue(model.brand.id) },
      { Name: 'kind', Value: tagValue(model.kind) },
    ],
    ...(settings.subscription === null
      ? {}
      : {
          ListManagementOptions: {
            ContactListName: settings.subscription.contactList,
            TopicName: settings.subscription.topic,
          },
        }),
    Content: {
      Simple: {
        Subject: { Data: subject, Charset: 'UTF-8' },
        Body: {
          Html: { Data: rendered.html, Charset: 'UTF-8' },
          Text: { Data: rendered.text, Charset: 'UTF-8' },
        },
        Headers: headers(model, settings),
        Attachments: rendered.attachments.map(({ filename, contentType, content }) => ({
          FileName: printable(filename).replace(/[^A-Za-z0-9._-]/g, '-'),
          ContentType: printable(contentType),
          ContentDisposition: 'ATTACHMENT',
          ContentTransferEncoding: 'BASE64',
          RawContent: new TextEncoder().encode(content),
        })),
      },
    },
  };
}

function headers(model: DigestModel, settings: MailSettings) {
  const thread = threadId(model, settings.from);
  const first =
    settings.firstMessageId === null
      ? null
      : sesMessageId(settings.firstMessageId, settings.region);
  const all: Record<string, string | null> = {
    // An incident's mails all name the same id; other kinds are threads of one mail.
    References: thread === null ? null : [thread, first].filter(Boolean).join(' '),
    'In-Reply-To': thread !== null && isFollowUp(model) ? (first ?? thread) : null,
    'Auto-Submitted': 'auto-generated',
    // Keeps out-of-office answers from reaching the team's mailbox.
    'X-Auto-Response-Suppress': 'All',
  };
  return Object.entries(all).flatMap(([Name, value]) =>
    value === null ? [] : [{ Name, Value: printable(value).slice(0, MAX_HEADER) }],
  );
}

/** SES takes header values of at most 995 printable ASCII characters. */
const MAX_HEADER = 995;

/**
 * The id that all mails of an incident refer to, from the day it opened on, so that a stack that counts its
 * incidents from 1 again does not write into an old thread. Null for mails without an incident.
 */
export function threadId(model: DigestModel, from: string): string | null {
  const first = model.incidents[0];
  if (first === undefined) return null;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return `<${first.ref}.${first.opening.to}.${model.brand.id}@${printable(domain)}>`;
}

/** The Message-ID that SES gave a mail, from the id that its API returned. */
function sesMessageId(id: string, region: string): string {
  if (id.includes('@')) return `<${id.replace(/[<>\s]/g, '')}>`;
  const host = region === 'us-east-1' ? 'email' : region;
  return `<${id.replace(/[<>\s]/g, '')}@${host}.amazonses.com>`;
}

/** A send's identity in the alphabet of SES tags; `sendIdOf` reads it back. */
export function sendTag(sendId: string): string {
  return Buffer.from(sendId).toString('base64url');
}

export function sendIdOf(tag: string): string {
  return Buffer.from(tag, 'base64url').toString();
}

function tagValue(value: string): string {
  return value.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 256);
}

/** Printable ASCII only: a line break in a header would start another header. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '');
}

/** A display name: quoted ASCII, else encoded words of at most 75 characters (RFC 2047). */
function displayName(name: string): string {
  const plain = clean(name);
  if (/^[\x20-\x7e]*$/.test(plain)) return `"${plain.replace(/["\\]/g, '')}"`;
  return encodedWords(plain);
}

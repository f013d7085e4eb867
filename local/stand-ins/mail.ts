import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import { type Answer, jsonAnswer, restError } from './answer.ts';
import type { Contacts, MailFacts } from './contacts.ts';
import type { Outbox, OutboxMail } from './outbox.ts';
import { MailRefused, readAddress, readSendRequest, type SendRequest } from './send-request.ts';

/** How strict the mail stand-in is about senders. */
export type MailRules = {
  /** Verified addresses and domains; a domain covers its subdomains. Undefined: every sender is verified. */
  readonly identities: readonly string[] | undefined;
  /** In the sandbox recipients must be verified too. */
  readonly sandbox: boolean;
};

/** What happens to a call of SendEmail besides what the request itself deserves. */
export type MailFault =
  /** SES takes the mail, its answer gets lost, and its events come. */
  | 'answer lost'
  /** SES takes the mail and never says so. */
  | 'answer and events lost'
  | 'throttled'
  | 'paused';

/** Everything around a mail that only a whole run has. */
export type MailSurroundings = {
  readonly contacts: Contacts;
  readonly tell: (mail: MailFacts, hasLeft: boolean) => void;
  /** @param calls of SendEmail so far */
  readonly fault: (call: { readonly to: string; readonly calls: number }) => MailFault | undefined;
};

/** SES v2, as far as sending goes. */
export type MailService = {
  readonly send: (body: unknown) => Promise<Answer>;
  /** The verified identity that covers the sender of a request: what the permission is checked on. */
  readonly identityOf: (body: unknown) => string;
};

/**
 * @param region as it stands in message ids and refusals
 * @param now the run's clock: the Date header
 * @param onSend called with each mail that was accepted
 */
export function createMailService(
  outbox: Outbox,
  rules: MailRules,
  region: string,
  now: () => Date,
  onSend: (mail: OutboxMail) => void,
  surroundings?: MailSurroundings,
): MailService {
  let calls = 0;
  let unsubscribed = 0;
  const take = async (body: unknown, fault: MailFault | undefined): Promise<Answer> => {
    const request = readSendRequest(body);
    checkIdentities(request, rules, region);
    if (request.list !== undefined)
      surroundings?.contacts.check(request.list.name, request.list.topic);
    // The number makes two equal mails two, the content keeps ids the same from run to run.
    const id = messageId(JSON.stringify([outbox.list().length, unsubscribed, body]));
    const facts = factsOf(request, id, now());
    const { list } = request;
    const hasLeft =
      list !== undefined &&
      surroundings?.contacts.hasLeft(facts.address, list.name, list.topic) === true;
    if (hasLeft) unsubscribed += 1;
    else {
      const linked = withUnsubscribe(request, facts, surroundings?.contacts);
      const { mail, message } = await compose(linked, id, region, now());
      onSend(outbox.keep(mail, message, body));
    }
    if (fault !== 'answer and events lost') surroundings?.tell(facts, hasLeft);
    return fault === undefined
      ? jsonAnswer({ MessageId: id })
      : restError('InternalFailure', 'the answer was lost on purpose', 500);
  };
  const send = async (body: unknown): Promise<Answer> => {
    try {
      const fault = surroundings?.fault({ to: firstAddress(body), calls: calls++ });
      if (fault === 'throttled')
        return restError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
      if (fault === 'paused')
        return restError('SendingPausedException', 'Email sending is disabled for your account.');
      return await take(body, fault);
    } catch (error) {
      if (error instanceof MailRefused)
        return restError(error.code, error.message, error.code === 'NotFoundException' ? 404 : 400);
      throw error;
    }
  };
  return {
    send,
    identityOf: (body) => {
      const { FromEmailAddress: from } = body as { FromEmailAddress?: unknown };
      const address = typeof from === 'string' ? readAddress(from) : undefined;
      if (address === undefined) return '*';
      return coveringIdentity(address, rules) ?? domainOf(address);
    },
  };
}

function firstAddress(body: unknown): string {
  const { Destination } = body as { Destination?: { ToAddresses?: readonly string[] } };
  return Destination?.ToAddresses?.[0] ?? '';
}

function factsOf(request: SendRequest, messageId: string, at: Date): MailFacts {
  return {
    messageId,
    at: at.toISOString(),
    address: request.recipients[0] ?? '',
    configurationSet: request.configurationSet,
    tags: request.tags,
  };
}

const PLACEHOLDER = '{{amazonSESUnsubscribeUrl}}';

/** SES overrides these headers, whatever the sender wrote, and replaces its placeholder. */
function withUnsubscribe(
  request: SendRequest,
  facts: MailFacts,
  contacts: Contacts | undefined,
): SendRequest {
  const { list, html, text } = request;
  if (list === undefined || contacts === undefined) return request;
  const url = contacts.link(facts, list.name, list.topic);
  const own = {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
  const overridden = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return {
    ...request,
    headers: [
      ...request.headers.filter(({ name }) => !overridden.has(name.toLowerCase())),
      ...Object.entries(own).map(([name, value]) => ({ name, value })),
    ],
    html: html?.replace(PLACEHOLDER, () => url),
    text: text?.replace(PLACEHOLDER, () => url),
  };
}

function checkIdentities(request: SendRequest, rules: MailRules, region: string): void {
  const addresses = [request.sender, ...(rules.sandbox ? request.recipients : [])];
  const unverified = addresses.filter((address) => coveringIdentity(address, rules) === undefined);
  if (unverified.length > 0) {
    throw new MailRefused(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${unverified.join(', ')}`,
    );
  }
}

function coveringIdentity(address: string, { identities }: MailRules): string | undefined {
  const domain = domainOf(address);
  if (identities === undefined) return domain;
  if (identities.includes(address)) return address;
  return identities.find((identity) => domain === identity || domain.endsWith(`.${identity}`));
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** In the form of SES: sixteen digits, a UUID, a counter. */
function messageId(seed: string): string {
  const hash = createHash('sha256').update(seed).digest('hex');
  const uuid = [hash.slice(16, 24), hash.slice(24, 28), hash.slice(28, 32), hash.slice(32, 36)];
  return `${hash.slice(0, 16)}-${uuid.join('-')}-${hash.slice(36, 48)}-000000`;
}

async function compose(
  request: SendRequest,
  id: string,
  region: string,
  at: Date,
): Promise<{ mail: Omit<OutboxMail, 'file'>; message: Buffer }> {
  const common = { id, at: at.toISOString(), configurationSet: request.configurationSet };
  if (request.raw !== undefined) {
    const parsed = await PostalMime.parse(request.raw);
    const mail = {
      ...common,
      from: request.from,
      to: request.to,
      cc: request.cc,
      bcc: request.bcc,
      replyTo: request.replyTo,
      subject: parsed.subject ?? '',
      headers: parsed.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      html: parsed.html,
      text: parsed.text,
      attachments: parsed.attachments.map(({ filename, mimeType, content, contentId }) => {
        const bytes = Buffer.from(content as ArrayBuffer);
        return {
          fileName: filename ?? 'attachment',
          contentType: mimeType,
          bytes: bytes.length,
          contentId: contentId?.replace(/^<|>$/g, ''),
          contentBase64: bytes.toString('base64'),
        };
      }),
    };
    return { mail, message: request.raw };
  }
  const message = await simpleMessage(request, id, region, at);
  const { from, to, cc, bcc, replyTo, subject, headers, html, text } = request;
  return {
    mail: {
      ...common,
      from,
      to,
      cc,
      bcc,
      replyTo,
      subject,
      headers,
      html,
      text,
      attachments: request.attachments.map(({ fileName, contentType, contentId, content }) => ({
        fileName,
        contentType,
        bytes: content.length,
        contentId,
        contentBase64: content.toString('base64'),
      })),
    },
    message,
  };
}

function simpleMessage(
  request: SendRequest,
  id: string,
  region: string,
  at: Date,
): Promise<Buffer> {
  const options = {
    from: request.from,
    to: [...request.to],
    cc: [...request.cc],
    replyTo: [...request.replyTo],
    subject: request.subject,
    // SES replaces what a sender may have chosen for both.
    messageId: `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`,
    date: at,
    headers: request.headers.map(({ name, value }) => ({ key: name, value })),
    ...(request.text === undefined ? {} : { text: request.text }),
    ...(request.html === undefined ? {} : { html: request.html }),
    attachments: request.attachments.map((attachment) => ({
      filename: attachment.fileName,
      content: attachment.content,
      contentType: attachment.contentType,
      contentDisposition: attachment.inline ? ('inline' as const) : ('attachment' as const),
      ...(attachment.contentId === undefined ? {} : { cid: attachment.contentId }),
    })),
    // A random boundary would make two equal runs differ.
    baseBoundary: id.slice(0, 16),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return new MailComposer(options).compile().build();
}

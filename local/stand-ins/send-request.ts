import * as z from 'zod';

/** A send that SES would refuse, with the name SES gives the refusal. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const Part = z.object({ Data: z.string(), Charset: z.string().optional() });

const Attachment = z.object({
  FileName: z.string(),
  RawContent: z.base64(),
  ContentType: z.string().optional(),
  ContentDisposition: z.enum(['ATTACHMENT', 'INLINE']).optional(),
  ContentId: z.string().optional(),
});

const Body = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: z
    .object({
      ToAddresses: z.array(z.string()).default([]),
      CcAddresses: z.array(z.string()).default([]),
      BccAddresses: z.array(z.string()).default([]),
    })
    .optional(),
  ReplyToAddresses: z.array(z.string()).default([]),
  ConfigurationSetName: z.string().optional(),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  ListManagementOptions: z
    .object({ ContactListName: z.string(), TopicName: z.string().optional() })
    .optional(),
  Content: z.object({
    Simple: z
      .object({
        Subject: Part,
        Body: z.object({ Text: Part.optional(), Html: Part.optional() }),
        Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
        Attachments: z.array(Attachment).default([]),
      })
      .optional(),
    Raw: z.object({ Data: z.base64() }).optional(),
  }),
});

/** A call of SendEmail that SES would take, addresses checked. */
export type SendRequest = {
  readonly from: string;
  /** The bare address of `from`. */
  readonly sender: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  /** Bare addresses of everyone who gets the mail. */
  readonly recipients: readonly string[];
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** The contact list that the mail can be unsubscribed from. */
  readonly list: { readonly name: string; readonly topic: string | undefined } | undefined;
  readonly subject: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly {
    readonly fileName: string;
    readonly contentType: string;
    readonly inline: boolean;
    readonly contentId: string | undefined;
    readonly content: Buffer;
  }[];
  readonly raw: Buffer | undefined;
};

const MAX_RECIPIENTS = 50;
const MAX_HEADERS = 15;
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;
const HEADER_NAME = /^[!-9;-~]{1,126}$/;
const HEADER_VALUE = /^[ -~]{1,995}$/;
const MAX_HEADER_CHARACTERS = 996;
/** Headers that SES writes itself or takes from other fields of the request. */
const RESERVED = new Set(
  'bcc cc content-disposition content-type date from message-id mime-version reply-to return-path sender subject to'.split(
    ' ',
  ),
);

/**
 * Reads the body of a SendEmail call.
 *
 * @throws {MailRefused} on what SES refuses: too many recipients, bad addresses, reserved or non-ASCII headers, no content
 */
export function readSendRequest(body: unknown): SendRequest {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    const fault = parsed.error.issues[0];
    throw refused(`${fault?.path.join('.')}: ${fault?.message}`);
  }
  const { FromEmailAddress: from, Destination, Content, ...rest } = parsed.data;
  const { ToAddresses: to = [], CcAddresses: cc = [], BccAddresses: bcc = [] } = Destination ?? {};
  if (from === undefined) throw refused('Missing required header From.');
  const everyone = [...to, ...cc, ...bcc];
  if (everyone.length === 0) throw refused('Destination must contain at least one recipient.');
  if (everyone.length > MAX_RECIPIENTS) throw refused(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  rest.ReplyToAddresses.forEach(checkAddress);
  return {
    from,
    sender: checkAddress(from),
    to,
    cc,
    bcc,
    replyTo: rest.ReplyToAddresses,
    recipients: everyone.map(checkAddress),
    configurationSet: rest.ConfigurationSetName,
    tags: readTags(rest.EmailTags),
    list: readList(rest.ListManagementOptions, everyone.length),
    ...readContent(Content),
  };
}

const TAG = /^[A-Za-z0-9_-]{1,256}$/;

function readTags(tags: readonly { Name: string; Value: string }[]): Record<string, string[]> {
  for (const { Name, Value } of tags)
    if (!TAG.test(Name) || !TAG.test(Value)) throw refused(`Invalid message tag: ${Name}`);
  return Object.fromEntries(tags.map(({ Name, Value }) => [Name, [Value]]));
}

function readList(
  options: z.infer<typeof Body>['ListManagementOptions'],
  recipients: number,
): SendRequest['list'] {
  if (options === undefined) return undefined;
  if (recipients !== 1) throw refused('A mail of a contact list must have exactly one recipient.');
  return { name: options.ContactListName, topic: options.TopicName };
}

type Content = Pick<SendRequest, 'subject' | 'headers' | 'text' | 'html' | 'attachments' | 'raw'>;

function readContent({ Simple, Raw }: z.infer<typeof Body>['Content']): Content {
  if (Raw !== undefined) {
    const raw = Buffer.from(Raw.Data, 'base64');
    checkSize(raw.length);
    const nothing = { subject: '', headers: [], text: undefined, html: undefined, attachments: [] };
    return { ...nothing, raw };
  }
  if (Simple === undefined) throw refused('Content must be Simple or Raw in the local run.');
  if (Simple.Body.Text === undefined && Simple.Body.Html === undefined) {
    throw refused('The message body must have a text or an HTML part.');
  }
  checkHeaders(Simple.Headers);
  const attachments = Simple.Attachments.map((attachment) => ({
    fileName: attachment.FileName,
    contentType: attachment.ContentType ?? 'application/octet-stream',
    inline: attachment.ContentDisposition === 'INLINE',
    contentId: attachment.ContentId,
    content: Buffer.from(attachment.RawContent, 'base64'),
  }));
  const text = Simple.Body.Text?.Data;
  const html = Simple.Body.Html?.Data;
  const attached = attachments.reduce((sum, { content }) => sum + content.length, 0);
  checkSize(Buffer.byteLength((text ?? '') + (html ?? '')) + attached);
  return {
    subject: Simple.Subject.Data,
    headers: Simple.Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
    text,
    html,
    attachments,
    raw: undefined,
  };
}

function checkHeaders(headers: readonly { Name: string; Value: string }[]): void {
  if (headers.length > MAX_HEADERS)
    throw refused(`A message may add at most ${MAX_HEADERS} headers.`);
  for (const { Name, Value } of headers) {
    if (!HEADER_NAME.test(Name) || RESERVED.has(Name.toLowerCase())) {
      throw refused(`Invalid header name: ${Name}`);
    }
    const tooLong = Name.length + Value.length > MAX_HEADER_CHARACTERS;
    if (tooLong || !HEADER_VALUE.test(Value)) throw refused(`Invalid value of header ${Name}`);
  }
}

function checkSize(bytes: number): void {
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new MailRefused(
      'MessageRejected',
      `Message length is more than ${MAX_MESSAGE_BYTES} bytes long: '${bytes}'.`,
    );
  }
}

function checkAddress(text: string): string {
  const address = readAddress(text);
  if (address === undefined) throw refused(addressFault(text));
  return address;
}

const LOCAL_PART = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * The bare address of `Name <local@domain>` or `local@domain`; undefined when SES would not take it.
 * Non-ASCII local parts are refused by SES, non-ASCII domains must come as punycode.
 */
export function readAddress(text: string): string | undefined {
  const open = text.lastIndexOf('<');
  const bare =
    open >= 0 && text.trimEnd().endsWith('>') ? text.trimEnd().slice(open + 1, -1) : text;
  if (/[\r\n]/.test(text)) return undefined;
  const at = bare.lastIndexOf('@');
  const labels = bare.slice(at + 1).split('.');
  const valid =
    at > 0 &&
    LOCAL_PART.test(bare.slice(0, at)) &&
    labels.length > 1 &&
    labels.every((label) => DOMAIN_LABEL.test(label));
  return valid ? bare : undefined;
}

function addressFault(text: string): string {
  if (!text.includes('@')) return "Missing final '@domain'";
  const domain = text.slice(text.lastIndexOf('@') + 1);
  return /[\s\p{Cc}]/u.test(domain) ? 'Domain contains control or whitespace' : 'Illegal address';
}

function refused(message: string): MailRefused {
  return new MailRefused('BadRequestException', message);
}

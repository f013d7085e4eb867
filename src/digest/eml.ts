import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';

/**
 * The message that SES makes of a request, as a .eml file that any mail program opens: a pure function, so
 * boundaries are the same every time. It has no Message-ID: SES gives one when it sends.
 *
 * @throws {Error} for a request without Simple content
 */
export function emlOf(request: SendEmailCommandInput, at: Date): string {
  const simple = request.Content?.Simple;
  if (simple === undefined) throw new Error('only requests with Simple content become a message');
  const { Subject, Body, Headers = [], Attachments = [] } = simple;
  const head = [
    `From: ${request.FromEmailAddress ?? ''}`,
    `To: ${(request.Destination?.ToAddresses ?? []).join(', ')}`,
    `Reply-To: ${(request.ReplyToAddresses ?? []).join(', ')}`,
    `Subject: ${folded(encodedWords(Subject?.Data ?? ''))}`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    ...Headers.map(({ Name, Value }) => `${Name}: ${Value}`),
    'MIME-Version: 1.0',
  ];
  const text = part('text/plain; charset=utf-8', base64(Body?.Text?.Data ?? ''));
  const html = part('text/html; charset=utf-8', base64(Body?.Html?.Data ?? ''));
  const files = Attachments.map(({ FileName, ContentType, RawContent }) =>
    part(`${ContentType}; name="${FileName}"`, base64(RawContent ?? ''), [
      `Content-Disposition: attachment; filename="${FileName}"`,
    ]),
  );
  const body = multipart('alternative', [text, html]);
  return `${head.join(EOL)}${EOL}${files.length === 0 ? body : multipart('mixed', [body, ...files])}`;
}

const EOL = '\r\n';

/** Headers, an empty line, the content. */
function part(type: string, content: string, headers: readonly string[] = []): string {
  return [
    `Content-Type: ${type}`,
    ...headers,
    'Content-Transfer-Encoding: base64',
    '',
    content,
    '',
  ].join(EOL);
}

function multipart(kind: 'alternative' | 'mixed', parts: readonly string[]): string {
  // Base64 has no dashes: the boundary cannot occur inside a part.
  const boundary = `--promisewatch-${kind}`;
  return [
    `Content-Type: multipart/${kind}; boundary="${boundary}"`,
    '',
    ...parts.flatMap((one) => [`--${boundary}`, one]),
    `--${boundary}--`,
    '',
  ].join(EOL);
}

/** Lines of 76 characters, as RFC 2045 wants them. */
function base64(content: string | Uint8Array): string {
  const encoded = Buffer.from(content as Uint8Array).toString('base64');
  return encoded.replace(/.{76}(?=.)/g, `$&${EOL}`);
}

/** No header line grows too long: encoded words stand on lines of their own. */
function folded(value: string): string {
  return value.replaceAll('?= =?', `?=${EOL} =?`);
}

/** A header's words beyond ASCII, in pieces of at most 75 characters (RFC 2047). */
export function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`)
    .join(' ');
}

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { downloadName, framedHtml, listPage, mailPage, missingPage } from './mailbox/pages.ts';
import { STYLE } from './mailbox/style.ts';
import type { Outbox, OutboxMail } from './stand-ins/outbox.ts';

export type MailboxPage = { readonly url: string; readonly close: () => Promise<void> };

/** The port belongs to another program. The message is a sentence for the operator. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

type Reply = {
  readonly status: number;
  readonly type: string;
  readonly policy: string;
  readonly body: string | Buffer;
  readonly disposition?: string;
};

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Pictures that a mail would fetch from elsewhere stay away: reading a test mail tells nobody. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
const NOTHING_POLICY = "default-src 'none'; sandbox";

/**
 * Serves the mails of an outbox to a browser on this computer.
 *
 * @param port 0 takes any free one
 * @throws {PortInUse} when another program listens there
 */
export async function openMailboxPage(outbox: Outbox, port: number): Promise<MailboxPage> {
  const server = createServer((request, response) => {
    write(response, request.method === 'HEAD', answer(request, outbox));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES'
          ? new PortInUse(
              `Port ${port} cannot be used (${reasonOf(error.code)}): choose another with --port.`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reasonOf(code: 'EADDRINUSE' | 'EACCES'): string {
  return code === 'EADDRINUSE' ? 'another program has it' : 'this account may not open it';
}

function answer(request: IncomingMessage, outbox: Outbox): Reply {
  // A web page elsewhere could point a name of its own at this computer and read along.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') {
    return plain(403, 'Open this page as http://127.0.0.1 or http://localhost.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plain(405, 'Only GET is possible.');
  const [, section = '', id = '', part, index] =
    (request.url ?? '/').split('?')[0]?.split('/') ?? [];
  if (section === '') return html(listPage(outbox.list()));
  if (section === 'style.css') {
    return { status: 200, type: 'text/css; charset=utf-8', policy: NOTHING_POLICY, body: STYLE };
  }
  const mail = section === 'mails' ? outbox.get(id) : undefined;
  return (
    (mail === undefined ? undefined : mailReply(mail, part, index)) ?? html(missingPage(), 404)
  );
}

function mailReply(mail: OutboxMail, part: string | undefined, index = ''): Reply | undefined {
  switch (part) {
    case undefined:
      return html(mailPage(mail));
    case 'html':
      return { ...html(framedHtml(mail)), policy: MAIL_POLICY };
    case 'message.eml':
      return download(
        readFileSync(mail.file),
        'message/rfc822',
        downloadName({ fileName: `${mail.id}.eml` }),
      );
    case 'attachments': {
      const attachment = mail.attachments[Number(index)];
      if (attachment === undefined) return undefined;
      const content = Buffer.from(attachment.contentBase64, 'base64');
      return download(content, attachment.contentType, downloadName(attachment));
    }
    default:
      return undefined;
  }
}

function html(body: string, status = 200): Reply {
  return { status, type: 'text/html; charset=utf-8', policy: PAGE_POLICY, body };
}

function plain(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', policy: NOTHING_POLICY, body };
}

function download(body: Buffer, type: string, disposition: string): Reply {
  // The type comes from the sender, so it must not break out of its header.
  const safeType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
  return { status: 200, type: safeType, policy: NOTHING_POLICY, body, disposition };
}

function write(response: ServerResponse, withoutBody: boolean, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-security-policy': reply.policy,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    ...(reply.disposition === undefined ? {} : { 'content-disposition': reply.disposition }),
  });
  response.end(withoutBody ? undefined : reply.body);
}

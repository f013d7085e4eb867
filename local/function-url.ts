import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalAws } from './local-aws.ts';

/** What Lambda takes; a longer body is refused before the function is called. */
const MAX_BYTES = 6 * 1024 * 1024;

export type FunctionUrl = {
  /** Ends with a slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
};

/**
 * Serves the function URL of a function on this machine, as Lambda does without IAM: each request is
 * one call with an event of payload version 2.0, whose body is base64.
 *
 * @param port 0 for a free one
 */
export async function serveFunctionUrl(
  aws: Pick<LocalAws, 'invoke'>,
  functionName: string,
  port = 0,
): Promise<FunctionUrl> {
  const server = createServer((request, response) => {
    answer(aws, functionName, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
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

async function answer(
  aws: Pick<LocalAws, 'invoke'>,
  functionName: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const result = await aws.invoke(functionName, eventOf(request, body));
  const reply =
    result.outcome === 'succeeded' ? (JSON.parse(result.answer) as Reply | null) : undefined;
  if (reply?.statusCode === undefined) {
    response.writeHead(502, { 'content-type': 'application/json' });
    response.end('{"Message":"Internal Server Error"}');
    return;
  }
  response.writeHead(reply.statusCode, reply.headers);
  response.end(Buffer.from(reply.body ?? '', reply.isBase64Encoded === true ? 'base64' : 'utf8'));
}

type Reply = {
  readonly statusCode?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
};

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function eventOf({ url = '/', method = 'GET', headers }: IncomingMessage, body: Buffer) {
  const { pathname, search } = new URL(url, 'http://localhost');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
    ),
    requestContext: { http: { method, path: pathname }, domainName: 'localhost' },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

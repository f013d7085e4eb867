import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { feedOf } from './feeds.ts';
import { EXAMPLE_SOURCES, exampleMentions, shownAt } from './mentions.ts';

export interface ExampleServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves Northbell's feeds on a free port of this machine, as they were at `now()`: with an entity
 * tag, so that an unchanged feed answers 304 like a real one.
 */
export async function serveNorthbell(now: () => Date): Promise<ExampleServer> {
  const places = new Map(EXAMPLE_SOURCES.map((source) => [source, exampleMentions(source)]));
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^\/|\.(rss|json|atom)$/g, '');
    const source = EXAMPLE_SOURCES.find((known) => known === name);
    if (source === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { contentType, body } = feedOf(source, shownAt(places.get(source) ?? [], now()));
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { 'content-type': contentType, etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

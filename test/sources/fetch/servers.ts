import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type FetchOptions,
  type FetchOutcome,
  safeFetch,
} from '../../../src/sources/fetch/safe-fetch.ts';

export type TestServer = {
  readonly port: number;
  /** `host:port` as `allowedLoopback` takes it. */
  readonly pair: string;
  readonly url: (path: string) => string;
  readonly connections: () => number;
  readonly requests: () => readonly http.IncomingMessage[];
  readonly close: () => Promise<void>;
};

/** A real server on this machine that counts who knocks. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  let connections = 0;
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    pair: `127.0.0.1:${port}`,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    connections: () => connections,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Reads from a server of the test, which the fetch is told to allow. */
export function fetchFrom(
  server: TestServer,
  path: string,
  options: FetchOptions = {},
): Promise<FetchOutcome> {
  return safeFetch(server.url(path), {
    allowHttp: true,
    allowedLoopback: [server.pair],
    ...options,
  });
}

/** The code of a failure, or the status. */
export function codeOf(outcome: FetchOutcome): string {
  return outcome.status === 'failed' ? outcome.code : outcome.status;
}

import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { FetchStop } from './failures.ts';
import { type HostAddress, isPublicAddress } from './guard.ts';
import type { FetchLimits } from './limits.ts';

/** One answer without its body having been read. */
export type Hop = { readonly response: IncomingMessage; readonly status: number };

export type HopRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Addresses that were checked; the connection uses these and asks nobody else. */
  readonly addresses: readonly HostAddress[];
  /** The addresses are of this machine, on purpose. */
  readonly loopback: boolean;
  readonly signal: AbortSignal;
  readonly limits: FetchLimits;
  /** Body of a POST; without one it is a GET. */
  readonly post?: string | undefined;
};

/**
 * Sends one request and resolves with the head of the answer. No proxy, no cookies, no kept connection.
 *
 * @throws {FetchStop}
 */
export function requestHop(hop: HopRequest): Promise<Hop> {
  const { url, headers, signal, limits } = hop;
  const secure = url.protocol === 'https:';
  // An agent of its own: the global one can be told by the environment to use a proxy.
  const agent = secure
    ? new https.Agent({ keepAlive: false })
    : new http.Agent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(url, {
      method: hop.post === undefined ? 'GET' : 'POST',
      headers,
      agent,
      signal,
      lookup: handOut(hop.addresses),
      maxHeaderSize: limits.headerBytes,
      timeout: limits.idleMs,
    });
    const connecting = setTimeout(
      () => request.destroy(new FetchStop('CONNECT_TIMEOUT')),
      limits.connectMs,
    );
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      socket.once('connect', () => {
        // Belt and braces: whatever the stack did, no byte is sent to another kind of address.
        if (!hop.loopback && !isPublicAddress(socket.remoteAddress ?? '')) {
          request.destroy(new FetchStop('ADDRESS_NOT_ALLOWED'));
        }
      });
    });
    let answer: IncomingMessage | undefined;
    request.once('timeout', () => {
      const stop = new FetchStop('IDLE_TIMEOUT');
      // Whoever reads the body is to learn why it ends.
      answer?.destroy(stop);
      request.destroy(stop);
    });
    request.once('close', () => clearTimeout(connecting));
    // Not once: an error after the head has been read would otherwise end the process.
    request.on('error', (error) => reject(stopFor(error)));
    request.once('response', (response) => {
      answer = response;
      resolve({ response, status: response.statusCode ?? 0 });
    });
    request.end(hop.post);
  });
}

/** A resolver for `net.connect` that only knows the addresses it was given. */
export function handOut(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const usable = addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = usable;
    if (first === undefined) {
      callback(new FetchStop('DNS_FAILED'), '', 4);
    } else if (options.all === true) {
      callback(null, [...usable]);
    } else {
      callback(null, first.address, first.family);
    }
  };
}

/**
 * The body as it came over the wire.
 *
 * @throws {FetchStop} BODY_TOO_LARGE as soon as it is, by its announced or its real length
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  try {
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) {
      throw new FetchStop('BODY_TOO_LARGE');
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      const bytes: Buffer = chunk;
      size += bytes.length;
      if (size > maxBytes) throw new FetchStop('BODY_TOO_LARGE');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw stopFor(error);
  } finally {
    response.destroy();
  }
}

/** One header, or null; of a repeated one the first. */
export function header(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** Why the connection ended, as a code of the table of failures. */
export function stopFor(error: unknown): FetchStop {
  if (error instanceof FetchStop) return error;
  if (!(error instanceof Error)) return new FetchStop('CONNECTION_FAILED');
  if (error.cause instanceof FetchStop) return error.cause;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'HPE_HEADER_OVERFLOW') return new FetchStop('HEADERS_TOO_LARGE');
  if (code === 'ETIMEDOUT') return new FetchStop('CONNECT_TIMEOUT');
  const isTls = /^(?:CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO)/.test(
    code,
  );
  return new FetchStop(isTls ? 'TLS_FAILED' : 'CONNECTION_FAILED');
}

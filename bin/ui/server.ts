import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { html } from '../../src/digest/html.ts';
import { SCRIPT, STYLE } from './style.ts';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly html: string;
}

export interface UiOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly randomBytes: (size: number) => Buffer;
  readonly answer: (path: string, query: URLSearchParams) => Promise<Answer>;
  /** Reads the store again. */
  readonly refresh: () => Promise<void>;
  /** Ends the server after this long without a request. */
  readonly idleMs: number;
}

export interface Ui {
  /** With the one-time token. */
  readonly url: string;
  readonly origin: string;
  /** Resolves when the server has ended. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/**
 * Serves pages on 127.0.0.1 to one browser: the one that brings the token of the printed address, once. It gets a
 * cookie that no other site's request carries. Requests with another Host (DNS rebinding) or another site's Origin
 * are refused, and nothing can be changed but the local copy.
 */
export async function openUi(options: UiOptions): Promise<Ui> {
  const session = options.randomBytes(24).toString('base64url');
  const state = { token: options.randomBytes(24).toString('base64url') as string | undefined };
  let origin = '';
  let idle: NodeJS.Timeout | undefined;
  const server = createServer((request, response) => {
    clearTimeout(idle);
    idle = setTimeout(() => end(server), options.idleMs);
    respond(request, { options, session, state, origin }).then(
      (answer) => send(response, answer, request.method === 'HEAD'),
      (error: unknown) =>
        send(response, problem(500, error instanceof Error ? error.message : String(error)), false),
    );
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, '127.0.0.1', done);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  origin = `http://127.0.0.1:${port}`;
  idle = setTimeout(() => end(server), options.idleMs);
  const closed = new Promise<void>((done) =>
    server.once('close', () => {
      clearTimeout(idle);
      done();
    }),
  );
  return { url: `${origin}/?token=${state.token}`, origin, closed, close: () => end(server) };
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}

interface Sent {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Context {
  readonly options: UiOptions;
  readonly session: string;
  readonly state: { token: string | undefined };
  readonly origin: string;
}

async function respond(request: IncomingMessage, context: Context): Promise<Sent> {
  const { options, session, state, origin } = context;
  if (request.headers.host !== new URL(origin).host)
    return problem(421, 'this page is at another address');
  const from = request.headers.origin;
  if (from !== undefined && from !== origin)
    return problem(403, 'another site asked for this page');
  const url = new URL(request.url ?? '/', origin);
  const token = url.searchParams.get('token');
  if (token !== null) {
    if (state.token === undefined || !same(token, state.token))
      return problem(403, 'this address was used already. Start promisewatch ui again.');
    state.token = undefined;
    return welcome(session, origin);
  }
  if (!same(cookieOf(request, origin), session))
    return problem(403, 'open the address that promisewatch ui printed');
  if (request.method === 'POST') return post(url, from, options);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return problem(405, 'these pages are only read');
  if (url.pathname === '/style.css') return { status: 200, type: 'text/css', body: STYLE };
  if (url.pathname === '/app.js') return { status: 200, type: 'text/javascript', body: SCRIPT };
  const answer = await options.answer(url.pathname, url.searchParams);
  return { status: answer.status, body: answer.html };
}

async function post(url: URL, from: string | undefined, { refresh }: UiOptions): Promise<Sent> {
  // Browsers send Origin with every POST: without one it is not a browser.
  if (url.pathname !== '/refresh' || from === undefined)
    return problem(405, 'these pages are only read');
  await refresh();
  return { status: 303, body: '', headers: { location: '/' } };
}

/** A page that moves on by itself: after a redirect from elsewhere a strict cookie would not be sent. */
function welcome(session: string, origin: string): Sent {
  return {
    status: 200,
    body: html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>promisewatch</title></head><body><p><a href="/">Go on</a></p></body></html>`
      .markup,
    headers: {
      'set-cookie': `${cookieName(origin)}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    },
  };
}

/** Cookies do not know ports: two pages at once need two names. */
const cookieName = (origin: string) => `promisewatch-${new URL(origin).port}`;

function cookieOf({ headers }: IncomingMessage, origin: string): string {
  const prefix = `${cookieName(origin)}=`;
  const found = (headers.cookie ?? '').split('; ').find((cookie) => cookie.startsWith(prefix));
  return found?.slice(prefix.length) ?? '';
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function problem(status: number, words: string): Sent {
  return {
    status,
    body: html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>promisewatch</title></head><body><h1>${status}</h1><p>${words}</p></body></html>`
      .markup,
  };
}

function send(
  response: ServerResponse,
  { status, type = 'text/html', body, headers = {} }: Sent,
  headOnly: boolean,
): void {
  response.writeHead(status, {
    ...SECURITY,
    ...headers,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(headOnly ? undefined : body);
}

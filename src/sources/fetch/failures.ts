/** Every way in which a fetch ends without an answer, with the sentence and the remedy that people read. */
export const FETCH_FAILURES = {
  URL_INVALID: {
    message: 'The address is not a valid URL.',
    remedy: 'Correct the address of the source.',
  },
  SCHEME_NOT_ALLOWED: {
    message: 'The address is neither https nor http.',
    remedy: 'Use an https address.',
  },
  HTTP_NOT_ALLOWED: {
    message: 'The address, or one it redirects to, uses plain http.',
    remedy: 'Use the https address, or set `http: true` for this source.',
  },
  CREDENTIALS_IN_URL: {
    message: 'The address contains a user name or password.',
    remedy: 'Remove what stands before the @ in the address.',
  },
  PORT_NOT_ALLOWED: {
    message: 'The address uses a port other than 80 or 443.',
    remedy: 'Use a public address on the standard port.',
  },
  NAME_NOT_ALLOWED: {
    message: 'The host name belongs to a private network.',
    remedy: 'Use a public address.',
  },
  ADDRESS_NOT_ALLOWED: {
    message: 'The host, or one it redirects to, is not on the public internet.',
    remedy: 'Use a public address; addresses of private networks are never read.',
  },
  DNS_FAILED: {
    message: 'The host name could not be resolved.',
    remedy: 'Check the spelling of the host; if it is right, its name server has a problem.',
  },
  CONNECTION_FAILED: {
    message: 'The server could not be reached, or it broke the connection.',
    remedy:
      'Nothing to do at first: it is tried again. If it lasts, open the address in a browser.',
  },
  TLS_FAILED: {
    message: 'The certificate of the server was refused.',
    remedy: 'Tell the owner of the server; promisewatch does not read past a bad certificate.',
  },
  CONNECT_TIMEOUT: {
    message: 'The server did not accept a connection within 5 seconds.',
    remedy:
      'Nothing to do at first: it is tried again. If it lasts, open the address in a browser.',
  },
  IDLE_TIMEOUT: {
    message: 'The server fell silent for 10 seconds.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, tell the owner of the server.',
  },
  TOTAL_TIMEOUT: {
    message: 'The answer took longer than 20 seconds.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, look for a smaller feed.',
  },
  TOO_MANY_REDIRECTS: {
    message: 'The address redirects more than 5 times.',
    remedy: 'Open the address in a browser and use the one that it ends at.',
  },
  REDIRECT_BROKEN: {
    message: 'The server redirects without saying where to.',
    remedy: 'Open the address in a browser and use the one that it ends at.',
  },
  POST_REDIRECTED: {
    message: 'The server redirects a request that carries data.',
    remedy: 'Check the address and the account in the settings of the source.',
  },
  HEADERS_TOO_LARGE: {
    message: 'The headers of the answer are larger than 16 KB.',
    remedy: 'Tell the owner of the server, or remove the source.',
  },
  BODY_TOO_LARGE: {
    message: 'The answer is larger than 5 MB.',
    remedy: 'Ask for a shorter feed, for example with a limit in its address.',
  },
  ENCODING_CHAIN: {
    message: 'The answer is compressed more than twice.',
    remedy: 'Tell the owner of the server, or remove the source.',
  },
  ENCODING_UNKNOWN: {
    message: 'The answer is compressed in a way that was not asked for.',
    remedy: 'Tell the owner of the server.',
  },
  ENCODING_BROKEN: {
    message: 'The compressed answer is damaged.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, tell the owner of the server.',
  },
  UNAUTHORIZED: {
    message: 'The server asks for a login (401).',
    remedy: 'Use a public address, or the connector that takes your key for this service.',
  },
  FORBIDDEN: {
    message: 'The server refuses to answer (403).',
    remedy: 'Open the address in a browser; if it opens there, the server blocks cloud addresses.',
  },
  NOT_FOUND: {
    message: 'There is nothing at this address (404).',
    remedy: 'Check the address; if the feed has moved, put the new address into the settings.',
  },
  GONE: {
    message: 'The feed has been taken down for good (410).',
    remedy: 'Remove the source, or put the new address into the settings.',
  },
  RATE_LIMITED: {
    message: 'The server asks for fewer requests (429).',
    remedy: 'Nothing to do: it is read again later. If it lasts, raise everyMinutes of the source.',
  },
  SERVER_ERROR: {
    message: 'The server has a problem of its own (5xx).',
    remedy: 'Nothing to do: it is tried again. If it lasts, tell the owner of the server.',
  },
  UNASKED_NOT_MODIFIED: {
    message: 'The server says that nothing has changed (304), though it was asked for everything.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, tell the owner of the server.',
  },
  HTTP_ERROR: {
    message: 'The server answered with a status that is not an answer.',
    remedy: 'Open the address in a browser to see what it says.',
  },
} as const;
export type FetchFailureCode = keyof typeof FETCH_FAILURES;

/** What a fetch that failed has to say. */
export type FetchFailure = {
  readonly status: 'failed';
  readonly code: FetchFailureCode;
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly remedy: string;
  readonly httpStatus?: number;
  /** How long the server asks to be left alone, at most a day. */
  readonly retryAfterSeconds?: number;
};

/** The failure of this code, with its sentences. */
export function fetchFailure(
  code: FetchFailureCode,
  details: { readonly httpStatus?: number; readonly retryAfterSeconds?: number } = {},
): FetchFailure {
  return { status: 'failed', code, ...FETCH_FAILURES[code], ...details };
}

/** Thrown inside a fetch to end it from wherever it is; it never leaves `safeFetch`. */
export class FetchStop extends Error {
  readonly code: FetchFailureCode;
  constructor(code: FetchFailureCode) {
    super(FETCH_FAILURES[code].message);
    this.code = code;
  }
}

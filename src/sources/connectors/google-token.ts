import type { SourceFailure } from '../source-answer.ts';
import type { ReadContext } from './connector.ts';
import { connectorFailure, withKeyRefused } from './failures.ts';
import { fieldOf, readJson } from './fields.ts';
import type { Token } from './tokens.ts';

export const GOOGLE_TOKEN_ADDRESS = 'https://oauth2.googleapis.com/token';
/** Given up this long before it runs out, so that it does not run out during a read. */
const MARGIN_SECONDS = 120;

/** Exchanges what a grant asks for (RFC 6749, RFC 7523) for an access token of Google. */
export async function googleToken(
  grant: Readonly<Record<string, string>>,
  { fetch, now }: Pick<ReadContext, 'fetch' | 'now'>,
): Promise<Token | SourceFailure> {
  const fetched = await fetch(GOOGLE_TOKEN_ADDRESS, {
    post: new URLSearchParams(grant).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    accept: 'application/json',
  });
  // A grant that Google does not take is answered with 400.
  if (fetched.status === 'failed')
    return fetched.code === 'HTTP_ERROR'
      ? connectorFailure('KEY_REFUSED')
      : withKeyRefused(fetched);
  if (fetched.status === 'not-modified') return connectorFailure('ANSWER_UNREADABLE');
  const json = readJson(fetched.body, fetched.contentType);
  return json.status === 'ok' ? parseToken(json.value, now) : json;
}

export function parseToken(answer: unknown, now: Date): Token | SourceFailure {
  const value = fieldOf(answer, 'access_token');
  const seconds = fieldOf(answer, 'expires_in');
  if (typeof value !== 'string' || value === '') return connectorFailure('ANSWER_UNREADABLE');
  const lasts = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 86_400) : 300;
  return { status: 'ok', value, until: now.getTime() + (lasts - MARGIN_SECONDS) * 1000 };
}

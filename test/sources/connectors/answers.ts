import type { ConnectorRequest, ReadContext } from '../../../src/sources/connectors/connector.ts';
import { tokenCache } from '../../../src/sources/connectors/tokens.ts';
import { type FetchFailureCode, fetchFailure } from '../../../src/sources/fetch/failures.ts';
import type { FetchOutcome } from '../../../src/sources/fetch/safe-fetch.ts';

/** One request as a connector sent it. */
export type Sent = { readonly url: URL; readonly request: ConnectorRequest };

/** What a service answers: a body, a value for JSON, a failure or a whole outcome. */
export type Answer =
  | { readonly text: string; readonly contentType?: string }
  | { readonly json: unknown }
  | { readonly failure: FetchFailureCode; readonly retryAfterSeconds?: number }
  | FetchOutcome;

/**
 * A place in memory that answers like a service, and the context of a read from it. What it was
 * asked is kept in `sent`.
 */
export function service(
  answer: (url: URL, request: ConnectorRequest) => Answer,
  given: Partial<Omit<ReadContext, 'fetch'>> & { secrets?: Record<string, string> } = {},
): { readonly context: ReadContext; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const { secrets = {}, ...rest } = given;
  const context: ReadContext = {
    async fetch(address, request = {}) {
      const url = new URL(address);
      sent.push({ url, request });
      return outcomeOf(answer(url, request), address);
    },
    secret: async (name) => secrets[name],
    tokens: tokenCache(),
    now: new Date('2026-10-20T12:00:00.000Z'),
    validators: { etag: null, lastModified: null },
    cursor: null,
    ...rest,
  };
  return { context, sent };
}

function outcomeOf(answer: Answer, finalUrl: string): FetchOutcome {
  if ('status' in answer) return answer;
  if ('failure' in answer) {
    const { failure, retryAfterSeconds } = answer;
    return fetchFailure(failure, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }
  const text = 'json' in answer ? JSON.stringify(answer.json) : answer.text;
  const type = 'json' in answer ? 'application/json; charset=utf-8' : (answer.contentType ?? null);
  return {
    status: 'ok',
    body: Buffer.from(text),
    contentType: type,
    etag: '"v1"',
    lastModified: null,
    finalUrl,
  };
}

/** Items of an answer that must be one. */
export function itemsOf(answer: {
  readonly status: string;
  readonly items?: readonly unknown[];
  readonly code?: string;
}) {
  if (answer.status !== 'ok' || answer.items === undefined)
    throw new Error(`not an answer but ${answer.status} ${answer.code ?? ''}`);
  return answer.items;
}

/** The settings that every source has. */
export const common = { id: 'a', name: 'A', population: 'customer', everyMinutes: 60 } as const;

import type { PolledSource } from '../brands/source-settings.ts';
import type { ConnectorFetch, ReadContext } from './connectors/connector.ts';
import { readWith } from './connectors/registry.ts';
import { tokenCache } from './connectors/tokens.ts';
import { fetchFailure } from './fetch/failures.ts';
import { type HostGate, hostGate } from './fetch/host-gate.ts';
import { safeFetch } from './fetch/safe-fetch.ts';
import type { SourceAnswer, Validators } from './source-answer.ts';

/** After this no further request is begun, in milliseconds; what was read by then counts. */
export const READ_MS = 60_000;

/** Requests that one process sends to one host at the same time. */
export const PARALLEL_PER_HOST = 2;

/** The same for a backfill. */
export const BACKFILL_MS = 30 * 60_000;

export interface ReadOptions extends Validators {
  /** What the last answer left behind; null before the first. */
  readonly cursor: string | null;
  readonly now: Date;
  /** host:port pairs on this machine that may be read; empty in the cloud. */
  readonly allowedLoopback: readonly string[];
  /** The value of an SSM SecureString; undefined where there is none. */
  readonly secret: ReadContext['secret'];
  /** For a backfill; it may take {@link BACKFILL_MS}. */
  readonly backTo?: Date;
  /** Shared by the reads of one process, so that no host gets them all at once. */
  readonly gate?: HostGate;
  /** Kept between reads, so that services are not asked for a login each time. */
  readonly tokens?: ReadContext['tokens'];
}

/**
 * Reads a source with its connector. Everything a server can do is an answer; nothing is thrown for
 * it. All requests go through the guarded fetch;
 * none begins later than {@link READ_MS}.
 *
 * @throws only where a secret could not be asked for, which is our side and worth another delivery
 */
export async function readSource(
  source: PolledSource,
  options: ReadOptions,
): Promise<SourceAnswer> {
  const { etag, lastModified, cursor, now, allowedLoopback, secret, backTo } = options;
  const { tokens = tokenCache(), gate = hostGate(PARALLEL_PER_HOST) } = options;
  const budget = AbortSignal.timeout(backTo === undefined ? READ_MS : BACKFILL_MS);
  const fetch: ConnectorFetch = async (url, request = {}) => {
    return await gate(URL.parse(url)?.hostname ?? '', async () => {
      if (budget.aborted) return fetchFailure('TOTAL_TIMEOUT');
      return await safeFetch(url, { ...request, allowedLoopback });
    });
  };
  return await readWith(source, {
    fetch,
    secret,
    tokens,
    now,
    validators: { etag, lastModified },
    cursor,
    ...(backTo === undefined ? {} : { backTo }),
  });
}

import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { type Converse, PaidError } from '../classification/paid/paid-judge.ts';

/** A call that takes longer is given up: the embedded answer is there already. */
const TIMEOUT_MS = 15_000;

const THROTTLED = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'ServiceUnavailableException',
  'ModelNotReadyException',
  'ServiceQuotaExceededException',
]);

/**
 * Amazon Bedrock's Converse API. The client is loaded at the first call, because most stacks never make one.
 *
 * @param options a client of the caller's; default: one that tries twice
 */
export function bedrockConverse(
  options: { readonly client?: BedrockRuntimeClient; readonly timeoutMs?: number } = {},
): Converse {
  const { timeoutMs = TIMEOUT_MS } = options;
  const load = async () => (await import('./bedrock-client.ts')).openBedrock(options.client);
  let loaded: ReturnType<typeof load> | undefined;
  return async (request) => {
    loaded ??= load();
    const converse = await loaded;
    try {
      return await converse(request, AbortSignal.timeout(timeoutMs));
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (THROTTLED.has(name)) throw new PaidError('throttled', error);
      // The model itself took too long, or we did not wait any longer.
      if (/timeout|abort/i.test(name)) throw new PaidError('timeout', error);
      throw new PaidError('failed', error);
    }
  };
}

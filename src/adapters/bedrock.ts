import type { BedrockRuntimeClient, ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
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
  let loaded: ReturnType<typeof load> | undefined;
  const load = async () => {
    const { BedrockRuntimeClient, ConverseCommand } = await import(
      '@aws-sdk/client-bedrock-runtime'
    );
    const client = options.client ?? new BedrockRuntimeClient({ maxAttempts: 2 });
    return { client, ConverseCommand };
  };
  return async (request) => {
    loaded ??= load();
    const { client, ConverseCommand } = await loaded;
    try {
      const command = new ConverseCommand(request as unknown as ConverseCommandInput);
      return await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (THROTTLED.has(name)) throw new PaidError('throttled', error);
      // The model itself took too long, or we did not wait any longer.
      if (/timeout|abort/i.test(name)) throw new PaidError('timeout', error);
      throw new PaidError('failed', error);
    }
  };
}

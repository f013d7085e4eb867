import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
} from '@aws-sdk/client-bedrock-runtime';
import type { PaidRequest } from '../classification/paid/request.ts';

/**
 * The client of Bedrock, in a file of its own that is loaded for the first call: most stacks never make one.
 *
 * @param own a client of the caller's; default: one that tries twice
 */
export function openBedrock(own?: BedrockRuntimeClient) {
  const client = own ?? new BedrockRuntimeClient({ maxAttempts: 2 });
  return (request: PaidRequest, abortSignal: AbortSignal) =>
    client.send(new ConverseCommand(request as unknown as ConverseCommandInput), { abortSignal });
}

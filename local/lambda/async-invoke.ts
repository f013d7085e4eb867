import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolvedResource } from '../template/resolve.ts';
import type { InvocationResult } from './environment.ts';
import type { LambdaFunction } from './functions.ts';

/** What Lambda does with an event that nobody waits for. */
export type AsyncSettings = {
  readonly retries: number;
  /** SQS queue of an OnFailure destination. */
  readonly onFailureArn: string | undefined;
};

export type AsyncHost = {
  readonly realDelays: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Sends on behalf of the function's role; enters the call in the ledger. */
  readonly send: (
    fn: LambdaFunction,
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ) => void;
};

const DEFAULT_RETRIES = 2;
/** Lambda waits one minute before the first retry and two before the second. */
const RETRY_MS = [60_000, 120_000];

/** Settings by logical id or name of the function, from the template's EventInvokeConfigs. */
export function readAsyncSettings(
  resources: readonly ResolvedResource[],
  fn: LambdaFunction,
): AsyncSettings {
  const config = resources.find(
    ({ type, properties }) =>
      type === 'AWS::Lambda::EventInvokeConfig' && properties['FunctionName'] === fn.name,
  );
  const destinations = config?.properties['DestinationConfig'] as
    | { OnFailure?: { Destination?: string } }
    | undefined;
  return {
    retries: Number(config?.properties['MaximumRetryAttempts'] ?? DEFAULT_RETRIES),
    onFailureArn: destinations?.OnFailure?.Destination,
  };
}

/** Invokes a function as an event: retried when it fails, then sent to its failure destination or dead-letter queue. */
export async function invokeAsEvent(
  fn: LambdaFunction,
  payload: unknown,
  settings: AsyncSettings,
  host: AsyncHost,
): Promise<InvocationResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await fn.invoke(payload);
    if (result.outcome === 'succeeded' || host.signal.aborted) return result;
    if (attempt === settings.retries) {
      giveUp(fn, payload, result, attempt + 1, settings, host);
      return result;
    }
    if (host.realDelays) await pause(RETRY_MS[attempt] ?? 0, host.signal);
    // Lambda's own queue is not kept here: a run that ends in between forgets the event.
    if (host.signal.aborted) return result;
  }
}

/** Ends early, without an error, when the run is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function giveUp(
  fn: LambdaFunction,
  payload: unknown,
  result: Exclude<InvocationResult, { outcome: 'succeeded' }>,
  attempts: number,
  { onFailureArn }: AsyncSettings,
  host: AsyncHost,
): void {
  const isQueue = (arn: string | undefined): arn is string =>
    arn?.startsWith('arn:aws:sqs:') ?? false;
  if (isQueue(onFailureArn)) {
    const record = {
      version: '1.0',
      timestamp: host.now().toISOString(),
      requestContext: {
        functionArn: `${fn.arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: attempts,
      },
      requestPayload: payload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: result.error,
    };
    host.send(fn, onFailureArn, JSON.stringify(record), {});
  }
  if (isQueue(fn.deadLetterArn)) {
    host.send(fn, fn.deadLetterArn, JSON.stringify(payload), {
      ErrorCode: '200',
      ErrorMessage: result.error.errorMessage.slice(0, 1024),
    });
  }
}

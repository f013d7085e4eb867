import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';

/** A new value is picked up at most this long after it was stored. */
const FRESH_MS = 5 * 60_000;

/**
 * Reads SecureStrings by name, each at most once in five minutes; a missing one is asked for again.
 *
 * @throws where SSM does not answer or access is denied
 */
export function ssmSecrets(
  client: SSMClient,
): (name: string, now: Date) => Promise<string | undefined> {
  const cached = new Map<string, { readonly value: string; readonly readAt: number }>();
  return async (name, now) => {
    const known = cached.get(name);
    if (known !== undefined && now.getTime() - known.readAt < FRESH_MS) return known.value;
    try {
      const { Parameter } = await client.send(
        new GetParameterCommand({ Name: name, WithDecryption: true }),
      );
      const value = Parameter?.Value;
      if (value !== undefined) cached.set(name, { value, readAt: now.getTime() });
      return value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  };
}

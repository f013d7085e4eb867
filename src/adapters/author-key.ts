import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * The key of the author hash, read once.
 * @throws when it is missing: hashes without a key could be reversed by guessing names
 */
export async function readAuthorKey(client: SSMClient, name: string): Promise<string> {
  try {
    const { Parameter } = await client.send(
      new GetParameterCommand({ Name: name, WithDecryption: true }),
    );
    if (Parameter?.Value !== undefined && Parameter.Value.length >= 32) return Parameter.Value;
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
  throw new Error(
    `the key of the author hash (${name}) is missing or shorter than 32 characters. Run "promisewatch apply": it makes one.`,
  );
}

import { ParameterAlreadyExists, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * Stores the key of the author hash unless there is one: another key would make every author a stranger.
 * @param key at least 32 random characters
 * @returns whether it was stored
 */
export async function makeAuthorKey(
  client: SSMClient,
  name: string,
  key: string,
): Promise<boolean> {
  try {
    await client.send(
      new PutParameterCommand({
        Name: name,
        Value: key,
        Type: 'SecureString',
        Overwrite: false,
        Description:
          'promisewatch: keys the hash of authors. Changing it makes every author a stranger.',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false;
    throw error;
  }
}

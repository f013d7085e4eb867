import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { DeploySettings } from '../src/config/config.ts';

export interface StackClients {
  readonly dynamodb: DynamoDBClient;
  readonly ssm: SSMClient;
}

export interface StackAccess extends StackClients {
  readonly tableName: string;
  /** Name of the SecureString that keys the hash of authors. */
  readonly authorKeyParameter: string;
}

/**
 * Clients for a stack and the name of its table, which the stack leaves in a parameter.
 * The AWS clients load here and not at start, because loading them takes longer than most commands.
 */
export async function openStack(
  deploy: Pick<DeploySettings, 'stackName' | 'region'>,
): Promise<StackAccess> {
  const [{ DynamoDBClient }, { SSMClient, GetParameterCommand, ParameterNotFound }] =
    await Promise.all([import('@aws-sdk/client-dynamodb'), import('@aws-sdk/client-ssm')]);
  const { stackName, region } = deploy;
  const ssm = new SSMClient({ region });
  const name = `/promisewatch/${stackName}/table-name`;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    return {
      dynamodb: new DynamoDBClient({ region }),
      ssm,
      tableName: Parameter?.Value ?? '',
      authorKeyParameter: `/promisewatch/${stackName}/author-key`,
    };
  } catch (error) {
    if (error instanceof ParameterNotFound)
      throw new Error(
        `there is no stack "${stackName}" in ${region} with these credentials. Deploy it first: promisewatch deploy`,
      );
    throw error;
  }
}

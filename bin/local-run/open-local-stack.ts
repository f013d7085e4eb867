import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAws } from '../../local/local-aws.ts';
import type { StackAccess } from '../stack.ts';

/** The operator's clients for a local run: what `openStack` gives for a deployed stack. */
export function openLocalStack(aws: LocalAws, stackName: string): StackAccess {
  const client = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.operatorCredentials,
  };
  const [tableName] = Object.values(aws.resources['AWS::DynamoDB::GlobalTable'] ?? {});
  if (tableName === undefined) throw new Error('the template has no table');
  return {
    dynamodb: new DynamoDBClient(client),
    ssm: new SSMClient(client),
    tableName,
    authorKeyParameter: `/promisewatch/${stackName}/author-key`,
  };
}

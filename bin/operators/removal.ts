import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateBackupCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { DeploySettings } from '../../src/config/config.ts';
import { PRICES } from '../../src/cost/prices.ts';
import type { Step } from './steps.ts';

const TABLE_ID = 'MentionsTable956CD738';
/** A stack with event source mappings takes some minutes. */
const MAX_WAIT_SECONDS = 1800;
const BACKUP_POLL_SECONDS = 2;

export interface Remains {
  readonly tableName: string;
  readonly gigabytes: number;
  readonly items: number;
  /** USD for storage and recovery. */
  readonly monthly: number;
}

/** The table of the data stack, and what it costs to keep; undefined when it is gone. */
export async function remainsOf({
  stackName,
  region,
}: DeploySettings): Promise<Remains | undefined> {
  const tableName = await tableOf(stackName, region);
  if (tableName === undefined) return undefined;
  const client = new DynamoDBClient({ region });
  const described = await ifThere(client.send(new DescribeTableCommand({ TableName: tableName })));
  client.destroy();
  if (described?.Table === undefined) return undefined;
  const gigabytes = (described.Table.TableSizeBytes ?? 0) / 1e9;
  return {
    tableName,
    gigabytes,
    items: described.Table.ItemCount ?? 0,
    monthly: gigabytes * (PRICES.dynamodb.gbMonth + PRICES.dynamodb.recoveryGbMonth),
  };
}

/** Whether one of the two stacks exists: a wrong name must not look like a removal. */
export async function isDeployed({ stackName, region }: DeploySettings): Promise<boolean> {
  const client = new CloudFormationClient({ region });
  const states = [];
  for (const StackName of [stackName, `${stackName}-data`])
    states.push(await ifThere(client.send(new DescribeStacksCommand({ StackName }))));
  client.destroy();
  return states.some((state) => state !== undefined);
}

async function tableOf(stackName: string, region: string): Promise<string | undefined> {
  const client = new CloudFormationClient({ region });
  const found = await ifThere(
    client.send(new DescribeStackResourcesCommand({ StackName: `${stackName}-data` })),
  );
  client.destroy();
  return found?.StackResources?.find(({ LogicalResourceId }) => LogicalResourceId === TABLE_ID)
    ?.PhysicalResourceId;
}

/** Deletes functions, queues, schedules and alarms. The table and its stack stay. */
export function removeFunctions({ stackName, region }: DeploySettings): Step[] {
  return [{ done: `deleted stack ${stackName}`, run: () => deleteStack(stackName, region) }];
}

/** An on-demand backup outlives its table, which DynamoDB does not delete before the backup is whole. */
export function backUp(tableName: string, region: string, at: Date): Step {
  const BackupName = `promisewatch-${at.toISOString().slice(0, 19).replaceAll(':', '-')}`;
  return {
    done: `made backup ${BackupName} of ${tableName}`,
    run: async () => {
      const client = new DynamoDBClient({ region });
      const { BackupDetails } = await client.send(
        new CreateBackupCommand({ TableName: tableName, BackupName }),
      );
      await untilWhole(client, BackupDetails?.BackupArn);
      client.destroy();
    },
  };
}

async function untilWhole(client: DynamoDBClient, BackupArn: string | undefined): Promise<void> {
  for (let waited = 0; waited < MAX_WAIT_SECONDS; waited += BACKUP_POLL_SECONDS) {
    const { BackupDescription } = await client.send(new DescribeBackupCommand({ BackupArn }));
    const status = BackupDescription?.BackupDetails?.BackupStatus;
    if (status === 'AVAILABLE') return;
    if (status !== 'CREATING') throw new Error(`the backup is ${status}: it was not made.`);
    await sleep(BACKUP_POLL_SECONDS * 1000);
  }
  throw new Error('the backup was not whole after half an hour.');
}

/**
 * The table goes before its stack, which remembers its name for a second attempt; the stack goes last, because without it
 * nothing is there to be removed.
 */
export function removeData(
  { stackName, region }: DeploySettings,
  tableName: string | undefined,
): Step[] {
  const dynamodb = new DynamoDBClient({ region });
  const table: Step[] =
    tableName === undefined
      ? []
      : [
          {
            done: `switched deletion protection of ${tableName} off`,
            run: async () => {
              const updated = await ifThere(
                dynamodb.send(
                  new UpdateTableCommand({
                    TableName: tableName,
                    DeletionProtectionEnabled: false,
                  }),
                ),
              );
              // A table that is being updated is not deleted.
              if (updated !== undefined)
                await waitUntilTableExists(
                  { client: dynamodb, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 1, maxDelay: 10 },
                  { TableName: tableName },
                );
            },
          },
          {
            done: `deleted table ${tableName}`,
            run: async () => {
              await ifThere(dynamodb.send(new DeleteTableCommand({ TableName: tableName })));
            },
          },
        ];
  return [
    ...table,
    {
      done: 'deleted the key of the author hash',
      run: async () => {
        const ssm = new SSMClient({ region });
        await ifThere(
          ssm.send(new DeleteParameterCommand({ Name: `/promisewatch/${stackName}/author-key` })),
        );
        ssm.destroy();
      },
    },
    {
      done: `deleted stack ${stackName}-data`,
      run: async () => {
        const client = new CloudFormationClient({ region });
        await ifThere(
          client.send(
            new UpdateTerminationProtectionCommand({
              StackName: `${stackName}-data`,
              EnableTerminationProtection: false,
            }),
          ),
        );
        client.destroy();
        await deleteStack(`${stackName}-data`, region);
      },
    },
  ];
}

async function deleteStack(StackName: string, region: string): Promise<void> {
  const client = new CloudFormationClient({ region });
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(
    { client, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 5, maxDelay: 30 },
    { StackName },
  );
  client.destroy();
}

/** Undefined for what is not there, so that a second attempt passes over what the first one removed. */
async function ifThere<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (
      error instanceof Error &&
      (/does not exist/.test(error.message) ||
        ['ResourceNotFoundException', 'ParameterNotFound'].includes(error.name))
    )
      return undefined;
    throw error;
  }
}

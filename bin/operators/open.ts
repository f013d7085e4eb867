import type { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { Config } from '../../src/config/config.ts';
import { parse } from '../../src/parse.ts';
import { explainAws, type Remedies } from '../analyst/aws-errors.ts';
import type { World } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';
import { openStack, type StackAccess } from '../stack.ts';
import { type Changes, withChanges } from './steps.ts';

/** The deployed stack of a file, with what the file says. */
export interface OpenedStack extends StackAccess {
  readonly config: Config;
  readonly stackName: string;
  readonly region: string;
}

/**
 * Opens the stack that the file names and closes it whatever happens.
 * @throws {Refusal} for missing credentials or a missing stack, with what to do
 */
export async function withStack<T>(
  { config: file }: { readonly config: string },
  world: World,
  use: (stack: OpenedStack) => Promise<T>,
  changes?: Changes,
): Promise<T> {
  const config = readConfigFile(file, world.cwd);
  const { stackName, region } = config.deploy;
  const work = async () => {
    const access = await openStack(config.deploy);
    try {
      return await use({ ...access, config, stackName, region });
    } finally {
      access.dynamodb.destroy();
      access.ssm.destroy();
    }
  };
  return explained(`stack ${stackName} in ${region}`, work, changes);
}

/** Operators' commands know their place from the file alone, and the SDK takes the profile from the environment. */
export const FOR_OPERATORS: Remedies = {
  signIn: 'aws sso login, or export AWS_PROFILE=NAME, then the same command again',
  chooseProfile:
    'aws configure list-profiles, then export AWS_PROFILE=NAME and the same command again',
  permissions: 'use credentials that may, for example those that deployed it',
  place:
    'wrong account, wrong deploy.region or deploy.stackName in the file, or not deployed. Next: aws sts get-caller-identity, then promisewatch deploy',
  region: 'deploy.region in the file',
};

/**
 * Runs something that asks AWS, and turns what AWS refuses into a sentence with the next command.
 * @param changes what `work` has changed so far; where it is given, a failure says it
 */
export async function explained<T>(
  label: string,
  work: () => Promise<T>,
  changes?: Changes,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = explainAws(error, label, FOR_OPERATORS);
    throw changes === undefined ? known : withChanges(known, changes);
  }
}

const QueuePair = z.strictObject({ queue: z.url(), deadLetters: z.url() });
const Queues = z.strictObject({ mentions: QueuePair, polls: QueuePair });
export type Queues = z.infer<typeof Queues>;

/** Addresses of the stack's queues, which it leaves in a parameter. */
export async function queuesOf(ssm: SSMClient, stackName: string): Promise<Queues> {
  const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
  const name = `/promisewatch/${stackName}/queues`;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
  return parse(Queues, JSON.parse(Parameter?.Value ?? '{}'), `parameter ${name}`);
}

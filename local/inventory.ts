import type { QueueDepth } from './stand-ins/queues.ts';
import type { Stack } from './template/assembly.ts';
import type { ResolvedResource } from './template/resolve.ts';

/** The only account fauxqs knows. */
export const ACCOUNT = '000000000000';

export type QueueState = QueueDepth & {
  readonly logicalId: string;
  readonly name: string;
  readonly url: string;
  /** Whether another queue sends its dead letters here. */
  readonly isDeadLetterQueue: boolean;
};

/** What the run acts on, or what another resource's reading takes into account. */
const KNOWN_TYPES = new Set([
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SQS::Queue',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::Scheduler::Schedule',
  'AWS::SES::EmailIdentity',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SES::ContactList',
  'AWS::Events::Rule',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Url',
  'AWS::SSM::Parameter',
]);

/** Whether the run does anything with resources of a type. */
export function isHonoured(type: string): boolean {
  return KNOWN_TYPES.has(type);
}

/** @throws {Error} when a stack is tied to an account */
export function checkAccounts(stacks: readonly Stack[]): void {
  for (const { name, account } of stacks) {
    if (account !== undefined && account !== ACCOUNT) {
      throw new Error(
        `stack ${name} is synthesised for account ${account}: synthesise it without an account to run it here`,
      );
    }
  }
}

/** Physical names (of queues: URLs) by CloudFormation type and logical id. */
export function namesByType(
  resources: readonly ResolvedResource[],
): Record<string, Record<string, string>> {
  const names: Record<string, Record<string, string>> = {};
  for (const { type, logicalId, ref } of resources) {
    names[type] ??= {};
    names[type][logicalId] = ref;
  }
  return names;
}

/** How full each queue of a template is. */
export function queueStates(
  queues: readonly ResolvedResource[],
  depthOf: (arn: string) => QueueDepth | undefined,
): QueueState[] {
  const deadLetterArns = new Set(
    queues.map(
      ({ properties }) =>
        (properties['RedrivePolicy'] as { deadLetterTargetArn?: string } | undefined)
          ?.deadLetterTargetArn,
    ),
  );
  return queues.map(({ logicalId, physicalName, ref, arn }) => ({
    logicalId,
    name: physicalName,
    url: ref,
    isDeadLetterQueue: deadLetterArns.has(arn),
    ...(depthOf(arn) ?? { ready: 0, inFlight: 0, delayed: 0 }),
  }));
}

import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  Effect,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionName } from './bundles.ts';

/** Why a function may do something, beside what it may do. */
export interface Grant {
  /** Shown as the statement's id in the template. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

export interface NodeFunctionProps {
  readonly defaults: FunctionDefaults;
  /** What calls it: says who keeps the work when it fails. */
  readonly calledBy: keyof typeof KEEPS_THE_WORK;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memorySize: number;
  /** Most executions at the same time, where the account lets them be reserved. */
  readonly concurrency: number;
  readonly grants: readonly Grant[];
}

/** What all functions of a stack share. */
export interface FunctionDefaults {
  /** Folder that holds one bundle per function. */
  readonly bundles: string;
  /** Whether each function keeps its share of the account's concurrent executions, and takes no more. */
  readonly reserveConcurrency: boolean;
}

/** Of the stack's own metrics: two stacks in one account must not add up. */
export function metricsNamespace(scope: Construct): string {
  return `promisewatch/${Stack.of(scope).stackName}`;
}

const KEEPS_THE_WORK = {
  queue: 'SQS keeps the message and its queue has a dead-letter queue with an alarm.',
  clock:
    'A scheduled call carries no data. The next one does all that a lost one left, and `stands-still` notices when none succeeds.',
  web: 'The sender gets the answer, and sends again what was not taken.',
  events:
    'Lambda repeats an event of SES twice. One that is lost all the same costs no digest: an unmarked send is repeated after its lease, and a mailbox that bounced bounces again.',
};

/** Our one way to make a function: its own role with written statements, its own log group, JSON logs. */
export function nodeFunction(
  scope: Construct,
  name: FunctionName,
  props: NodeFunctionProps,
): LambdaFunction {
  const { defaults, calledBy, environment, timeout, memorySize, concurrency, grants } = props;
  const logGroup = new LogGroup(scope, 'Logs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `what ${name} of ${Stack.of(scope).stackName} may do`,
    // Inline, so that the permissions exist before an event source starts to use them.
    inlinePolicies: {
      permissions: new PolicyDocument({
        statements: [
          {
            sid: 'WriteOwnLogs',
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          },
          {
            // X-Ray knows no resources.
            sid: 'WriteOwnTraces',
            actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
            resources: ['*'],
          },
          ...grants,
        ].map(
          ({ sid, actions, resources, ...rest }) =>
            new PolicyStatement({
              sid,
              effect: Effect.ALLOW,
              actions: [...actions],
              resources: [...resources],
              ...('conditions' in rest &&
                rest.conditions !== undefined && { conditions: rest.conditions }),
            }),
        ),
      }),
    },
  });
  const fn = new LambdaFunction(scope, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(join(defaults.bundles, name)),
    handler: 'index.handler',
    description: `promisewatch: ${name}`,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
    environment: { ...environment, METRICS_NAMESPACE: metricsNamespace(scope) },
    timeout,
    memorySize,
    ...(defaults.reserveConcurrency && { reservedConcurrentExecutions: concurrency }),
  });
  // Not by the property `tracing`, which would give the role a second policy.
  (fn.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
  for (const id of ['AwsSolutions-IAM5[Resource::*]', 'Serverless-LambdaStarPermissions'])
    Validations.of(role).acknowledge({
      id,
      reason: 'X-Ray takes traces without naming a resource: its two actions allow no other value.',
    });
  for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination'])
    Validations.of(fn).acknowledge({ id, reason: KEEPS_THE_WORK[calledBy] });
  return fn;
}

/** Statements on the table, one per distinct need; indexes are named, never `*`. */
export function tableGrant(
  table: TableV2,
  sid: string,
  actions: readonly string[],
  indexes: readonly ('GSI1' | 'GSI2')[] = [],
): Grant[] {
  return [
    {
      sid,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
    },
    ...(indexes.length === 0
      ? []
      : [
          {
            sid: `${sid}Index`,
            actions: ['dynamodb:Query'],
            resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
          },
        ]),
  ];
}

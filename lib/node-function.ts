import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
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
  /** Folder that holds one bundle per function. */
  readonly bundles: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly grants: readonly Grant[];
}

/** Our one way to make a function: its own role with written statements, its own log group, JSON logs. */
export function nodeFunction(
  scope: Construct,
  name: FunctionName,
  { bundles, environment, timeout, memorySize, grants }: NodeFunctionProps,
): LambdaFunction {
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
  return new LambdaFunction(scope, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(join(bundles, name)),
    handler: 'index.handler',
    description: `promisewatch: ${name}`,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
    environment,
    timeout,
    memorySize,
  });
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

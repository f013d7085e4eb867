import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';

/**
 * Calls a function on a schedule in UTC. Ticks know no brand: what is due is decided by the function.
 *
 * @param expression an EventBridge Scheduler expression, e.g. `cron(0,15,30,45 * * * ? *)`
 */
export function tick(scope: Construct, target: LambdaFunction, expression: string): CfnSchedule {
  const role = new Role(scope, 'TickRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      permissions: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'CallTheFunction',
            actions: ['lambda:InvokeFunction'],
            resources: [target.functionArn],
          }),
        ],
      }),
    },
  });
  return new CfnSchedule(scope, 'Tick', {
    scheduleExpression: expression,
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: target.functionArn,
      roleArn: role.roleArn,
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
    },
  });
}

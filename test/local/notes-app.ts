import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import {
  CfnSchedule,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { build } from 'esbuild';

const HANDLERS = ['tick', 'keep', 'misbehave'] as const;

/** A small application with one of everything the local run knows; nothing of the product. */
export async function synthesiseNotesApp(folder: string): Promise<string> {
  const bundles = join(folder, 'bundles');
  await build({
    entryPoints: HANDLERS.map((name) => ({
      in: fileURLToPath(new URL(`./handlers/${name}.ts`, import.meta.url)),
      out: join(name, 'index'),
    })),
    outdir: bundles,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'error',
  });
  const outdir = join(folder, 'assembly');
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const data = new Stack(app, 'NotesData');
  const table = new TableV2(data, 'Notes', {
    partitionKey: { name: 'PK', type: AttributeType.STRING },
    sortKey: { name: 'SK', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    globalSecondaryIndexes: [
      {
        indexName: 'ByKind',
        partitionKey: { name: 'kind', type: AttributeType.STRING },
        sortKey: { name: 'SK', type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: ['keptAt'],
      },
    ],
  });
  const stack = new Stack(app, 'NotesApp');
  const deadLetters = new Queue(stack, 'DeadNotes', { enforceSSL: true });
  const queue = new Queue(stack, 'NotesQueue', {
    enforceSSL: true,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
    visibilityTimeout: Duration.minutes(6),
  });
  const define = (name: (typeof HANDLERS)[number], environment: Record<string, string>) =>
    new LambdaFunction(stack, name, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(bundles, name)),
      timeout: Duration.seconds(name === 'misbehave' ? 1 : 20),
      memorySize: 256,
      environment,
      ...(name === 'misbehave' ? { deadLetterQueue: deadLetters } : {}),
      retryAttempts: 1,
    });

  const tick = define('tick', { QUEUE_URL: queue.queueUrl });
  tick.addToRolePolicy(
    new PolicyStatement({
      sid: 'Queue',
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }),
  );
  const keep = define('keep', { TABLE_NAME: table.tableName });
  keep.addToRolePolicy(
    new PolicyStatement({
      sid: 'Store',
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table.tableArn, `${table.tableArn}/index/*`],
    }),
  );
  keep.addToRolePolicy(
    new PolicyStatement({
      sid: 'Mail',
      actions: ['ses:SendEmail'],
      resources: [
        stack.formatArn({ service: 'ses', resource: 'identity', resourceName: 'example.com' }),
      ],
    }),
  );
  keep.addEventSource(
    new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 2 }),
  );
  const misbehave = define('misbehave', { TABLE_NAME: table.tableName });

  new Schedule(stack, 'Hourly', {
    schedule: ScheduleExpression.rate(Duration.hours(1)),
    target: new LambdaInvoke(tick, { input: ScheduleTargetInput.fromObject({ note: 'hourly' }) }),
  });
  new Schedule(stack, 'Morning', {
    schedule: ScheduleExpression.expression('cron(0 7 ? * MON-FRI *)'),
    target: new LambdaInvoke(tick, { input: ScheduleTargetInput.fromObject({ note: 'morning' }) }),
  });
  const april = ScheduleExpression.expression('cron(0 12 1 4 ? *)');
  new Schedule(stack, 'Failing', {
    schedule: april,
    target: new LambdaInvoke(misbehave, {
      input: ScheduleTargetInput.fromObject({ how: 'throw' }),
    }),
  });
  const powerless = new Role(stack, 'Powerless', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
  });
  deadLetters.grantSendMessages(powerless);
  new CfnSchedule(stack, 'Forbidden', {
    scheduleExpression: april.expressionString,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: tick.functionArn,
      roleArn: powerless.roleArn,
      input: '{"note":"forbidden"}',
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  new StringParameter(stack, 'Greeting', {
    parameterName: '/notes/greeting',
    stringValue: 'hello',
  });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  new CfnOutput(stack, 'Misbehave', { value: misbehave.functionName });
  app.synth();
  return outdir;
}

import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { DeploySettings } from '../src/config/config.ts';
import { Alarms, FIVE_MINUTES } from './alarms.ts';
import { Classification } from './classification.ts';
import { Collection } from './collection.ts';
import { DigestDelivery } from './digest-delivery.ts';
import { TrendDetection } from './trend-detection.ts';

export interface PromisewatchStackProps extends StackProps {
  readonly deploy: DeploySettings;
  readonly table: TableV2;
  /** Folder that holds one bundle per function. */
  readonly bundles: string;
}

/** The whole pipeline on one page, in the order a mention travels. */
export class PromisewatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PromisewatchStackProps) {
    super(scope, id, props);
    const { table, bundles, deploy } = props;
    const classification = new Classification(this, 'Classification', { table, bundles });
    const collection = new Collection(this, 'Collection', {
      table,
      bundles,
      mentions: classification.work,
      retentionDays: deploy.retentionDays,
      authorKeyParameter: `/promisewatch/${deploy.stackName}/author-key`,
    });
    const detection = new TrendDetection(this, 'TrendDetection', { table, bundles });
    const delivery = new DigestDelivery(this, 'DigestDelivery', { table, bundles, deploy });

    // Where the command line finds the table of a stack that it knows by name.
    new StringParameter(this, 'TableName', {
      parameterName: `/promisewatch/${deploy.stackName}/table-name`,
      stringValue: table.tableName,
    });

    const alarms = new Alarms(this, 'Alarms', deploy.alarmEmail);
    alarms.add(
      'mention-dead-letters',
      classification.work.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: FIVE_MINUTES,
      }),
      { threshold: 1 },
      'Some mentions are missing from counts, trends and digests.',
    );
    alarms.add(
      'poll-dead-letters',
      collection.polls.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: FIVE_MINUTES,
      }),
      { threshold: 1 },
      'Some sources were not read although they were due.',
    );
    alarms.add(
      'mentions-waiting',
      classification.work.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      { threshold: 15 * 60, periods: 3 },
      'Mentions wait for more than 15 minutes to be judged; counts and digests lag behind.',
    );
    alarms.add(
      'function-errors',
      sumOfErrors([
        ...collection.functions,
        ...classification.functions,
        ...detection.functions,
        ...delivery.functions,
      ]),
      { threshold: 1, periods: 3 },
      'A function has failed for 15 minutes; what it does is late until it recovers.',
    );
    alarms.add(
      'check-not-run',
      detection.check.metricInvocations({ period: Duration.hours(1) }),
      { threshold: 1, below: true, periods: 3, missingIsBad: true },
      'No check has run for three hours: a negative trend would go unnoticed.',
    );
    alarms.add(
      'delivery-not-run',
      delivery.deliver.metricInvocations({ period: Duration.hours(1) }),
      { threshold: 1, below: true, periods: 2, missingIsBad: true },
      'No mail has been looked for to send in two hours: digests are late.',
    );
  }
}

function sumOfErrors(functions: readonly LambdaFunction[]): MathExpression {
  const usingMetrics = Object.fromEntries(
    functions.map((fn, index) => [`m${index}`, fn.metricErrors({ period: FIVE_MINUTES })]),
  );
  return new MathExpression({
    expression: Object.keys(usingMetrics).join(' + '),
    usingMetrics,
    period: FIVE_MINUTES,
    label: 'errors of all functions',
  });
}

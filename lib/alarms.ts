import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type AlarmName, alarmNameOf } from '../src/alarms.ts';
import type { Metric as MetricName } from '../src/metrics.ts';
import { metricsNamespace } from './node-function.ts';

const RUNBOOK = 'https://github.com/promisewatch/promisewatch/blob/main/docs/runbook.md';

export interface AlarmRule {
  /** Fires at this value or above. */
  readonly threshold: number;
  /** Periods of the metric in a row. */
  readonly periods?: number;
  /** A missing value means that the machine stands still. */
  readonly missingIsBad?: boolean;
}

/** Every alarm goes to one mailbox and says what readers lose and where the remedy is written. */
export class Alarms extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, email: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A topic with a policy of its own no longer admits the account's alarms by default.
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.topic.addSubscription(new EmailSubscription(email));
    Validations.of(this.topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'The only subscriber is a mailbox. SNS retries e-mail by itself, and an alarm that nobody got stays red in CloudWatch and in `status`.',
    });
  }

  /**
   * @param impact what readers of the digest lose while this is red
   */
  add(name: AlarmName, metric: IMetric, rule: AlarmRule, impact: string): void {
    const alarm = new Alarm(this, name, {
      alarmName: alarmNameOf(Stack.of(this).stackName, name),
      alarmDescription: `${impact}\n\nRunbook: ${RUNBOOK}#${name}`,
      metric,
      threshold: rule.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: rule.periods ?? 1,
      treatMissingData: rule.missingIsBad
        ? TreatMissingData.BREACHING
        : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }

  /** One of the stack's own metrics; a gauge is read hourly. */
  own(metricName: MetricName, period: Duration, statistic: 'Maximum' | 'Sum' | 'Average'): Metric {
    return new Metric({ namespace: metricsNamespace(this), metricName, period, statistic });
  }
}

export const FIVE_MINUTES = Duration.minutes(5);
export const ONE_HOUR = Duration.hours(1);

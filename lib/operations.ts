import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { Alarms, FIVE_MINUTES, ONE_HOUR } from './alarms.ts';
import type { WorkQueue } from './work-queue.ts';

export interface OperationsProps {
  readonly alarmEmail: string;
  readonly mentions: WorkQueue;
  readonly polls: WorkQueue;
  readonly mail: ConfigurationSet;
  readonly asksBedrock: boolean;
}

/** Shares of mails. SES reviews an account at 5 % bounces or 0.1 % complaints. */
const BOUNCE_LIMIT = 0.02;
const COMPLAINT_LIMIT = 0.001;

/**
 * Ten alarms, and one more with Bedrock, each for something that a person must do. Errors that are retried and pass are not among
 * them: what stays undone shows in a queue, in a gauge of the hourly watch, or in the silence of the watch.
 */
export class Operations extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { alarmEmail, mentions, polls, mail, asksBedrock }: OperationsProps,
  ) {
    super(scope, id);
    const alarms = new Alarms(this, 'Alarms', alarmEmail);
    const waiting = { period: FIVE_MINUTES };
    alarms.add(
      'mention-dead-letters',
      mentions.deadLetters.metricApproximateNumberOfMessagesVisible(waiting),
      { threshold: 1 },
      'Some mentions are missing from counts, trends and digests.',
    );
    alarms.add(
      'poll-dead-letters',
      polls.deadLetters.metricApproximateNumberOfMessagesVisible(waiting),
      { threshold: 1 },
      'Some sources were not read although they were due.',
    );
    alarms.add(
      'mentions-waiting',
      mentions.queue.metricApproximateAgeOfOldestMessage(waiting),
      { threshold: 30 * 60, periods: 3 },
      'Mentions wait for more than half an hour to be judged; counts and digests lag behind.',
    );
    alarms.add(
      'source-unread',
      alarms.own('SourcesUnread', ONE_HOUR, 'Maximum'),
      { threshold: 1 },
      'A source could not be read for 24 hours: what customers say there is missing.',
    );
    alarms.add(
      'digest-late',
      alarms.own('DigestsLate', ONE_HOUR, 'Maximum'),
      { threshold: 1 },
      'Somebody should have had a digest two hours ago and has not got it.',
    );
    alarms.add(
      'mail-refused',
      alarms.own('MailsRefused', ONE_HOUR, 'Sum'),
      { threshold: 1 },
      'SES, a mailbox or a channel refused a digest for good: its recipient will not get it.',
    );
    alarms.add(
      'bounces-or-complaints',
      reputation(mail),
      { threshold: 1 },
      'Too many digests bounce or are reported as spam; SES may stop sending altogether.',
    );
    alarms.add(
      'counts-differ',
      alarms.own('RollupDrift', ONE_HOUR, 'Maximum'),
      { threshold: 1 },
      'The nightly audit found days whose counts are wrong, which are being counted again, or cannot be counted.',
    );
    alarms.add(
      'mentions-unclassified',
      alarms.own('UnclassifiedPercent', ONE_HOUR, 'Maximum'),
      { threshold: 10, periods: 3 },
      'More than a tenth of the mentions of two days could not be judged and count nowhere.',
    );
    if (asksBedrock)
      alarms.add(
        'bedrock-fallbacks',
        alarms.own('FellBackPercent', ONE_HOUR, 'Average'),
        { threshold: 20, periods: 3 },
        'More than a fifth of the mentions that Bedrock was asked about keep the embedded answer, which was unsure of them.',
      );
    alarms.add(
      'stands-still',
      alarms.own('StagesStopped', ONE_HOUR, 'Maximum'),
      { threshold: 1, periods: 3, missingIsBad: true },
      'Nothing is read, counted, checked or mailed: a negative trend would go unnoticed.',
    );
  }
}

/** 1 while one of the two rates is over its limit. SES publishes them as fractions. */
function reputation(mail: ConfigurationSet): MathExpression {
  const rate = (metricName: string) =>
    new Metric({
      namespace: 'AWS/SES',
      metricName,
      dimensionsMap: { 'ses:configuration-set': mail.configurationSetName },
      period: ONE_HOUR,
      statistic: 'Maximum',
    });
  return new MathExpression({
    expression: `IF(FILL(bounces, 0) >= ${BOUNCE_LIMIT} OR FILL(complaints, 0) >= ${COMPLAINT_LIMIT}, 1, 0)`,
    usingMetrics: {
      bounces: rate('Reputation.BounceRate'),
      complaints: rate('Reputation.ComplaintRate'),
    },
    period: ONE_HOUR,
    label: 'bounces or complaints over their limit',
  });
}

/**
 * Everything that is measured, without a dimension per brand or source: which one it was stands in the
 * log line beside it. Six, or seven with Bedrock, of the ten custom metrics that AWS does not charge for.
 */
export type Metric =
  /** Configured sources that nobody could read for 24 hours. */
  | 'SourcesUnread'
  /** Digests that a recipient should have had two hours ago. */
  | 'DigestsLate'
  /** Scheduled stages that have not succeeded for hours. Its absence means the same of the check. */
  | 'StagesStopped'
  /** Of the mentions of the last two days, those that could not be judged, in percent. */
  | 'UnclassifiedPercent'
  /** Days whose stored counts differ from a recount. */
  | 'RollupDrift'
  /** Digests that somebody does not get: refused for good by SES or a channel, sent back by a mailbox, complained about. */
  | 'MailsRefused'
  /** A value a mention that Bedrock was wanted for: 100 where the embedded answer had to stand, else 0. */
  | 'FellBackPercent';

type Values = Partial<Record<Metric, number | readonly number[]>>;

/**
 * One line in CloudWatch's embedded metric format (version of 2018-12-10), from which CloudWatch makes
 * the metrics by itself. Of several values of one metric CloudWatch takes at most 100.
 *
 * @param namespace of the stack, so that two stacks in one account do not add up
 */
export function metricLine(namespace: string, values: Values, at: Date): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[]],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: unitOf(Name) })),
        },
      ],
    },
    ...values,
  });
}

/**
 * Writes metrics to the function's log. Past the console, which Lambda's JSON format would wrap into a
 * `message`, where CloudWatch does not look for metrics.
 */
export function measure(namespace: string, values: Values, at: Date): void {
  process.stdout.write(`${metricLine(namespace, values, at)}\n`);
}

function unitOf(name: string): string {
  return name.endsWith('Percent') ? 'Percent' : 'Count';
}

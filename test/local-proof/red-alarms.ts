import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalRun } from '../../bin/local-run/open-run.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Value: { readonly 'Fn::GetAtt'?: [string, string] } }[];
  readonly Metrics?: readonly { readonly Expression?: string }[];
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Alarms of an assembly, as its template has them. */
export function alarmsIn(assemblyDir: string, stackName: string): Alarm[] {
  const file = join(assemblyDir, `${stackName}.template.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Alarm }>;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties);
}

/**
 * Names of the alarms that are red on a local run, without the stack's name: CloudWatch's rules over the metric lines in the
 * logs of the functions, the queues, and the rates of the mail stand-in. Periods end at the run's clock.
 */
export async function redAlarms(
  { aws }: LocalRun,
  alarms: readonly Alarm[],
  stackName: string,
): Promise<string[]> {
  const now = aws.clock.now().getTime();
  const lines = metricLines(aws.logFolder);
  const red: string[] = [];
  for (const alarm of alarms) {
    const values = await valuesOf(alarm, { aws, lines, now });
    const breaches = values.map((value) =>
      value === undefined ? alarm.TreatMissingData === 'breaching' : value >= alarm.Threshold,
    );
    if (breaches.every(Boolean)) red.push(alarm.AlarmName.slice(stackName.length + 1));
  }
  return red.toSorted();
}

interface Facts {
  readonly aws: LocalRun['aws'];
  readonly lines: readonly Record<string, unknown>[];
  readonly now: number;
}

/** One value a period, the newest first; undefined where there is none. */
async function valuesOf(alarm: Alarm, { aws, lines, now }: Facts): Promise<(number | undefined)[]> {
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, i) => i);
  if (alarm.Metrics !== undefined) return [exceeds(alarm, aws.mailReputation())];
  const ms = (alarm.Period ?? 0) * 1000;
  if (alarm.Namespace === 'AWS/SQS') {
    const [id = ''] = alarm.Dimensions?.[0]?.Value['Fn::GetAtt'] ?? [];
    const queue = aws.queues().find(({ logicalId }) => logicalId === id);
    if (queue === undefined) throw new Error(`${alarm.AlarmName} looks at no queue`);
    if (alarm.MetricName === 'ApproximateNumberOfMessagesVisible') return [queue.ready];
    const sentAt = await oldestIn(aws, queue.url);
    return periods.map((i) => (sentAt === undefined ? 0 : (now - i * ms - sentAt) / 1000));
  }
  const samples = lines.flatMap((line): Sample[] => {
    const value = line[alarm.MetricName ?? ''];
    const { Timestamp } = line['_aws'] as { Timestamp: number };
    return typeof value === 'number' ? [{ at: Timestamp, value }] : [];
  });
  return periods.map((i) => {
    const inside = samples
      .filter(({ at }) => at > now - (i + 1) * ms && at <= now - i * ms)
      .map(({ value }) => value);
    if (inside.length === 0) return undefined;
    return alarm.Statistic === 'Sum' ? inside.reduce((a, b) => a + b) : Math.max(...inside);
  });
}

/** The expression of `bounces-or-complaints`, with the rates of the stand-in. */
function exceeds(
  { Metrics = [] }: Alarm,
  { bounceRate, complaintRate }: ReturnType<LocalRun['aws']['mailReputation']>,
): number {
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  const limit = (of: string) =>
    Number(new RegExp(`FILL\\(${of}, 0\\) >= ([\\d.]+)`).exec(expression)?.[1] ?? Number.NaN);
  const [bounces, complaints] = [limit('bounces'), limit('complaints')];
  if (Number.isNaN(bounces + complaints)) throw new Error(`cannot read ${expression}`);
  return bounceRate >= bounces || complaintRate >= complaints ? 1 : 0;
}

/** When the oldest message that can be seen was sent, in epoch milliseconds; leaves it there. */
async function oldestIn(
  { endpoint, region, operatorCredentials: credentials }: LocalRun['aws'],
  QueueUrl: string,
): Promise<number | undefined> {
  const sqs = new SQSClient({ endpoint, region, credentials });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  sqs.destroy();
  const sent = Messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp));
  return sent.length === 0 ? undefined : Math.min(...sent);
}

function metricLines(folder: string): Record<string, unknown>[] {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.includes('CloudWatchMetrics'))
    .flatMap((line) => {
      const { message } = JSON.parse(line) as { message?: unknown };
      return typeof message === 'string' ? [JSON.parse(message) as Record<string, unknown>] : [];
    });
}

import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoSendLog } from '../../src/adapters/dynamodb/send-log.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { ALARMS, alarmNameOf } from '../../src/alarms.ts';
import type { Brand } from '../../src/brands/brand.ts';
import { isBetweenVersions } from '../../src/checks/daily-check.ts';
import { lastRunOf } from '../../src/checks/watch.ts';
import type { Settings } from '../../src/config/config.ts';
import type { Checkpoints, UnreadableRow } from '../../src/ports.ts';
import { healthOf } from '../../src/sources/health.ts';
import { type OpenedStack, queuesOf } from './open.ts';

const STAGES = ['dispatch', 'rollup', 'check', 'deliver'] as const;
/** Refused mails further back than this are history. */
const REFUSED_DAYS = 14;

export interface SourceTrouble {
  readonly source: string;
  readonly since: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What `status` prints, as data. */
export interface Status {
  readonly stack: string;
  readonly region: string;
  readonly configuration: number | null;
  /** Null: CloudWatch could not be asked. */
  readonly alarms: readonly string[] | null;
  /** When each scheduled stage last succeeded. */
  readonly stages: Readonly<Record<(typeof STAGES)[number], string | null>>;
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly deadLetters: number;
  }[];
  readonly sources: {
    readonly configured: number;
    readonly read: number;
    readonly trouble: readonly SourceTrouble[];
  };
  readonly openIncidents: number;
  readonly waitingDigests: readonly string[];
  /** Digests and sends that nobody can read: their mail does not go out. */
  readonly unreadable: readonly { readonly brand: string; readonly key: string }[];
  /** Brands whose new mentions another classifier version judges than their counts: nothing is checked. */
  readonly waitingReclassification: readonly string[];
  readonly refused: readonly {
    readonly digest: string;
    readonly at: string;
    readonly reason: string;
  }[];
}

/** Asks the table, the queues and CloudWatch; changes nothing. */
export async function takeStatus(stack: OpenedStack, now: Date): Promise<Status> {
  const { dynamodb, tableName, stackName, region } = stack;
  const table = dynamoTable(dynamodb, tableName);
  const versions = dynamoSettingsStore(table);
  const version = await versions.currentVersion();
  const settings = version === undefined ? undefined : await versions.read(version);
  const checkpoints = dynamoCheckpoints(table);
  const stages = {} as Record<(typeof STAGES)[number], string | null>;
  for (const stage of STAGES) stages[stage] = (await checkpoints.get(lastRunOf(stage))) ?? null;
  const since = new Date(now.getTime() - REFUSED_DAYS * 86_400_000).toISOString();
  const brands = (settings?.brands ?? []).map(({ id }) => id);
  const incidents = await Promise.all(
    brands.map((brand) => dynamoIncidentStore(table).recent(brand, since.slice(0, 10))),
  );
  const sends = await Promise.all(brands.map((brand) => dynamoSendLog(table).since(brand, since)));
  const unreadable = new Map<string, { brand: string; key: string }>();
  const note = ({ brand, key }: UnreadableRow) => unreadable.set(`${brand} ${key}`, { brand, key });
  const waiting = await dynamoDigestStore(table).waiting(note);
  for (const row of sends.flatMap((log) => log.unreadable)) note(row);
  return {
    stack: stackName,
    region,
    configuration: version ?? null,
    alarms: await redAlarms(stackName, region),
    stages,
    queues: await queueDepths(stack),
    sources: await sourceHealth(settings, dynamoSourceStates(table), now),
    openIncidents: incidents
      .flatMap(({ incidents: all }) => all)
      .filter(({ state }) => state !== 'closed' && state !== 'recovered').length,
    waitingDigests: waiting.map(({ brand, key }) => `${brand} ${key}`),
    unreadable: [...unreadable.values()],
    waitingReclassification: await betweenVersions(settings?.brands ?? [], now, checkpoints),
    refused: sends
      .flatMap(({ sends: all }) => all)
      .filter(({ state, at }) => state === 'refused' && at >= since)
      .map(({ digest, at, reason }) => ({ digest, at, reason: reason ?? '' })),
  };
}

/** Ids of the brands that wait for a reclassification. */
export async function betweenVersions(
  brands: readonly Brand[],
  now: Date,
  checkpoints: Checkpoints,
): Promise<string[]> {
  const waiting: string[] = [];
  for (const brand of brands) {
    const cv = await checkpoints.get(`classifier#${brand.id}`);
    if (cv !== undefined && (await isBetweenVersions(brand, cv, now, checkpoints)))
      waiting.push(brand.id);
  }
  return waiting;
}

async function sourceHealth(
  settings: Settings | undefined,
  states: ReturnType<typeof dynamoSourceStates>,
  now: Date,
): Promise<Status['sources']> {
  const sources = (settings?.brands ?? []).flatMap((brand) => brand.sources);
  const known = await Promise.all(sources.map(({ id }) => states.get(id)));
  const trouble = known.flatMap((state) => {
    if (state === undefined) return [];
    const { since, problem } = healthOf(state, now);
    return problem === null
      ? []
      : [
          {
            source: state.source,
            since: since ?? state.nextDueAt,
            reason: problem.message,
            remedy: problem.remedy,
          },
        ];
  });
  const read = known.filter((state) => state?.lastReadAt != null).length;
  return { configured: sources.length, read, trouble };
}

async function queueDepths({ ssm, stackName, region }: OpenedStack): Promise<Status['queues']> {
  const sqs = new SQSClient({ region });
  const depth = async (QueueUrl: string) => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return (
      Number(Attributes['ApproximateNumberOfMessages'] ?? 0) +
      Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0)
    );
  };
  try {
    const queues = await queuesOf(ssm, stackName);
    return await Promise.all(
      Object.entries(queues).map(async ([name, { queue, deadLetters }]) => ({
        name,
        waiting: await depth(queue),
        deadLetters: await depth(deadLetters),
      })),
    );
  } finally {
    sqs.destroy();
  }
}

/** Alarms of the stack that are red now. A status without them is worth more than none at all. */
async function redAlarms(stackName: string, region: string): Promise<string[] | null> {
  const { CloudWatchClient, DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient({ region, maxAttempts: 2 });
  try {
    const { MetricAlarms = [] } = await client.send(
      // By whole names: a prefix would also find those of a stack whose name begins like this one's.
      new DescribeAlarmsCommand({
        AlarmNames: ALARMS.map((alarm) => alarmNameOf(stackName, alarm)),
        StateValue: 'ALARM',
      }),
    );
    return MetricAlarms.map(({ AlarmName = '' }) =>
      AlarmName.slice(stackName.length + 1),
    ).toSorted();
  } catch {
    return null;
  } finally {
    client.destroy();
  }
}

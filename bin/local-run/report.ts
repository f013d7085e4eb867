import type { LocalAws } from '../../local/local-aws.ts';
import type { MailboxPage } from '../../local/mailbox-page.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import type { Config } from '../../src/config/config.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { seriesParts } from '../../src/trends/series.ts';
import type { StackAccess } from '../stack.ts';
import type { StartOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { LocalWorld } from './run.ts';
import { type LogPosition, totalsOf } from './totals.ts';

export interface FinishedRun {
  readonly aws: LocalAws;
  readonly stack: StackAccess;
  readonly config: Config;
  readonly progress: Progress;
  readonly mailbox: MailboxPage | undefined;
  readonly world: LocalWorld;
  /** What the folder held before, where the report is only about what this run did. */
  readonly before?: { readonly logs: LogPosition; readonly mails: number };
}

/** What came of it: the incidents in a sentence each, then the mailbox and what to try, or one JSON line. */
export async function reportRun(run: FinishedRun, options: StartOptions): Promise<void> {
  const { aws, stack, config, progress, mailbox, world, before } = run;
  const store = dynamoIncidentStore(dynamoTable(stack.dynamodb, stack.tableName));
  const incidents: string[] = [];
  const references: string[] = [];
  for (const brand of config.brands) {
    const known = await store.recent(brand.id, '0000-01-01');
    for (const incident of known.incidents) {
      const reference = `${brand.code}-${String(incident.number).padStart(4, '0')}`;
      references.push(reference);
      incidents.push(`${reference}  ${sentence(incident, brand)}`);
    }
  }
  const totals = totalsOf(aws.logFolder, before?.logs);
  const deadLettered = aws
    .queues()
    .filter(({ isDeadLetterQueue }) => isDeadLetterQueue)
    .reduce((sum, { ready, inFlight }) => sum + ready + inFlight, 0);
  const times = progress.times();
  const tell = options.once ? world.complain : world.print;
  tell(
    `${totals.stored} mentions stored, ${totals.newVersions} of them edited later, ${deadLettered} dead-lettered, ${totals.failedReads} of ${totals.reads} reads failed`,
  );
  for (const { source, code } of totals.failedSources)
    tell(`${source} could not be read: ${code}. See docs/sources.md`);
  for (const line of incidents) tell(line);
  if (options.once) {
    const round = (seconds: number | null) =>
      seconds === null ? null : Math.round(seconds * 10) / 10;
    world.print(
      JSON.stringify({
        collected: totals.collected,
        stored: totals.stored,
        newVersions: totals.newVersions,
        duplicates: totals.duplicates,
        deadLettered,
        failedReads: totals.failedReads,
        failedSources: totals.failedSources,
        incidents: incidents.length,
        digests: aws.outbox.list().length - (before?.mails ?? 0),
        secondsToFirstMention: round(times.secondsToFirstMention),
        secondsToDigest: round(times.secondsToDigest),
      }),
    );
    return;
  }
  world.print(`\nThe mailbox: ${mailbox?.url}`);
  world.print(`The mails as files: ${aws.outbox.folder}`);
  world.print('Ctrl-C ends. Meanwhile, in another terminal:');
  const [first] = references;
  const second = first === undefined ? 'incidents list' : `incidents show ${first}`;
  for (const command of ['promises', second, 'ui'])
    world.print(`  npm run -s promisewatch -- ${command} --data ${options.data}`);
}

/** `broken “We answer within 60 seconds” on 14 Oct: 14 in 1 day, 1.2 usual; recovered 2026-10-20` */
function sentence(
  incident: Incident,
  { promises, sources, name }: Config['brands'][number],
): string {
  const { promise, source } = seriesParts(incident.series);
  const words = promises.find(({ id }) => id === promise)?.text;
  const place = sources.find(({ id }) => id === source)?.name;
  const { observed, window, expected } = incident.opening;
  const subject = words === undefined ? `${name}: negative mentions` : `“${words}” broken`;
  const days = window === 1 ? 'in 1 day' : `in ${window} days`;
  const end = incident.recoveredOn === null ? incident.state : `recovered ${incident.recoveredOn}`;
  return `${subject}${place === undefined ? '' : ` on ${place}`}: opened ${incident.openedOn}, ${observed} ${days} where ${expected.toFixed(1)} are usual; ${end}`;
}

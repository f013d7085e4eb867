import { Command } from 'commander';
import { type Brand, Day } from '../../src/brands/brand.ts';
import { isPolled, type PolledSource } from '../../src/brands/source-settings.ts';
import type { Config } from '../../src/config/config.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { closest } from '../../src/config/suggest.ts';
import { addDays, dayIn, daysBetween, startOfDay } from '../../src/mentions/day.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import type { MentionQueue } from '../../src/ports.ts';
import { type BackfillReport, backfill } from '../../src/sources/backfill.ts';
import { hostOf, reachOf } from '../../src/sources/connectors/registry.ts';
import { readSource } from '../../src/sources/read-source.ts';
import { type CommandFile, EXIT, Refusal, UsageError, type World } from '../command.ts';
import { loopbackSources } from '../local-run/loopback.ts';
import { queuesOf, withStack } from '../operators/open.ts';
import { readConfigFile } from '../read-config-file.ts';

interface Flags {
  readonly config: string;
  readonly since?: string;
  readonly source?: string[];
  readonly dryRun?: boolean;
}

/** promisewatch backfill --since 2026-08-01 [--source ID …] [--dry-run] */
export const backfillCommand: CommandFile = (world) =>
  new Command('backfill')
    .description('read sources once more, as far into the past as each can be read')
    .option('--since <day>', 'first day, e.g. 2026-08-01')
    .option('--source <ids...>', 'only these sources of the configuration; by default all')
    .option('-n, --dry-run', 'read everything, send nothing; sources with a key are left out')
    .option('--config <file>', 'the configuration', 'promisewatch.yaml')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch backfill --since 2026-08-01 --dry-run\n  promisewatch backfill --since 2026-08-01 --source example-hn example-app\n',
    )
    .action((flags: Flags) => run(flags, world));

interface Target {
  readonly brand: Brand;
  readonly source: PolledSource;
  readonly timeZone: string;
}

interface Means {
  readonly authorKey: string;
  readonly queue: MentionQueue | undefined;
  readonly secret: (name: string) => Promise<string | undefined>;
}

async function run(flags: Flags, world: World): Promise<void> {
  const config = readConfigFile(flags.config, world.cwd);
  const targets = targetsOf(flags, config);
  const since = sinceOf(flags, config, world);
  const failed =
    flags.dryRun === true
      ? await readAll(targets, since, { flags, world, config }, DRY)
      : await withStack(flags, world, async ({ ssm, stackName, region, authorKeyParameter }) => {
          const [{ SQSClient }, { sqsMentionQueue }, { readAuthorKey }, { ssmSecrets }, queues] =
            await Promise.all([
              import('@aws-sdk/client-sqs'),
              import('../../src/adapters/sqs.ts'),
              import('../../src/adapters/author-key.ts'),
              import('../../src/adapters/secrets.ts'),
              queuesOf(ssm, stackName),
            ]);
          const authorKey = await readAuthorKey(ssm, authorKeyParameter);
          const client = new SQSClient({ region });
          const secrets = ssmSecrets(ssm);
          try {
            return await readAll(
              targets,
              since,
              { flags, world, config },
              {
                authorKey,
                queue: sqsMentionQueue(client, queues.mentions.queue),
                secret: (name) => secrets(name, world.now()),
              },
            );
          } finally {
            client.destroy();
          }
        });
  if (flags.dryRun === true)
    world.print('Nothing was sent. Run it again without --dry-run to backfill.');
  if (failed > 0)
    throw new Refusal(
      `${failed} of ${targets.length} sources could not be read whole: see above.`,
      EXIT.problems,
    );
}

const DRY: Means = {
  authorKey: 'no key in a dry run',
  queue: undefined,
  secret: async () => undefined,
};

function targetsOf({ source: wanted, config: file }: Flags, config: Config): Target[] {
  const all = config.brands.flatMap((brand) =>
    brand.sources.map((source) => ({ brand, source, timeZone: timeZoneOf(brand, config) })),
  );
  const ids = all.map(({ source }) => source.id);
  for (const id of wanted ?? []) {
    if (ids.includes(id)) continue;
    const guess = closest(id, ids);
    const hint = guess === undefined ? `There are: ${ids.join(', ')}` : `Did you mean "${guess}"?`;
    throw new UsageError(`${file} has no source "${id}". ${hint}`);
  }
  const chosen = all.filter(({ source }) => wanted === undefined || wanted.includes(source.id));
  const unread = chosen.find(({ source }) => !isPolled(source));
  if (wanted !== undefined && unread !== undefined)
    throw new UsageError(
      `"${unread.source.id}" is never read: bring its past in with promisewatch import.`,
    );
  const targets = chosen.flatMap(({ source, ...rest }) =>
    isPolled(source) ? [{ source, ...rest }] : [],
  );
  if (targets.length === 0) throw new UsageError(`${file} has no source that can be read.`);
  return targets;
}

function sinceOf({ since }: Flags, { timeZone, deploy }: Config, world: World): Date {
  if (since === undefined) throw new UsageError('say from which day on, e.g. --since 2026-08-01');
  const today = dayIn(timeZone, world.now());
  if (!Day.safeParse(since).success)
    throw new UsageError(`--since takes a day, e.g. --since ${addDays(today, -60)}`);
  if (since > today) throw new UsageError(`--since ${since} has not come yet.`);
  const { retentionDays } = deploy;
  if (daysBetween(since, today) <= retentionDays) return startOfDay(timeZone, since);
  const first = addDays(today, -retentionDays);
  world.complain(
    `mentions are kept for ${retentionDays} days (retentionDays), so it begins on ${first}.`,
  );
  return startOfDay(timeZone, first);
}

/** @returns sources that could not be read, or not whole */
async function readAll(
  targets: readonly Target[],
  since: Date,
  job: { readonly flags: Flags; readonly world: World; readonly config: Config },
  means: Means,
): Promise<number> {
  const { world, flags } = job;
  const refusing = new Set<string>();
  let failed = 0;
  for (const [at, target] of targets.entries()) {
    const { source } = target;
    if (world.signal?.aborted) break;
    world.terminal?.status(`reading ${source.id} (${at + 1} of ${targets.length})`);
    const report = await readOne(target, since, job, means, refusing);
    world.terminal?.status('');
    if (report === undefined) {
      world.print(
        `${source.id}: left out, its key is not read in a dry run. ${reachWords(source)}`,
      );
      continue;
    }
    const { problem } = report;
    if (problem !== null) failed += 1;
    if (problem?.code === 'RATE_LIMITED') refusing.add(hostOf(source));
    world.print(lineOf(report, source, flags.dryRun === true, target.timeZone));
    if (problem !== null) world.complain(`${source.id}: ${problem.message} ${problem.remedy}`);
  }
  return failed;
}

async function readOne(
  { brand, source, timeZone }: Target,
  since: Date,
  { world, config, flags }: Parameters<typeof readAll>[2],
  { authorKey, queue, secret }: Means,
  refusing: ReadonlySet<string>,
): Promise<BackfillReport | undefined> {
  const isKeyed = 'secret' in source && source.secret !== undefined;
  if (isKeyed && flags.dryRun === true) return undefined;
  const now = world.now();
  return await backfill(
    { brand, source },
    { since, now },
    {
      queue,
      // The host has just asked for a pause.
      read: async (from, backTo) =>
        refusing.has(hostOf(from))
          ? {
              status: 'failed',
              code: 'HOST_PAUSED',
              message: 'Its host has just asked for fewer requests.',
              remedy: 'Run it again later with --source for the sources that are missing.',
            }
          : await readSource(from, {
              etag: null,
              lastModified: null,
              cursor: null,
              now,
              backTo,
              allowedLoopback: loopbackSources(config),
              secret,
            }),
      normalise: (item, of, from, fetchedAt) =>
        toMention(item, {
          brand: of,
          source: from,
          timeZone,
          authorKey,
          retentionDays: config.deploy.retentionDays,
          fetchedAt,
        }),
    },
  );
}

function lineOf(
  { source, items, mentions, before, oldest, rejected }: BackfillReport,
  settings: PolledSource,
  isDry: boolean,
  timeZone: string,
): string {
  const count = (n: number, one: string, more = `${one}s`) =>
    `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
  const back = oldest === null ? '' : `, back to ${dayIn(timeZone, oldest)}`;
  const left = [
    ...(before === 0 ? [] : [`${before} earlier`]),
    ...Object.entries(rejected).map(([reason, n]) => `${n} ${reason}`),
  ];
  const without = left.length === 0 ? '' : ` Left out: ${left.join(', ')}.`;
  return `${source}: ${count(mentions, 'mention')} of ${count(items, 'entry', 'entries')} ${isDry ? 'would be queued' : 'queued'}${back}.${without} ${reachWords(settings)}`;
}

function reachWords(source: PolledSource): string {
  return `It reaches: ${reachOf(source)}.`;
}

import { closeSync, createReadStream, existsSync, openSync, statSync, writeSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Brand } from '../../src/brands/brand.ts';
import { TimeZone } from '../../src/brands/hours.ts';
import type { SourceSettings } from '../../src/brands/source-settings.ts';
import type { Config, Settings } from '../../src/config/config.ts';
import { findSource, timeZoneOf } from '../../src/config/find.ts';
import { closest } from '../../src/config/suggest.ts';
import { parseMap } from '../../src/imports/columns.ts';
import {
  type ImportDeps,
  type ImportSummary,
  importMentions,
} from '../../src/imports/import-mentions.ts';
import {
  type ImportFormat,
  type ImportOptions,
  readImport,
} from '../../src/imports/read-import.ts';
import { ImportRefused } from '../../src/imports/refused.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { type CommandFile, UsageError, type World } from '../command.ts';
import { queuesOf, withStack } from '../operators/open.ts';
import { readConfigFile } from '../read-config-file.ts';

export interface ImportFlags {
  readonly config: string;
  readonly source?: string;
  readonly map?: string;
  readonly format?: ImportFormat;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly timeZone?: string;
  readonly dates?: 'dmy' | 'mdy';
  readonly scale: string;
  readonly undated?: boolean;
  readonly html?: boolean;
  readonly dryRun?: boolean;
  readonly rejects?: string;
}

const FORMATS: Readonly<Record<string, ImportFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
};
/** Mentions that a dry run shows. */
const SHOWN = 5;
const PROGRESS_ROWS = 1000;

/** promisewatch import FILE --source ID [--map text=Review,…] [--dry-run] */
export const importFile: CommandFile = (world) =>
  new Command('import')
    .description('queue the mentions of an export: CSV, JSON, or one JSON object per line')
    .argument('<file>', 'the export')
    .option('--source <id>', 'source of the configuration that they belong to')
    .option('--map <columns>', 'field=Column, separated by commas; - for none')
    .addOption(
      new Option('--format <name>', 'by default from the name of the file').choices([
        'csv',
        'jsonl',
        'json',
      ]),
    )
    .option('--encoding <name>', 'by default found out')
    .option('--delimiter <sign>', 'of CSV; by default found out')
    .option('--time-zone <zone>', "of dates without one; by default the brand's")
    .addOption(new Option('--dates <order>', 'of day and month in digits').choices(['dmy', 'mdy']))
    .option('--scale <highest>', 'highest rating', '5')
    .option('--undated', 'count rows without a date on the day of the import')
    .option('--html', 'the texts are HTML')
    .option('-n, --dry-run', 'read everything, send nothing')
    .option('--rejects <file>', 'where rejected rows are listed; by default beside the export')
    .option('--config <file>', 'the configuration', 'promisewatch.yaml')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch import reviews.csv --source old-reviews --map text=Review,rating=Stars,date=Date --dry-run\n  promisewatch import export.jsonl --source old-reviews --time-zone Europe/London\n',
    )
    .action((file: string, flags: ImportFlags) => run(file, flags, world));

async function run(file: string, flags: ImportFlags, world: World): Promise<void> {
  const path = resolve(world.cwd, file);
  if (!existsSync(path)) throw new UsageError(`${file} is not there.`);
  if (!statSync(path).isFile()) throw new UsageError(`${file} is not a file.`);
  const config = readConfigFile(flags.config, world.cwd);
  const target = targetOf(flags, config);
  const rejects = rejectsFile(resolve(world.cwd, flags.rejects ?? `${file}.rejects.jsonl`));
  const job = {
    path,
    flags,
    world,
    target,
    config,
    options: importOptions(file, flags, target),
    rejects,
  };
  try {
    const summary = await summarise(job);
    tell(summary, job);
  } catch (error) {
    if (error instanceof ImportRefused) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  } finally {
    world.terminal?.status('');
    rejects.close();
  }
}

export interface ImportTarget {
  readonly brand: Brand;
  readonly source: SourceSettings;
  readonly timeZone: string;
}

interface Job {
  readonly path: string;
  readonly flags: ImportFlags;
  readonly world: World;
  readonly target: ImportTarget;
  readonly config: Config;
  readonly options: ImportOptions;
  readonly rejects: ReturnType<typeof rejectsFile>;
}

/** The source that an export belongs to. @throws {UsageError} */
export function targetOf(
  { source: id, config: file }: Pick<ImportFlags, 'source' | 'config'>,
  config: Settings,
): ImportTarget {
  const ids = config.brands.flatMap(({ sources }) => sources.map((source) => source.id));
  if (id === undefined)
    throw new UsageError(
      `say with --source which source they belong to. Sources of ${file}: ${ids.join(', ')}`,
    );
  const found = findSource(config, id);
  if (found !== undefined) return { ...found, timeZone: timeZoneOf(found.brand, config) };
  const guess = closest(id, ids);
  const hint =
    guess === undefined
      ? `Add one: { id: ${id}, name: …, connector: import, kind: review }`
      : `Did you mean "${guess}"?`;
  throw new UsageError(`${file} has no source "${id}". ${hint}`);
}

/** How an export is to be read. @throws {UsageError} */
export function importOptions(
  file: string,
  flags: ImportFlags,
  { timeZone }: ImportTarget,
): ImportOptions {
  const { dates, encoding, delimiter } = flags;
  if (delimiter !== undefined && delimiter.length !== 1)
    throw new UsageError('--delimiter takes one sign, e.g. --delimiter ";"');
  return {
    format: formatOf(file, flags),
    map: flags.map === undefined ? {} : mapOf(flags.map),
    timeZone: zoneOf(flags.timeZone ?? timeZone),
    scale: scaleOf(flags.scale),
    undated: flags.undated ?? false,
    html: flags.html ?? false,
    ...(dates === undefined ? {} : { dateOrder: dates }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
}

function formatOf(file: string, { format }: ImportFlags): ImportFormat {
  const known = format ?? FORMATS[extname(file).toLowerCase()];
  if (known !== undefined) return known;
  throw new UsageError(`${file}: say what it is with --format csv, jsonl or json.`);
}

function mapOf(written: string): ImportOptions['map'] {
  try {
    return parseMap(written);
  } catch (error) {
    throw error instanceof ImportRefused ? new UsageError(error.message) : error;
  }
}

function zoneOf(name: string): string {
  if (TimeZone.safeParse(name).success) return name;
  throw new UsageError(`"${name}" is not an IANA time zone. Example: Europe/London`);
}

function scaleOf(written: string): number {
  const scale = Number(written);
  if (Number.isInteger(scale) && scale >= 2 && scale <= 100) return scale;
  throw new UsageError('--scale takes the highest rating, from 2 to 100, e.g. --scale 10');
}

/** A dry run asks nobody: it needs neither a stack nor credentials. */
async function summarise(job: Job): Promise<ImportSummary> {
  const { flags, world } = job;
  if (flags.dryRun === true) return await importWith(job, 'no key in a dry run', undefined);
  return await withStack(flags, world, async ({ ssm, stackName, region, authorKeyParameter }) => {
    const [{ SQSClient }, { sqsMentionQueue }, { readAuthorKey }, queues] = await Promise.all([
      import('@aws-sdk/client-sqs'),
      import('../../src/adapters/sqs.ts'),
      import('../../src/adapters/author-key.ts'),
      queuesOf(ssm, stackName),
    ]);
    const key = await readAuthorKey(ssm, authorKeyParameter);
    const client = new SQSClient({ region });
    try {
      return await importWith(job, key, sqsMentionQueue(client, queues.mentions.queue));
    } finally {
      client.destroy();
    }
  });
}

async function importWith(
  { path, world, target, config, options, rejects, flags }: Job,
  authorKey: string,
  queue: ImportDeps['queue'],
): Promise<ImportSummary> {
  const { retentionDays } = config.deploy;
  const fetchedAt = world.now();
  let read = 0;
  const shows = flags.dryRun === true;
  return await importMentions(readImport(createReadStream(path), options), {
    normalise: (item) => toMention(item, { ...target, authorKey, retentionDays, fetchedAt }),
    queue,
    retentionDays,
    onColumns: (columns) =>
      world.complain(
        `columns: ${Object.entries(columns)
          .map(([field, column]) => `${field}=${column}`)
          .join(', ')}`,
      ),
    onReject: rejects.add,
    onMention: (mention, line) => {
      read += 1;
      if (shows && read <= SHOWN) world.print(shown(mention, line));
      if (read % PROGRESS_ROWS === 0)
        world.terminal?.status(`${read.toLocaleString('en')} mentions`);
    },
  });
}

function shown({ bucketDay, clamped, rating, text }: Mention, line: number): string {
  const stars = rating === null ? '-' : `${rating.raw}/${rating.scale}`;
  const words = text === '' ? '(no words)' : text.replaceAll('\n', ' ');
  return `${line}  ${bucketDay}${clamped ? '?' : ''}  ${stars}  ${words.length > 60 ? `${words.slice(0, 59)}…` : words}`;
}

/** Made at the first reject, so that a clean import leaves nothing behind. */
function rejectsFile(path: string) {
  let file: number | undefined;
  return {
    path,
    add: (reject: { readonly line: number; readonly reason: string }): void => {
      file ??= openSync(path, 'w');
      writeSync(file, `${JSON.stringify(reject)}\n`);
    },
    close: (): void => {
      if (file !== undefined) closeSync(file);
    },
  };
}

function tell({ rows, mentions, rejected, repeated }: ImportSummary, job: Job): void {
  const { world, flags, target, rejects } = job;
  const count = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
  const of = `${target.brand.name}, ${target.source.name}`;
  const done = flags.dryRun === true ? 'would be queued' : 'queued';
  world.print(`${count(mentions, 'mention')} of ${count(rows, 'row')} ${done} (${of}).`);
  if (repeated > 0) world.print(`${count(repeated, 'row')} said the same as an earlier one.`);
  if (rejected > 0)
    world.print(`${count(rejected, 'row')} rejected, each with its reason in ${rejects.path}`);
  if (flags.dryRun === true)
    world.print('Nothing was sent. Run it again without --dry-run to import.');
}

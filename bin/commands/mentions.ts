import { Command } from 'commander';
import {
  type FilterFlags,
  type OutputFlags,
  type PlaceFlags,
  withFilters,
  withOutput,
  withPlace,
} from '../analyst/flags.ts';
import { type CommandFile, UsageError, type World } from '../command.ts';
import { formatOf } from '../output/print.ts';

type ListFlags = PlaceFlags &
  FilterFlags &
  OutputFlags & { readonly limit?: string; readonly all?: boolean; readonly cursor?: string };

/** promisewatch mentions list|show|relabel */
export const mentions: CommandFile = (world) =>
  new Command('mentions')
    .description('list, show or relabel what was said')
    .addHelpText(
      'before',
      `Examples:
  promisewatch mentions list --promise answer-60s --verdict broken --since 2026-W43
  promisewatch mentions list --sentiment negative --text refund --csv > refunds.csv
  promisewatch mentions show 4f1c09ab
  promisewatch mentions relabel 4f1c09ab --not-about-us\n`,
    )
    .addCommand(listCommand(world))
    .addCommand(showCommand(world))
    .addCommand(relabelCommand(world))
    .addCommand(qualityCommand(world));

function listCommand(world: World): Command {
  const command = new Command('list')
    .description('mentions that pass the filters, newest first')
    .option('--limit <n>', 'rows of a table (default: 50); data formats give all')
    .option('--all', 'every row')
    .option('--cursor <place>', 'go on behind this place, as an earlier list printed it')
    .addHelpText(
      'before',
      `Examples:
  promisewatch mentions list
  promisewatch mentions list --promise answer-60s --verdict broken --since 7d
  promisewatch mentions list --source reviewharbour --rating 1-2 --since all --jsonl
  promisewatch mentions list --since monday --until yesterday --parquet week.parquet\n`,
    )
    .action(async (flags: ListFlags) => {
      const limit = limitOf(flags, world);
      const { listMentionsCommand } = await import('../analyst/list-mentions.ts');
      await listMentionsCommand(flags, limit, world);
    });
  return withOutput(withFilters(withPlace(command), '7d'));
}

/** Rows of a table that names no other number. */
const TABLE_ROWS = 50;

function limitOf({ limit, all, ...flags }: ListFlags, world: World): number {
  if (limit === undefined)
    return all === true || formatOf(flags, world) !== 'table'
      ? Number.POSITIVE_INFINITY
      : TABLE_ROWS;
  const rows = Number(limit);
  if (!Number.isInteger(rows) || rows < 1)
    throw new UsageError(`--limit takes a whole number from 1, not "${limit.slice(0, 20)}"`);
  if (all === true) throw new UsageError('choose one of --limit and --all');
  return rows;
}

function qualityCommand(world: World): Command {
  const command = new Command('quality')
    .description('by source: unclassified, unsupported, unsure, and agreement with relabels')
    .option('--since <when>', 'from when (default: 30d)')
    .option('--until <when>', 'until when')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch mentions quality\n  promisewatch mentions quality --since 90d --json\n',
    )
    .action(async (flags: PlaceFlags & FilterFlags & OutputFlags) => {
      const { qualityCommand: run } = await import('../analyst/quality-table.ts');
      await run(flags, world);
    });
  return withOutput(withPlace(command));
}

function showCommand(world: World): Command {
  const command = new Command('show')
    .description('one mention: its text, what was concluded and why, older versions, relabels')
    .argument('<id>', 'its id, or the beginning of it (at least 6 characters)')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch mentions show 4f1c09ab\n  promisewatch mentions show 4f1c09ab --json\n',
    )
    .option('--json', 'one JSON object')
    .action(async (id: string, flags: PlaceFlags & { json?: boolean }) => {
      const { showMention } = await import('../analyst/show-mention.ts');
      await showMention(id, flags, world);
    });
  return withPlace(command);
}

export interface RelabelFlags extends PlaceFlags {
  readonly promise?: string;
  readonly verdict?: string;
  readonly sentiment?: string;
  readonly notAboutUs?: boolean;
  readonly aboutUs?: boolean;
  readonly note?: string;
  readonly by?: string;
}

function relabelCommand(world: World): Command {
  const command = new Command('relabel')
    .description("a person's reading, which wins over the classifier's")
    .argument('<id>', 'its id, or the beginning of it (at least 6 characters)')
    .option('--promise <id>', 'with --verdict: which promise')
    .option('--verdict <outcome>', 'exceeded, kept, broken, unclear or none')
    .option('--sentiment <label>', 'negative, neutral, positive or mixed')
    .option('--not-about-us', 'it is about somebody else: out of all counts')
    .option('--about-us', 'take that back')
    .option('--note <text>', 'why')
    .option('--by <name>', 'who (default: your user name)')
    .addHelpText(
      'before',
      `Examples:
  promisewatch mentions relabel 4f1c09ab --promise answer-60s --verdict kept
  promisewatch mentions relabel 4f1c09ab --sentiment neutral --note "quotes our advert"
  promisewatch mentions relabel 4f1c09ab --not-about-us\n`,
    )
    .action(async (id: string, flags: RelabelFlags) => {
      const { relabelMention } = await import('../analyst/relabel-mention.ts');
      await relabelMention(id, flags, world);
    });
  return withPlace(command);
}

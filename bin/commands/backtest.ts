import { Command, Option } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface BacktestFlags extends PlaceFlags {
  readonly rollups?: string;
  readonly counts?: boolean;
  readonly import?: string;
  readonly source?: string;
  readonly map?: string;
  readonly dates?: 'dmy' | 'mdy';
  readonly scale: string;
  readonly since?: string;
  readonly setting?: 'sensitive' | 'normal' | 'strict';
  readonly open?: boolean;
  readonly json?: boolean;
}

const EXPORT =
  'An export, instead of what is stored, or before it where a stack or local run is named:';

/** promisewatch backtest [--since 90d] [--import FILE --source ID] [--rollups FILE] [--setting normal] [--open] [--json] */
export const backtest: CommandFile = (world) => {
  const option = (flags: string, text: string) => new Option(flags, text).helpGroup(EXPORT);
  const command = new Command('backtest')
    .description('which mails the daily checks of the past would have sent')
    .option('--since <time>', 'first checked day; what is older is its baseline (default: all)')
    .addOption(
      new Option('--setting <name>', "how easily it alarms (default: the brand's)").choices([
        'sensitive',
        'normal',
        'strict',
      ]),
    )
    .option('--open', 'write the mails as pages into a folder')
    .option('--json', 'one JSON line per mail, or per incident of counts, then one of totals')
    .option('--counts', 'replay stored counts: quick, without mails and without late arrivals')
    .option(
      '--rollups <file>',
      'replay counts {brand, source, promise?, day, mentions, negative, seenOn?}, one JSON object a line; - for stdin',
    )
    .addOption(option('--import <file>', 'CSV, JSON, or one JSON object per line'))
    .addOption(option('--source <id>', 'source of the configuration that it belongs to'))
    .addOption(option('--map <columns>', 'field=Column, separated by commas; - for none'))
    .addOption(option('--dates <order>', 'of day and month in digits').choices(['dmy', 'mdy']))
    .addOption(option('--scale <highest>', 'highest rating').default('5'))
    .addHelpText(
      'before',
      `Examples:
  promisewatch backtest --data .promisewatch/northbell --since 30d --open
  promisewatch backtest --import reviews.csv --source old-reviews --config promisewatch.yaml
  promisewatch backtest --rollups counts.jsonl --json\n`,
    )
    .action(async (flags: BacktestFlags) => {
      if (flags.rollups !== undefined || flags.counts === true) {
        const { backtestCounts } = await import('../analyst/backtest-counts.ts');
        await backtestCounts(flags, world);
      } else {
        const { backtestMentions } = await import('../analyst/backtest-mentions.ts');
        await backtestMentions(flags, world);
      }
    });
  return withPlace(command);
};

import { Command, Option } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface BacktestFlags extends PlaceFlags {
  readonly rollups?: string;
  readonly since?: string;
  readonly setting: 'sensitive' | 'normal' | 'strict';
  readonly json?: boolean;
}

/** promisewatch backtest [--rollups FILE.jsonl] [--since 90d] [--setting normal] [--json] */
export const backtest: CommandFile = (world) => {
  const command = new Command('backtest')
    .description('which incidents the daily check would have opened')
    .option(
      '--rollups <file>',
      'rows {brand, source, promise?, day, mentions, negative, seenOn?}, one JSON object a line',
    )
    .option('--since <time>', 'stored counts from this day on (default: all)')
    .addOption(
      new Option('--setting <name>', 'how easily it alarms')
        .choices(['sensitive', 'normal', 'strict'])
        .default('normal'),
    )
    .option('--json', 'one JSON line per incident, then one of totals')
    .addHelpText(
      'before',
      `Examples:
  promisewatch backtest --data .promisewatch/northbell
  promisewatch backtest --setting strict --since 90d
  promisewatch backtest --rollups counts.jsonl --json\n`,
    )
    .action(async (flags: BacktestFlags) => {
      const { backtestCommand } = await import('../analyst/backtest-command.ts');
      await backtestCommand(flags, world);
    });
  return withPlace(command);
};

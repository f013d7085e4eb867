import { Command, Option } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import { type CommandFile, UsageError } from '../command.ts';

export interface TrendFlags extends PlaceFlags, OutputFlags {
  readonly promise?: string;
  readonly source?: string;
  readonly days: number;
}

/** promisewatch trends */
export const trends: CommandFile = (world) => {
  const command = new Command('trends')
    .description('63 days of a series: baseline, windows and the decision in numbers')
    .argument('[promise]', 'the same as --promise')
    .option('--promise <id>', 'broken verdicts of one promise (default: negative mentions)')
    .option('--source <id>', 'at one source only')
    .addOption(
      new Option('--days <n>', 'days of the chart, 7 to 100').default(63).argParser(readDays),
    )
    .addHelpText(
      'before',
      `Examples:
  promisewatch trends
  promisewatch trends answer-60s
  promisewatch trends --promise answer-60s --source reviewharbour --json\n`,
    )
    .action(async (named: string | undefined, flags: TrendFlags) => {
      if (named !== undefined && flags.promise !== undefined)
        throw new UsageError('name one promise, with --promise or without');
      const { trendsCommand } = await import('../analyst/trend-chart.ts');
      await trendsCommand({ ...flags, ...(named !== undefined && { promise: named }) }, world);
    });
  return withOutput(withPlace(command));
};

function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 7 || days > 100)
    throw new UsageError(`--days takes a whole number from 7 to 100, not "${text.slice(0, 20)}"`);
  return days;
}

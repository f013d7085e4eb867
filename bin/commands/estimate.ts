import { Command } from 'commander';
import { estimate as estimateCost, estimateLines } from '../../src/cost/estimate.ts';
import { type CommandFile, UsageError } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';

/** promisewatch estimate [--mentions-per-day N] [--json] */
export const estimate: CommandFile = (world) =>
  new Command('estimate')
    .description('what this configuration will cost a month, per service, before it is deployed')
    .option('--config <file>', 'the file to read', 'promisewatch.yaml')
    .option('--mentions-per-day <n>', 'of all brands together, if you know it')
    .option('--json', 'one JSON object')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch estimate\n  promisewatch estimate --mentions-per-day 300\n',
    )
    .action((flags: { config: string; mentionsPerDay?: string; json?: boolean }) => {
      const config = readConfigFile(flags.config, world.cwd);
      const result = estimateCost(config, mentionsOf(flags.mentionsPerDay));
      if (flags.json) world.print(JSON.stringify(result));
      else for (const line of estimateLines(result)) world.print(line);
    });

const MOST_MENTIONS = 1e9;

function mentionsOf(flag: string | undefined): number | undefined {
  if (flag === undefined) return undefined;
  const mentions = Number(flag);
  if (flag.trim() === '' || !(mentions >= 0 && mentions <= MOST_MENTIONS))
    throw new UsageError(
      '--mentions-per-day takes a number from 0 to 1,000,000,000, e.g. --mentions-per-day 300',
    );
  return mentions;
}

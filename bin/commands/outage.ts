import { Command } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface OutageFlags extends PlaceFlags {
  readonly source?: string;
  readonly from: string;
  readonly to?: string;
  readonly by?: string;
}

/** promisewatch outage add|list|withdraw */
export const outage: CommandFile = (world) => {
  const add = new Command('add')
    .description('announce days on which a source cannot be read; checks leave them out')
    .argument('<text>', 'why, in a sentence')
    .requiredOption('--from <day>', 'first day, e.g. 2026-12-01')
    .option('--to <day>', 'last day, included (default: the first)')
    .option('--source <id>', 'which source (default: all of the brand)')
    .option('--by <name>', 'who (default: your user name)')
    .addHelpText(
      'before',
      `Examples:
  promisewatch outage add "Platform moves to a new API" --source reviewharbour --from 2026-12-01 --to 2026-12-03
  promisewatch outage add "No network here" --from today\n`,
    )
    .action(async (text: string, flags: OutageFlags) => {
      const { addOutage } = await import('../analyst/outages.ts');
      await addOutage(text, flags, world);
    });
  const list = new Command('list')
    .description('announced outages, newest first')
    .addHelpText('before', 'Examples:\n  promisewatch outage list\n')
    .action(async (flags: PlaceFlags & OutputFlags) => {
      const { listOutages } = await import('../analyst/outages.ts');
      await listOutages(flags, world);
    });
  const withdraw = new Command('withdraw')
    .description('take an outage back: from the next check on its days count again')
    .argument('<id>', 'as in the list, or its beginning')
    .option('--by <name>', 'who (default: your user name)')
    .addHelpText('before', 'Examples:\n  promisewatch outage withdraw 019a8c\n')
    .action(async (id: string, flags: PlaceFlags & { by?: string }) => {
      const { withdrawOutage } = await import('../analyst/outages.ts');
      await withdrawOutage(id, flags, world);
    });
  return new Command('outage')
    .description('announce days on which a source cannot be read: add, list, withdraw')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch outage add "Maintenance" --from 2026-12-01\n  promisewatch outage list\n',
    )
    .addCommand(withPlace(add))
    .addCommand(withOutput(withPlace(list)))
    .addCommand(withPlace(withdraw));
};

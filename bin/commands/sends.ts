import { Command } from 'commander';
import {
  type FilterFlags,
  type OutputFlags,
  type PlaceFlags,
  withOutput,
  withPeriod,
  withPlace,
} from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

/** promisewatch sends */
export const sends: CommandFile = (world) => {
  const command = new Command('sends')
    .description('which digests were made, and what became of each mail')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch sends\n  promisewatch sends --since 30d --csv\n',
    )
    .action(async (flags: PlaceFlags & FilterFlags & OutputFlags) => {
      const { sendsCommand } = await import('../analyst/sends-table.ts');
      await sendsCommand(flags, world);
    });
  return withOutput(withPeriod(withPlace(command), '7d'));
};

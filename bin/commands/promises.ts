import { Command } from 'commander';
import {
  type FilterFlags,
  type OutputFlags,
  type PlaceFlags,
  withFilters,
  withOutput,
  withPlace,
} from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

/** promisewatch promises */
export const promises: CommandFile = (world) => {
  const command = new Command('promises')
    .description('every promise: broken, kept, exceeded and unclear, with intervals and trend')
    .addHelpText(
      'before',
      `Examples:
  promisewatch promises
  promisewatch promises --since 2026-10-01 --source reviewharbour
  promisewatch promises --since 2026-W42 --until 2026-W42 --json\n`,
    )
    .action(async (flags: PlaceFlags & FilterFlags & OutputFlags) => {
      const { promisesCommand } = await import('../analyst/promises-table.ts');
      await promisesCommand(flags, world);
    });
  return withOutput(withFilters(withPlace(command), 'the last 7 days that are over'));
};

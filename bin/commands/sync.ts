import { Command } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

/** promisewatch sync */
export const sync: CommandFile = (world) => {
  const command = new Command('sync')
    .description('copy the store into a local SQLite file, or bring the copy up to date')
    .option('--full', 'read every day again')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch sync\n  promisewatch sync --full --stack promisewatch --region eu-west-1\n',
    )
    .action(async (flags: PlaceFlags & { full?: boolean }) => {
      const { syncCommand } = await import('../cache/sync-command.ts');
      await syncCommand(flags, world);
    });
  return withPlace(command);
};

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

/** promisewatch sources */
export const sources: CommandFile = (world) => {
  const command = new Command('sources')
    .description('every source: how its reads go and what it said')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch sources\n  promisewatch sources --since 2026-W42 --json\n',
    )
    .action(async (flags: PlaceFlags & FilterFlags & OutputFlags) => {
      const { sourcesCommand } = await import('../analyst/sources-table.ts');
      await sourcesCommand(flags, world);
    });
  return withOutput(withPeriod(withPlace(command), 'the last 7 days that are over'));
};

/** promisewatch coverage */
export const coverage: CommandFile = (world) => {
  const command = new Command('coverage')
    .description('which sources the last check could use, and what the counts leave out')
    .addHelpText('before', 'Examples:\n  promisewatch coverage\n  promisewatch coverage --json\n')
    .action(async (flags: PlaceFlags & OutputFlags) => {
      const { coverageCommand } = await import('../analyst/sources-table.ts');
      await coverageCommand(flags, world);
    });
  return withOutput(withPlace(command));
};

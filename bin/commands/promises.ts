import { Command } from 'commander';
import type { CompileFlags } from '../analyst/compile-promises.ts';
import {
  type FilterFlags,
  type OutputFlags,
  type PlaceFlags,
  withFilters,
  withOutput,
  withPlace,
} from '../analyst/flags.ts';
import type { CommandFile, World } from '../command.ts';

/** promisewatch promises */
export const promises: CommandFile = (world) => {
  const command = new Command('promises')
    .description('every promise: broken, kept, exceeded and unclear, with intervals and trend')
    .addHelpText(
      'before',
      `Examples:
  promisewatch promises
  promisewatch promises --since 2026-10-01 --source reviewharbour
  promisewatch promises --since 2026-W42 --until 2026-W42 --json
  promisewatch promises compile --config promisewatch.yaml\n`,
    )
    .addCommand(compileCommand(world))
    .action(async (flags: PlaceFlags & FilterFlags & OutputFlags) => {
      const { promisesCommand } = await import('../analyst/promises-table.ts');
      await promisesCommand(flags, world);
    });
  return withOutput(withFilters(withPlace(command), 'the last 7 days that are over'));
};

function compileCommand(world: World): Command {
  return new Command('compile')
    .description('what each promise of the file is judged by, with ten examples')
    .option('--config <file>', 'the file to read', 'promisewatch.yaml')
    .option('--brand <id>', 'which brand (default: all)')
    .option('--json', 'one JSON object')
    .addHelpText(
      'before',
      `Examples:
  promisewatch promises compile
  promisewatch promises compile --brand acme --json\n`,
    )
    .action(async (_flags: object, command: Command) => {
      const { compilePromisesCommand } = await import('../analyst/compile-promises.ts');
      // `promises` itself has the same options, and takes them wherever they stand.
      compilePromisesCommand(command.optsWithGlobals() as CompileFlags, world);
    });
}

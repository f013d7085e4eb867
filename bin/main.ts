import { Command, CommanderError } from 'commander';
import { type CommandFile, UsageError, type World } from './command.ts';
import { apply } from './commands/apply.ts';
import { config } from './commands/config.ts';

const COMMANDS: readonly CommandFile[] = [apply, config];

/** Exit codes: 0 done, 1 failed, 2 wrong usage or a file with mistakes. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const program = new Command('promisewatch')
    .description('what a brand promises, and what its customers say happens')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.print(text.trimEnd()),
      writeErr: (text) => world.complain(text.trimEnd()),
    })
    .showSuggestionAfterError()
    .helpCommand(true);
  for (const make of COMMANDS) program.addCommand(inherit(make(world), program));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      world.complain(error.message);
      return 2;
    }
    world.complain(error instanceof Error ? error.message : String(error));
    if (world.env['PROMISEWATCH_DEBUG'] !== undefined && error instanceof Error)
      world.complain(error.stack ?? '');
    return 1;
  }
}

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

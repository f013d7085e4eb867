import { Command, CommanderError } from 'commander';
import { Refusal, UsageError, type World } from './command.ts';
import { COMMANDS, isTyped } from './command-list.ts';

/**
 * Exit codes: 0 done, 1 failed, 2 wrong usage or a file with mistakes, 3 credentials, 4 not found,
 * 5 a check found problems.
 */
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
  for (const { name, says, load } of COMMANDS) {
    const command = isTyped(name, argv)
      ? (await load())(world)
      : new Command(name).description(says);
    program.addCommand(inherit(command, program));
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return complain(error, world);
  }
}

/** Says what went wrong. @returns the exit code */
function complain(error: unknown, world: World): number {
  // commander has said it already, or only printed help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  world.complain(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) return 2;
  if (error instanceof Refusal) return error.exitCode;
  if (world.env['PROMISEWATCH_DEBUG'] !== undefined && error instanceof Error)
    world.complain(error.stack ?? '');
  return 1;
}

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

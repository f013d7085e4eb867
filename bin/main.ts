import { Command, CommanderError, type Option } from 'commander';
import type { PlaceFlags } from './analyst/flags.ts';
import { inPlace } from './analyst/typed.ts';
import { Refusal, UsageError, type World } from './command.ts';
import { COMMANDS, isTyped } from './command-list.ts';

/**
 * Exit codes: 0 done, 1 failed, 2 wrong usage or a file with mistakes, 3 credentials, 4 not found,
 * 5 a check found problems.
 */
export async function main(argv: readonly string[], outer: World): Promise<number> {
  let place: PlaceFlags = {};
  const world = { ...outer, complain: (line: string) => outer.complain(inPlace(line, place)) };
  const program = new Command('promisewatch')
    .description('what a brand promises, and what its customers say happens')
    .exitOverride()
    .configureOutput({
      // Each ends its line itself; an empty line between two parts stays.
      writeOut: (text) => world.print(text.replace(/\n$/, '')),
      writeErr: (text) => world.complain(text.trimEnd()),
    })
    .addHelpText('beforeAll', ({ command }) => (command.parent === null ? EXAMPLES : ''))
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .helpCommand(true)
    .hook('preAction', (_program, command) => {
      place = command.opts();
    });
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
    const code = complain(error, world);
    if (isExcess(error)) hintAtFile(argv, world);
    return code;
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

const isExcess = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.excessArguments';

/** A configuration that was named where the command takes no name. */
function hintAtFile(argv: readonly string[], world: World): void {
  const file = argv.find((word) => /\.ya?ml$/.test(word));
  if (file !== undefined) world.complain(`Name the file with --config ${file}`);
}

const EXAMPLES = `Examples:
  promisewatch promises                                   which promises are breaking
  promisewatch trends answer-60s                          since when
  promisewatch mentions list --promise answer-60s --verdict broken --since 7d
  promisewatch sql "SELECT source, sum(negative) FROM daily GROUP BY source"
  promisewatch ui                                         the same as pages
  promisewatch promises --local                           of a local run (npm start) instead of a stack
`;

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage or a file with mistakes, 3 credentials, 4 not found,
5 a check found problems, 130 stopped by Ctrl-C.`;

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const option of command.options)
    if (option.required && !option.variadic) refuseFlags(option, command);
  for (const child of command.commands) inherit(child, command);
  return command;
}

/** An option whose value was forgotten would take the next option for it: `--parquet --data x`. */
function refuseFlags(option: Option, { options }: Command): void {
  const parse = option.parseArg;
  option.argParser((value: string, before: unknown) => {
    if (options.some(({ short, long }) => value === short || value === long))
      throw new UsageError(`${option.flags} needs a value, and ${value} is an option.`);
    return parse === undefined ? value : parse(value, before);
  });
}

import { Command, CommanderError } from 'commander';
import { type CommandFile, Refusal, UsageError, type World } from './command.ts';
import { action } from './commands/action.ts';
import { apply } from './commands/apply.ts';
import { backtest } from './commands/backtest.ts';
import { completions } from './commands/completions.ts';
import { config } from './commands/config.ts';
import { deploy } from './commands/deploy.ts';
import { destroy } from './commands/destroy.ts';
import { doctor } from './commands/doctor.ts';
import { estimate } from './commands/estimate.ts';
import { exportFile } from './commands/export.ts';
import { forget } from './commands/forget.ts';
import { importFile } from './commands/import.ts';
import { incidents } from './commands/incidents.ts';
import { init } from './commands/init.ts';
import { mentions } from './commands/mentions.ts';
import { promises } from './commands/promises.ts';
import { redrive } from './commands/redrive.ts';
import { secrets } from './commands/secrets.ts';
import { sends } from './commands/sends.ts';
import { coverage, sources } from './commands/sources.ts';
import { sql } from './commands/sql.ts';
import { status } from './commands/status.ts';
import { sync } from './commands/sync.ts';
import { trends } from './commands/trends.ts';
import { ui } from './commands/ui.ts';

const COMMANDS: readonly CommandFile[] = [
  promises,
  mentions,
  incidents,
  trends,
  backtest,
  sources,
  coverage,
  sends,
  action,
  sync,
  sql,
  exportFile,
  ui,
  init,
  config,
  estimate,
  doctor,
  deploy,
  apply,
  importFile,
  status,
  redrive,
  forget,
  secrets,
  destroy,
  completions,
];

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
  for (const make of COMMANDS) program.addCommand(inherit(make(world), program));
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

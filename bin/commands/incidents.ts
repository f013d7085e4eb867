import { Command } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import type { CommandFile, World } from '../command.ts';

export interface StepFlags extends PlaceFlags {
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
}

/** promisewatch incidents list|show|ack|snooze|close */
export const incidents: CommandFile = (world) =>
  new Command('incidents')
    .description('trends followed from opened to recovered: list, show, acknowledge, snooze, close')
    .addHelpText(
      'before',
      `Examples:
  promisewatch incidents list
  promisewatch incidents show NB-0001
  promisewatch incidents ack NB-0001 --note "phone menu fixed on Tuesday"
  promisewatch incidents snooze NB-0001 --until 2026-12-01\n`,
    )
    .addCommand(listCommand(world))
    .addCommand(showCommand(world))
    .addCommand(stepCommand('ack', 'say that somebody looks after it', world))
    .addCommand(
      stepCommand('snooze', 'no further mail about it until a day, except that it recovered', world)
        // Without an end nobody would remember it.
        .requiredOption('--until <day>', 'last day without mail, e.g. 2026-12-01'),
    )
    .addCommand(stepCommand('close', 'end it; a later turn opens a new one', world));

function listCommand(world: World): Command {
  const command = new Command('list')
    .description('all incidents, newest first')
    .option('--open', 'only those that are open')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch incidents list\n  promisewatch incidents list --open --json\n',
    )
    .action(async (flags: PlaceFlags & OutputFlags & { open?: boolean }) => {
      const { listIncidents } = await import('../analyst/incidents-table.ts');
      await listIncidents(flags, world);
    });
  return withOutput(withPlace(command));
}

function showCommand(world: World): Command {
  const command = new Command('show')
    .description('one incident: numbers, timeline, and the count before and after what was done')
    .argument('<ref>', 'as in mails: NB-0001')
    .option('--json', 'one JSON object')
    .addHelpText('before', 'Examples:\n  promisewatch incidents show NB-0001\n')
    .action(async (ref: string, flags: PlaceFlags & { json?: boolean }) => {
      const { showIncident } = await import('../analyst/incidents-table.ts');
      await showIncident(ref, flags, world);
    });
  return withPlace(command);
}

function stepCommand(step: 'ack' | 'snooze' | 'close', what: string, world: World): Command {
  const command = new Command(step)
    .description(what)
    .argument('<ref>', 'as in mails: NB-0001')
    .option('--note <text>', 'why, for the timeline')
    .option('--by <name>', 'who (default: your user name)')
    .addHelpText(
      'before',
      `Examples:\n  promisewatch incidents ${step} NB-0001${step === 'snooze' ? ' --until 2026-12-01' : ''}\n`,
    )
    .action(async (ref: string, flags: StepFlags) => {
      const { stepIncident } = await import('../analyst/step-incident.ts');
      await stepIncident(step, ref, flags, world);
    });
  return withPlace(command);
}

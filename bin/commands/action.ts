import { Command } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface ActionFlags extends PlaceFlags {
  readonly promise?: string;
  readonly on?: string;
  readonly by?: string;
}

/** promisewatch action add|list */
export const action: CommandFile = (world) => {
  const add = new Command('add')
    .description('note what you did, so that the counts before and after it are compared')
    .argument('<text>', 'what was done, in a sentence')
    .option('--promise <id>', 'which promise it is meant to help')
    .option('--on <day>', 'when (default: today)')
    .option('--by <name>', 'who (default: your user name)')
    .addHelpText(
      'before',
      `Examples:
  promisewatch action add "Three more people on the evening shift" --promise answer-60s
  promisewatch action add "New phone menu" --on yesterday\n`,
    )
    .action(async (text: string, flags: ActionFlags) => {
      const { addAction } = await import('../analyst/actions.ts');
      await addAction(text, flags, world);
    });
  const list = new Command('list')
    .description('what was done, and the counts of the week before and after')
    .addHelpText('before', 'Examples:\n  promisewatch action list\n')
    .action(async (flags: PlaceFlags & OutputFlags) => {
      const { listActions } = await import('../analyst/actions.ts');
      await listActions(flags, world);
    });
  return new Command('action')
    .description('note what you did, and see what changed')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch action add "New phone menu" --promise answer-60s\n  promisewatch action list\n',
    )
    .addCommand(withPlace(add))
    .addCommand(withOutput(withPlace(list)));
};

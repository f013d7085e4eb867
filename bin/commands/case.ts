import { Command } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface CaseFlags extends PlaceFlags {
  readonly by?: string;
  readonly note?: string;
}

/** promisewatch case open|fix|list */
export const caseCommand: CommandFile = (world) => {
  const step = (name: 'open' | 'fix', description: string) =>
    withPlace(
      new Command(name)
        .description(description)
        .argument('<mention>', 'its id, or the beginning of it')
        .option('--note <text>', 'what you know or did')
        .option('--by <name>', 'who (default: your user name)')
        .addHelpText('before', `Examples:\n  promisewatch case ${name} 3f9a21c0\n`)
        .action(async (id: string, flags: CaseFlags) => {
          const { noteCase } = await import('../analyst/cases.ts');
          await noteCase(id, name === 'open' ? 'opened' : 'fixed', flags, world);
        }),
    );
  const list = new Command('list')
    .description('mentions that somebody takes care of, oldest first')
    .addHelpText('before', 'Examples:\n  promisewatch case list\n')
    .action(async (flags: PlaceFlags & OutputFlags) => {
      const { listCases } = await import('../analyst/cases.ts');
      await listCases(flags, world);
    });
  return new Command('case')
    .description('take care of single mentions: open a case, fix it, list what is open')
    .addHelpText(
      'before',
      `Examples:
  promisewatch case open 3f9a21c0 --note "called back, engineer on Friday"
  promisewatch case fix 3f9a21c0
  promisewatch case list\n`,
    )
    .addCommand(step('open', 'somebody takes care of this mention; the next digest counts it'))
    .addCommand(step('fix', 'the matter is settled; the next digest counts it'))
    .addCommand(withOutput(withPlace(list)));
};

import { Command } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

/** promisewatch resume ADDRESS */
export const resume: CommandFile = (world) =>
  withPlace(
    new Command('resume')
      .description('mail a person again who is paused after a bounce or a complaint')
      .argument('<address>', 'of the recipient')
      .addHelpText('before', 'Examples:\n  promisewatch resume ana@northbell.example\n')
      .action(async (address: string, flags: PlaceFlags) => {
        const { resumeCommand } = await import('../analyst/resume-recipient.ts');
        await resumeCommand(address, flags, world);
      }),
  );

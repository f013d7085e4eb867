import { Command } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export interface PreviewFlags extends PlaceFlags {
  readonly kind?: string;
  readonly to?: string;
  readonly out?: string;
  /** False after --no-open. */
  readonly open?: boolean;
}

/** promisewatch preview */
export const preview: CommandFile = (world) => {
  const command = new Command('preview')
    .description(
      'the next digest from the data as it is: show it, write every kind, or mail it once',
    )
    .option('--kind <kind>', 'opened, still, recovered, weekly-pulse … (default: the next one)')
    .option('--out <dir>', 'write every kind as .html, .txt and .eml into a folder')
    .option('--to <address>', 'mail it to this address, through the stack')
    .option('--no-open', 'do not open it in a browser')
    .addHelpText(
      'before',
      `Examples:
  promisewatch preview
  promisewatch preview --kind weekly-pulse
  promisewatch preview --out digests
  promisewatch preview --to me@example.com\n`,
    )
    .action(async (flags: PreviewFlags) => {
      const { previewCommand } = await import('../preview/preview-command.ts');
      await previewCommand(flags, world);
    });
  return withPlace(command);
};

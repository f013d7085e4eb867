import { Command, Option } from 'commander';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import { type CommandFile, UsageError } from '../command.ts';

export interface UiFlags extends PlaceFlags {
  readonly port: number;
  readonly export?: string;
  readonly cached?: boolean;
}

/** promisewatch ui */
export const ui: CommandFile = (world) => {
  const command = new Command('ui')
    .description('pages for your browser, on this machine only; or one file to share')
    .addOption(
      new Option('--port <n>', 'port on 127.0.0.1').default(0, 'a free one').argParser(readPort),
    )
    .option('--export <file>', 'write one HTML file for colleagues without AWS access, then end')
    .option('--cached', 'of the local copy as it is, without a sync')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch ui\n  promisewatch ui --export northbell.html\n',
    )
    .action(async (flags: UiFlags) => {
      const { uiCommand } = await import('../ui/ui-command.ts');
      await uiCommand(flags, world);
    });
  return withPlace(command);
};

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port takes a number from 0 to 65535');
  return port;
}

import { Command } from 'commander';
import type { CommandFile } from '../command.ts';

/** promisewatch test-channel NAME */
export const testChannel: CommandFile = (world) =>
  new Command('test-channel')
    .description('send a test to a channel, or to the address of a recipient')
    .argument('<name>', 'id of a channel, or address of a recipient, as in the file')
    .option('--config <file>', 'names channels and recipients', 'promisewatch.yaml')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch test-channel slack\n  promisewatch test-channel ana@northbell.example\n',
    )
    .action(async (name: string, flags: { config: string }) => {
      const { testChannelCommand } = await import('../operators/test-channel.ts');
      await testChannelCommand(name, flags, world);
    });

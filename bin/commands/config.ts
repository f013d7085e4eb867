import { Command } from 'commander';
import * as z from 'zod';
import { Config } from '../../src/config/config.ts';
import type { CommandFile } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';

/** promisewatch config check|schema */
export const config: CommandFile = (world) =>
  new Command('config')
    .description('check promisewatch.yaml, or print its JSON Schema')
    .addCommand(
      new Command('check')
        .description('name every mistake in the file with line, column and rule')
        .option('--config <file>', 'the file to check', 'promisewatch.yaml')
        .action((flags: { config: string }) => {
          const { brands } = readConfigFile(flags.config, world.cwd);
          const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
          world.print(
            `${flags.config} is valid: ${[
              count(brands.length, 'brand'),
              count(brands.flatMap(({ promises }) => promises).length, 'promise'),
              count(brands.flatMap(({ sources }) => sources).length, 'source'),
              count(brands.flatMap(({ recipients }) => recipients).length, 'recipient'),
            ].join(', ')}`,
          );
        }),
    )
    .addCommand(
      new Command('schema')
        .description('print the JSON Schema of promisewatch.yaml, for editors')
        .action(() => world.print(configSchema())),
    );

/** The JSON Schema of promisewatch.yaml, as promisewatch.schema.json holds it. */
export function configSchema(): string {
  return JSON.stringify(z.toJSONSchema(Config, { io: 'input' }), null, 2);
}

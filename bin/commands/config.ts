import { Command } from 'commander';
import * as z from 'zod';
import { Config } from '../../src/config/config.ts';
import type { Difference } from '../../src/config/differences.ts';
import { checkPromises } from '../check-promises.ts';
import type { CommandFile, World } from '../command.ts';
import { noteFile } from '../note-file.ts';
import { withStack } from '../operators/open.ts';
import { readConfigFile } from '../read-config-file.ts';

/** promisewatch config check|diff|schema */
export const config: CommandFile = (world) =>
  new Command('config')
    .description('check promisewatch.yaml, or print its JSON Schema')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch config check\n  promisewatch config diff --config promisewatch.yaml\n',
    )
    .addCommand(
      new Command('check')
        .description('name every mistake in the file with line, column and rule')
        .addHelpText(
          'before',
          'Examples:\n  promisewatch config check\n  promisewatch config check acme.yaml\n',
        )
        .argument('[file]', 'the file to check; the same as --config')
        .option('--config <file>', 'the file to check', 'promisewatch.yaml')
        .action((named: string | undefined, flags: { config: string }) => {
          const file = named ?? flags.config;
          const read = readConfigFile(file, world.cwd);
          checkPromises(file, read, world);
          noteFile(file, read, world);
          const { brands } = read;
          const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
          world.print(
            `${file} is valid: ${[
              count(brands.length, 'brand'),
              count(brands.flatMap(({ promises }) => promises).length, 'promise'),
              count(brands.flatMap(({ sources }) => sources).length, 'source'),
              count(brands.flatMap(({ recipients }) => recipients).length, 'recipient'),
            ].join(', ')}`,
          );
        }),
    )
    .addCommand(
      new Command('diff')
        .description('what apply would change, compared with the configuration in force')
        .addHelpText(
          'before',
          'Examples:\n  promisewatch config diff\n  promisewatch config diff --json\n',
        )
        .option('--config <file>', 'the file to compare', 'promisewatch.yaml')
        .option('--json', 'one JSON object')
        .action((flags: { config: string; json?: boolean }) => showDifferences(flags, world)),
    )
    .addCommand(
      new Command('schema')
        .description('print the JSON Schema of promisewatch.yaml, for editors')
        .addHelpText(
          'before',
          'Examples:\n  promisewatch config schema > promisewatch.schema.json\n',
        )
        .action(() => world.print(configSchema())),
    );

async function showDifferences(
  flags: { config: string; json?: boolean },
  world: World,
): Promise<void> {
  await withStack(flags, world, async ({ dynamodb, tableName, config }) => {
    const [{ dynamoSettingsStore }, { dynamoTable }, { settingsOf }, words] = await Promise.all([
      import('../../src/adapters/dynamodb/settings.ts'),
      import('../../src/adapters/dynamodb/table.ts'),
      import('../../src/config/config.ts'),
      import('../../src/config/differences.ts'),
    ]);
    const store = dynamoSettingsStore(dynamoTable(dynamodb, tableName));
    const version = await store.currentVersion();
    const before = version === undefined ? undefined : await store.read(version);
    const found = words.differences(before, settingsOf(config));
    const notes = words.consequences(found);
    if (flags.json) {
      world.print(JSON.stringify({ version: version ?? null, differences: found, notes }));
      return;
    }
    const against = version === undefined ? 'no configuration yet' : `version ${version}`;
    if (found.length === 0) {
      world.print(`${flags.config} says the same as ${against}.`);
      return;
    }
    for (const difference of found) world.print(lineOf(difference));
    for (const note of notes) world.complain(`note  ${note}`);
    world.complain(`compared with ${against}. Next: promisewatch apply`);
  });
}

function lineOf({ change, path, before, after }: Difference): string {
  if (change === 'changed') return `~ ${path}: ${before} → ${after}`;
  return change === 'added' ? `+ ${path}: ${after}` : `- ${path}: ${before}`;
}

/** The JSON Schema of promisewatch.yaml, as promisewatch.schema.json holds it. */
export function configSchema(): string {
  return JSON.stringify(z.toJSONSchema(Config, { io: 'input' }), null, 2);
}

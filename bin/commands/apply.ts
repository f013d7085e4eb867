import { Command } from 'commander';
import { dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { settingsOf } from '../../src/config/config.ts';
import { type CommandFile, UsageError, type World } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';
import { openStack, type StackAccess } from '../stack.ts';

/** promisewatch apply [--config FILE] [--rollback N] */
export const apply: CommandFile = (world) =>
  new Command('apply')
    .description('store brands, promises, sources and recipients as the current configuration')
    .option('--config <file>', 'the file to apply', 'promisewatch.yaml')
    .option('--rollback <version>', 'make an earlier version current instead')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch apply\n  promisewatch apply --config staging.yaml\n  promisewatch apply --rollback 3\n',
    )
    .action(async (flags: { config: string; rollback?: string }) => {
      const config = readConfigFile(flags.config, world.cwd);
      const stack = await openStack(config.deploy);
      if (flags.rollback !== undefined) {
        await rollBack(flags.rollback, stack, world);
        return;
      }
      const { version, keyMade } = await applySettings(settingsOf(config), stack, world);
      if (keyMade) world.complain(`made the key of the author hash: ${stack.authorKeyParameter}`);
      const brands = config.brands.map(({ name }) => name).join(', ');
      world.print(
        `configuration version ${version} is current (${brands}). Functions pick it up within 5 minutes.`,
      );
    });

/** Makes the author key if there is none, then stores the settings: the collector needs the key first. */
export async function applySettings(
  settings: Parameters<ReturnType<typeof dynamoSettingsStore>['apply']>[0],
  { dynamodb, ssm, tableName, authorKeyParameter }: StackAccess,
  { now, randomBytes }: Pick<World, 'now' | 'randomBytes'>,
): Promise<{ version: number; keyMade: boolean }> {
  const { makeAuthorKey } = await import('../../src/adapters/make-author-key.ts');
  const keyMade = await makeAuthorKey(ssm, authorKeyParameter, randomBytes(32).toString('hex'));
  const store = dynamoSettingsStore(dynamoTable(dynamodb, tableName));
  return { version: await store.apply(settings, now()), keyMade };
}

async function rollBack(
  wanted: string,
  { dynamodb, tableName }: StackAccess,
  { now, print }: World,
) {
  const version = Number(wanted);
  if (!Number.isInteger(version) || version < 1)
    throw new UsageError('--rollback takes the number of an earlier version, e.g. --rollback 3');
  const store = dynamoSettingsStore(dynamoTable(dynamodb, tableName));
  if (!(await store.rollBack(version, now())))
    throw new Error(`there is no configuration version ${version}. Nothing was changed.`);
  print(
    `configuration version ${version} is current again. Functions pick it up within 5 minutes.`,
  );
}

import { Command } from 'commander';
import { type Settings, settingsOf } from '../../src/config/config.ts';
import { checkPromises } from '../check-promises.ts';
import { type CommandFile, EXIT, Refusal, UsageError, type World } from '../command.ts';
import { noteFile } from '../note-file.ts';
import { explained } from '../operators/open.ts';
import type { Changes } from '../operators/steps.ts';
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
      const wanted = versionOf(flags.rollback);
      if (wanted === undefined) {
        checkPromises(flags.config, config, world);
        noteFile(flags.config, config, world);
      }
      const { stackName, region } = config.deploy;
      const changes: Changes = [];
      const applyFile = async () => {
        const stack = await openStack(config.deploy);
        if (wanted !== undefined) {
          await rollBack(wanted, stack, world);
          changes.push(`configuration version ${wanted} is current again`);
          await followUp(stack, world);
          return;
        }
        const version = await applySettings(settingsOf(config), stack, world, changes);
        for (const made of changes.slice(0, -1)) world.complain(made);
        const brands = config.brands.map(({ name }) => name).join(', ');
        world.print(
          `configuration version ${version} is current (${brands}). Functions pick it up within 5 minutes.`,
        );
        await followUp(stack, world);
      };
      await explained(`stack ${stackName} in ${region}`, applyFile, changes);
    });

/**
 * What a configuration needs beside being stored. Failing sources are read again at once. Stored mentions are judged by
 * the promises in force and the classifier of this folder, where either changed: until then the daily check waits, because
 * counts of two versions must not be compared.
 */
export async function followUp(stack: StackAccess, world: World): Promise<void> {
  const store = await versionsOf(stack);
  const version = await store.currentVersion();
  if (version === undefined) return;
  const { brands } = await store.read(version);
  const failing = await readFailing(brands, stack, world.now());
  if (failing.length > 0)
    world.complain(`failing sources are read within a quarter of an hour: ${failing.join(', ')}`);
  const { reclassifyBrands, reclassifyLine } = await import('../reclassify-brands.ts');
  for (const report of await reclassifyBrands(brands, stack, world))
    world.complain(reclassifyLine(report));
}

/**
 * Makes the author key if there is none, then stores the settings: the collector needs the key first.
 * @returns the version that is current now
 */
export async function applySettings(
  settings: Settings,
  stack: StackAccess,
  { now, randomBytes }: Pick<World, 'now' | 'randomBytes'>,
  changes: Changes = [],
): Promise<number> {
  const { makeAuthorKey } = await import('../../src/adapters/make-author-key.ts');
  const keyMade = await makeAuthorKey(
    stack.ssm,
    stack.authorKeyParameter,
    randomBytes(32).toString('hex'),
  );
  if (keyMade) changes.push(`made the key of the author hash: ${stack.authorKeyParameter}`);
  const version = await (await versionsOf(stack)).apply(settings, now());
  changes.push(`configuration version ${version} is current`);
  return version;
}

function versionOf(flag: string | undefined): number | undefined {
  if (flag === undefined) return undefined;
  const version = Number(flag);
  if (!Number.isInteger(version) || version < 1)
    throw new UsageError('--rollback takes the number of an earlier version, e.g. --rollback 3');
  return version;
}

async function rollBack(version: number, stack: StackAccess, { now, print }: World) {
  if (!(await (await versionsOf(stack)).rollBack(version, now())))
    throw new Refusal(
      `there is no configuration version ${version}. Nothing was changed.`,
      EXIT.notFound,
    );
  print(
    `configuration version ${version} is current again. Functions pick it up within 5 minutes.`,
  );
}

async function readFailing(
  brands: Settings['brands'],
  { dynamodb, tableName }: StackAccess,
  now: Date,
): Promise<string[]> {
  const [{ readFailingAgain }, { dynamoTable }] = await Promise.all([
    import('../operators/read-again.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  return readFailingAgain(brands, dynamoTable(dynamodb, tableName), now);
}

/** Loaded here and not at start: the AWS clients take longer than most commands. */
async function versionsOf({ dynamodb, tableName }: StackAccess) {
  const [{ dynamoSettingsStore }, { dynamoTable }] = await Promise.all([
    import('../../src/adapters/dynamodb/settings.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  return dynamoSettingsStore(dynamoTable(dynamodb, tableName));
}

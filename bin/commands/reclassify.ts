import { Command } from 'commander';
import type { Settings } from '../../src/config/config.ts';
import { type PlaceFlags, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

/** promisewatch reclassify */
export const reclassify: CommandFile = (world) =>
  withPlace(
    new Command('reclassify')
      .description('judge stored mentions by the classifier and promises of now, then switch')
      .option('--json', 'one JSON object')
      .addHelpText(
        'before',
        `Examples:
  promisewatch reclassify
  promisewatch reclassify --brand acme --stack promisewatch --region eu-west-1

Counts of the new version are made beside those in force and then put in their place at once. Can be stopped and
run again. apply and deploy do it by themselves.\n`,
      )
      .action(async (flags: PlaceFlags & { json?: boolean }) => {
        const [{ withSession }, { reclassifyBrands, reclassifyLine }, { choose }] =
          await Promise.all([
            import('../analyst/session.ts'),
            import('../reclassify-brands.ts'),
            import('../analyst/choose.ts'),
          ]);
        await withSession(flags, world, async ({ settings, client, tableName, now }) => {
          const ids = settings.brands.map(({ id }) => id);
          const wanted = flags.brand === undefined ? undefined : choose('brand', flags.brand, ids);
          const brands = settings.brands.filter(({ id }) => wanted === undefined || id === wanted);
          // The clock of a stopped local run stands still.
          const reports = await reclassifyBrands(
            brands,
            { dynamodb: await client(), tableName },
            { ...world, now: () => now },
            true,
          );
          if (flags.json === true) world.print(JSON.stringify({ brands: reports }));
          else for (const report of reports) world.print(reclassifyLine(report));
          for (const remark of remarks(reports.length, settings)) world.complain(remark);
        });
      }),
  );

/** What is not to be read from the report itself. */
function remarks(reports: number, { bedrock }: Pick<Settings, 'bedrock'>): string[] {
  if (reports === 0) return ['No mention is stored yet: nothing to judge.'];
  if (bedrock === undefined) return [];
  return [
    'Bedrock was not asked: stored mentions are judged again by the embedded classifier alone, also those that Bedrock had judged.',
  ];
}

import { Command } from 'commander';
import type { Config } from '../../src/config/config.ts';
import { estimate, estimateLines } from '../../src/cost/estimate.ts';
import { checkPromises } from '../check-promises.ts';
import { type CommandFile, EXIT, Refusal, type World } from '../command.ts';
import { noteFile } from '../note-file.ts';
import type { Deployment } from '../operators/deployment.ts';
import { explained } from '../operators/open.ts';
import { type Outside, realOutside } from '../operators/outside.ts';
import type { Changes } from '../operators/steps.ts';
import { changeLine } from '../operators/template-changes.ts';
import { readConfigFile } from '../read-config-file.ts';

interface Flags {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** False after --no-apply. */
  readonly apply: boolean;
}

/** promisewatch deploy [--dry-run] */
export const deploy: CommandFile = (world) => makeDeploy(world, world.outside ?? realOutside());

function makeDeploy(world: World, outside: Outside): Command {
  return new Command('deploy')
    .description('make or update the stacks, then apply the configuration')
    .option('--config <file>', 'the file to deploy', 'promisewatch.yaml')
    .option('-n, --dry-run', 'only say in words what would change')
    .option('--no-apply', 'make the stacks, leave the configuration in force as it is')
    .option('--json', 'with --dry-run: one JSON object')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch deploy --dry-run\n  promisewatch deploy\n\nStops when data would be replaced or deleted.\n',
    )
    .action((flags: Flags) => deployStacks(flags, world, outside));
}

async function deployStacks(flags: Flags, world: World, outside: Outside): Promise<void> {
  const config = readConfigFile(flags.config, world.cwd);
  checkPromises(flags.config, config, world);
  noteFile(flags.config, config, world);
  const { region, stackName, alarmEmail } = config.deploy;
  const changes: Changes = [];
  await explained(
    `stack ${stackName} in ${region}`,
    async () => {
      const { prepare } = await import('../operators/deployment.ts');
      const deployment = await prepare(config);
      try {
        tell(deployment, flags, world);
        refuseLosses(deployment);
        if (flags.dryRun) return;
        await makeStacks(deployment, config, { world, outside, changes });
      } finally {
        deployment.close();
      }
      if (flags.apply) await applyTo(config, world, changes);
      world.complain(
        `Next: open the link in the mail "AWS Notification - Subscription Confirmation" to ${alarmEmail}, then promisewatch doctor`,
      );
    },
    changes,
  );
}

function refuseLosses({ changes }: Deployment): void {
  const losses = changes.filter(({ loses }) => loses !== undefined);
  if (losses.length > 0)
    throw new Refusal(
      `Stopped: data would be lost at ${losses.map(({ logicalId }) => logicalId).join(', ')}. Nothing was changed. Go back to the version that is deployed, or read docs/deploy.md#when-a-deployment-stops.`,
      EXIT.problems,
    );
}

interface Reach {
  readonly world: World;
  readonly outside: Outside;
  readonly changes: Changes;
}

async function makeStacks({ assembly }: Deployment, config: Config, reach: Reach): Promise<void> {
  const { world, outside, changes } = reach;
  const { region, stackName } = config.deploy;
  const { preflight } = await import('../operators/preflight.ts');
  await preflight(config, reach);
  for (const line of estimateLines(estimate(config))) world.complain(line);
  const code = await outside.run('cdk', [
    ...['deploy', '--app', assembly, '--all'],
    ...['--require-approval', 'never', '--progress', 'events'],
  ]);
  if (code !== 0) {
    changes.push('began to deploy');
    throw new Error(
      `cdk ended with ${code}. CloudFormation takes back what a failed update changed; "promisewatch doctor" shows the state of both stacks.`,
    );
  }
  changes.push(`deployed ${stackName}-data and ${stackName}`);
  world.print(`✓ ${stackName}-data and ${stackName} are deployed in ${region}.`);
}

async function applyTo(config: Config, world: World, changes: Changes): Promise<void> {
  const [{ applySettings, followUp }, { openStack }, { settingsOf }] = await Promise.all([
    import('./apply.ts'),
    import('../stack.ts'),
    import('../../src/config/config.ts'),
  ]);
  const stack = await openStack(config.deploy);
  const version = await applySettings(settingsOf(config), stack, world, changes);
  world.print(`✓ configuration version ${version} is current.`);
  await followUp(stack, world);
}

function tell({ changes, account }: Deployment, flags: Flags, world: World): void {
  if (flags.json) {
    world.print(JSON.stringify({ account, changes }));
    return;
  }
  const say = flags.dryRun ? world.print : world.complain;
  if (changes.length === 0) say('The stacks are as deployed: nothing would change.');
  let stack: string | undefined;
  for (const change of changes) {
    if (change.stack !== stack) say(`${change.stack} in account ${account}:`);
    stack = change.stack;
    for (const line of changeLine(change).split('\n')) say(`  ${line}`);
  }
}

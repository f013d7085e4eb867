import { Command } from 'commander';
import type { DeploySettings } from '../../src/config/config.ts';
import { type CommandFile, EXIT, Refusal, UsageError, type World } from '../command.ts';
import { explained } from '../operators/open.ts';
import { type Outside, realOutside } from '../operators/outside.ts';
import type { Remains } from '../operators/removal.ts';
import { type Changes, takeSteps } from '../operators/steps.ts';
import { readConfigFile } from '../read-config-file.ts';

interface Flags {
  readonly config: string;
  readonly deleteData?: boolean;
  readonly confirm?: string;
  /** False after --no-backup. */
  readonly backup: boolean;
}

/** promisewatch destroy [--delete-data] [--confirm NAME] */
export const destroy: CommandFile = (world) => makeDestroy(world, world.outside ?? realOutside());

function makeDestroy(world: World, outside: Outside): Command {
  return new Command('destroy')
    .description('remove functions, queues and alarms; keeps all data unless told otherwise')
    .option('--config <file>', 'names the stack', 'promisewatch.yaml')
    .option('--delete-data', 'also delete the table, after a backup')
    .option('--no-backup', 'with --delete-data: make no backup first')
    .option('--confirm <name>', 'the name of the stack, instead of typing it when asked')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch destroy\n  promisewatch destroy --delete-data\n  promisewatch destroy --confirm promisewatch\n',
    )
    .action((flags: Flags) => removeStack(flags, world, outside));
}

async function removeStack(flags: Flags, world: World, outside: Outside): Promise<void> {
  if (!flags.backup && flags.deleteData !== true)
    throw new UsageError(
      '--no-backup goes with --delete-data only: without it the table stays, and no backup is made. Nothing was changed.',
    );
  const { deploy } = readConfigFile(flags.config, world.cwd);
  const { stackName, region } = deploy;
  const removal = await import('../operators/removal.ts');
  const changes: Changes = [];
  const remove = async () => {
    const remains = await removal.remainsOf(deploy);
    if (remains === undefined && !(await removal.isDeployed(deploy)))
      throw new Refusal(
        `there is neither a stack ${stackName} nor a stack ${stackName}-data in ${region}: removed already, or deploy.stackName, deploy.region or the account is another. Nothing was changed.`,
        EXIT.notFound,
      );
    for (const line of plan(deploy, remains, flags)) world.complain(line);
    await confirm(stackName, flags, outside);
    const data =
      flags.deleteData === true
        ? [
            ...(flags.backup && remains !== undefined
              ? [removal.backUp(remains.tableName, region, world.now())]
              : []),
            ...removal.removeData(deploy, remains?.tableName),
          ]
        : [];
    await takeSteps([...removal.removeFunctions(deploy), ...data], world, changes);
    world.print(farewell(deploy, flags));
  };
  await explained(`stack ${stackName} in ${region}`, remove, changes);
}

function farewell(deploy: DeploySettings, flags: Flags): string {
  const { stackName } = deploy;
  if (flags.deleteData)
    return `${stackName} is removed with its data. Keys under /promisewatch/secrets/ stay: other stacks may use them.`;
  const list = ownList(deploy);
  const first = list === undefined ? '' : ` after contactList: ${list} is written under deploy:`;
  return `${stackName} is removed. Its data stays: promisewatch deploy goes on from it${first}.`;
}

/** The contact list that the stack made. It stays, and SES allows no second one. */
function ownList({ unsubscribe, contactList, stackName }: DeploySettings): string | undefined {
  return unsubscribe === 'ses' && contactList === undefined ? stackName : undefined;
}

function plan(deploy: DeploySettings, remains: Remains | undefined, flags: Flags): string[] {
  const { stackName, region } = deploy;
  const list = ownList(deploy);
  const table =
    remains === undefined
      ? 'There is no table.'
      : `Table ${remains.tableName}: ${remains.items} items, ${remains.gigabytes.toFixed(2)} GB, about $${remains.monthly.toFixed(2)} a month to keep.`;
  if (!flags.deleteData)
    return [
      `Goes: stack ${stackName} (functions, queues with what waits in them, schedules, alarms).`,
      `Stays: stack ${stackName}-data. ${table}`,
      ...(list === undefined
        ? []
        : [
            `Stays: contact list ${list} in SES, so that nobody who unsubscribed is mailed again. Before a later deploy write contactList: ${list} under deploy:`,
          ]),
    ];
  return [
    `Goes: stacks ${stackName} and ${stackName}-data. ${table}`,
    flags.backup
      ? 'A backup of the table is made first and stays ($0.10 per GB and month).'
      : 'No backup is made.',
    ...(list === undefined
      ? []
      : [
          `Stays: contact list ${list} in SES with the addresses of those who unsubscribed. To delete it: aws sesv2 delete-contact-list --region ${region} --contact-list-name ${list}`,
        ]),
    'To keep a file of the mentions: Ctrl-C, then promisewatch export mentions.parquet',
  ];
}

async function confirm(stackName: string, flags: Flags, { ask }: Outside): Promise<void> {
  const typed =
    flags.confirm ?? (await ask(`Type the name of the stack to go on (${stackName}): `));
  if (typed?.trim() !== stackName)
    throw new UsageError(
      `that is not "${stackName}". Nothing was changed. In scripts: --confirm ${stackName}`,
    );
}

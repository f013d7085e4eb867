import { Argument, Command } from 'commander';
import type { CommandFile, World } from '../command.ts';
import type { QueueName } from '../operators/dead-letters.ts';
import { type OpenedStack, queuesOf, withStack } from '../operators/open.ts';
import type { Changes } from '../operators/steps.ts';

interface Flags {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** promisewatch redrive mentions|polls [--dry-run] */
export const redrive: CommandFile = (world) =>
  new Command('redrive')
    .description('send what was given up round again, after its cause was removed')
    .addArgument(new Argument('<queue>', 'whose dead letters').choices(['mentions', 'polls']))
    .option('--config <file>', 'names the stack', 'promisewatch.yaml')
    .option('-n, --dry-run', 'only group what lies there by reason')
    .option('--json', 'one JSON object')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch redrive mentions --dry-run\n  promisewatch redrive mentions\n',
    )
    .action((queue: QueueName, flags: Flags) => redriveQueue(queue, flags, world));

async function redriveQueue(queue: QueueName, flags: Flags, world: World): Promise<void> {
  const changes: Changes = [];
  const redriveAll = async ({ ssm, stackName, region }: OpenedStack) => {
    const urls = (await queuesOf(ssm, stackName))[queue];
    const [{ SQSClient }, letters] = await Promise.all([
      import('@aws-sdk/client-sqs'),
      import('../operators/dead-letters.ts'),
    ]);
    const client = new SQSClient({ region });
    const reasons: Record<string, number> = {};
    const taken = [];
    try {
      for await (const letter of letters.deadLetters(client, urls.deadLetters, queue)) {
        // A dry run holds them all back until the end, or it would meet them again.
        if (flags.dryRun) taken.push(letter);
        else await letters.sendBack(client, urls, letter);
        reasons[letter.reason] = (reasons[letter.reason] ?? 0) + 1;
      }
    } finally {
      for (const letter of taken) await letters.release(client, urls.deadLetters, letter);
      client.destroy();
      const total = tell(queue, reasons, flags, world);
      if (total > 0 && !flags.dryRun) changes.push(`${total} messages sent again`);
    }
  };
  await withStack(flags, world, redriveAll, changes);
}

/**
 * Told even when it was interrupted: then it says how many had gone before.
 * @returns how many
 */
function tell(
  queue: QueueName,
  reasons: Record<string, number>,
  flags: Flags,
  world: World,
): number {
  const total = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  if (flags.json) {
    world.print(JSON.stringify({ queue, dryRun: flags.dryRun ?? false, messages: total, reasons }));
    return total;
  }
  for (const [reason, count] of Object.entries(reasons).toSorted(([, a], [, b]) => b - a))
    world.print(`${String(count).padStart(6)}  ${reason}`);
  const messages = `${total} ${total === 1 ? 'message' : 'messages'}`;
  if (total === 0) world.print(`No dead letters of ${queue}.`);
  else if (flags.dryRun)
    world.print(`${messages} of ${queue}. Nothing was moved. Next: promisewatch redrive ${queue}`);
  else world.print(`${messages} sent to the ${queue} queue again.`);
  return total;
}

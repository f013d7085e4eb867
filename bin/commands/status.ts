import { Command } from 'commander';
import type { CommandFile } from '../command.ts';
import { withStack } from '../operators/open.ts';
import type { Status } from '../operators/status-facts.ts';
import { unreadableWords } from '../output/words.ts';

/** promisewatch status [--json] */
export const status: CommandFile = (world) =>
  new Command('status')
    .description('red alarms, last runs, queues, sources in trouble, digests that wait')
    .option('--config <file>', 'names the stack', 'promisewatch.yaml')
    .option('--json', 'one JSON object')
    .addHelpText('before', 'Examples:\n  promisewatch status\n  promisewatch status --json\n')
    .action(async (flags: { config: string; json?: boolean }) => {
      await withStack(flags, world, async (stack) => {
        const { takeStatus } = await import('../operators/status-facts.ts');
        const facts = await takeStatus(stack, world.now());
        if (flags.json) world.print(JSON.stringify(facts));
        else for (const line of statusLines(facts, world.now())) world.print(line);
      });
    });

/** The status for a person; lines that need one begin with `!`. */
export function statusLines(facts: Status, now: Date): string[] {
  const { stack, region, configuration, alarms, stages, queues, sources } = facts;
  const version =
    configuration === null
      ? 'no configuration: promisewatch apply'
      : `configuration ${configuration}`;
  const mark = (bad: boolean) => (bad ? '!' : ' ');
  return [
    `${mark(configuration === null)} ${stack} in ${region}, ${version}`,
    ...alarmLines(alarms),
    ...Object.entries(stages).map(
      ([stage, at]) =>
        `${mark(at === null)} ${stage.padEnd(9)} last succeeded ${at === null ? 'never' : ago(at, now)}`,
    ),
    ...queues.map(
      ({ name, waiting, deadLetters }) =>
        `${mark(deadLetters > 0)} ${name.padEnd(9)} ${waiting} waiting, ${deadLetters} given up${deadLetters > 0 ? `: promisewatch redrive ${name} --dry-run` : ''}`,
    ),
    `${mark(sources.trouble.length > 0)} sources   ${sources.read} of ${sources.configured} read at least once, ${sources.trouble.length} failing`,
    ...sources.trouble.flatMap(({ source, since, reason, remedy }) => [
      `!   ${source} since ${since.slice(0, 16).replace('T', ' ')} UTC: ${reason}`,
      `    ${remedy}`,
    ]),
    `  incidents ${facts.openIncidents} open`,
    `  digests   ${facts.waitingDigests.length} waiting${facts.waitingDigests.length > 0 ? `: ${facts.waitingDigests.slice(0, 5).join(', ')}` : ''}`,
    ...facts.unreadable.map((row) => `! ${unreadableWords(row)}`),
    ...facts.waitingReclassification.map(
      (brand) =>
        `! ${brand} waiting: reclassification; nothing is checked until: promisewatch reclassify`,
    ),
    ...facts.refused.map(
      ({ digest, at, reason }) => `! refused   ${digest} on ${at.slice(0, 10)}: ${reason}`,
    ),
  ];
}

function alarmLines(alarms: Status['alarms']): string[] {
  if (alarms === null) return ['! alarms    CloudWatch does not answer these credentials'];
  if (alarms.length === 0) return ['  alarms    none is red'];
  return alarms.map((name) => `! alarm     ${name}: docs/runbook.md#${name}`);
}

/** `3 minutes ago`, in whole units. */
function ago(at: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 60_000));
  if (minutes < 120) return `${minutes} minutes ago`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} hours ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}

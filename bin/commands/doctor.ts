import { Command } from 'commander';
import { credentialTrouble, explainAws } from '../analyst/aws-errors.ts';
import { type CommandFile, EXIT, Refusal, type World } from '../command.ts';
import type { Finding } from '../operators/finding.ts';
import { FOR_OPERATORS } from '../operators/open.ts';
import { type Outside, realOutside } from '../operators/outside.ts';
import { readConfigFile } from '../read-config-file.ts';

interface Flags {
  readonly config: string;
  readonly json?: boolean;
}

/** promisewatch doctor [--json]; reads only, exit 5 when something is wrong */
export const doctor: CommandFile = (world) => makeDoctor(world, world.outside ?? realOutside());

function makeDoctor(world: World, outside: Outside): Command {
  return new Command('doctor')
    .description('what AWS still needs, before and after a deployment; changes nothing')
    .option('--config <file>', 'the file to check against', 'promisewatch.yaml')
    .option('--json', 'one JSON object')
    .addHelpText('before', 'Examples:\n  promisewatch doctor\n  promisewatch doctor --json\n')
    .action((flags: Flags) => examine(flags, world, outside));
}

async function examine(flags: Flags, world: World, outside: Outside): Promise<void> {
  const findings = await findingsOf(flags, world, outside);
  const bad = findings.filter(({ level }) => level === 'bad').length;
  const notes = findings.filter(({ level }) => level === 'note').length;
  if (flags.json) world.print(JSON.stringify({ ok: bad === 0, findings }));
  else for (const line of findings.flatMap(linesOf)) world.print(line);
  const things = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  if (bad > 0)
    throw new Refusal(
      `${things(bad, 'problem')}, ${things(notes, 'note')}. Nothing was changed.`,
      EXIT.problems,
    );
  if (!flags.json) world.complain(`No problems, ${things(notes, 'note')}.`);
}

async function findingsOf(flags: Flags, world: World, outside: Outside): Promise<Finding[]> {
  const config = readConfigFile(flags.config, world.cwd);
  const [{ takeFacts }, { diagnose }] = await Promise.all([
    import('../operators/doctor-facts.ts'),
    import('../operators/diagnose.ts'),
  ]);
  try {
    const now = world.now();
    return diagnose(config, await takeFacts(config, outside, now), now);
  } catch (error) {
    const label = `region ${config.deploy.region}`;
    const trouble =
      error instanceof Error ? credentialTrouble(error, label, FOR_OPERATORS) : undefined;
    if (trouble === undefined) throw explainAws(error, label, FOR_OPERATORS);
    return [{ level: 'bad', topic: 'identity', text: trouble.what, fix: trouble.next }];
  }
}

const MARKS = { good: '✓', note: '!', bad: '✗' } as const;

function linesOf({ level, topic, text, fix }: Finding): string[] {
  const line = `${MARKS[level]} ${topic.padEnd(13)} ${text}`;
  return fix === undefined ? [line] : [line, `${' '.repeat(16)}→ ${fix}`];
}

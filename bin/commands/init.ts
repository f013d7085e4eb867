import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { TimeZone } from '../../src/brands/hours.ts';
import { DeploySettings } from '../../src/config/config.ts';
import { sentence } from '../../src/config/sentences.ts';
import { refusedAddress } from '../../src/config/source-addresses.ts';
import { type CommandFile, UsageError, type World } from '../command.ts';
import { type InitAnswers, initialConfig } from '../operators/initial-config.ts';
import { type Outside, realOutside } from '../operators/outside.ts';

interface Flags {
  readonly config: string;
  readonly force?: boolean;
}

/** promisewatch init; asks, and writes promisewatch.yaml */
export const init: CommandFile = (world) => makeInit(world, world.outside ?? realOutside());

function makeInit(world: World, outside: Outside): Command {
  return new Command('init')
    .description('ask what to watch and write promisewatch.yaml')
    .option('--config <file>', 'the file to write', 'promisewatch.yaml')
    .option('--force', 'replace a file that was edited')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch init\n  promisewatch init --config acme.yaml\n',
    )
    .action((flags: Flags) => askAndWrite(flags, world, outside));
}

interface Question {
  readonly key: keyof InitAnswers;
  readonly text: string;
  /** Undefined: an answer is needed. */
  readonly usual?: (world: World, given: Partial<InitAnswers>) => string;
  /** @returns what is wrong with the answer, else undefined */
  readonly wrong: (answer: string) => string | undefined;
}

const by = (schema: z.ZodType) => (answer: string) => {
  const issue = schema.safeParse(answer).error?.issues[0];
  return issue && sentence(issue, answer);
};
const isHttps = by(z.url({ protocol: /^https$/, error: 'is not an https address' }));
const email = by(z.email({ error: 'is not an e-mail address' }));

const QUESTIONS: readonly Question[] = [
  {
    key: 'brand',
    text: 'Which brand?',
    wrong: by(z.string().min(1, { error: 'needs a name' }).max(60)),
  },
  {
    key: 'promise',
    text: 'One promise that it makes, in its own words',
    usual: () => 'We answer within 60 seconds',
    wrong: by(z.string().min(3).max(200)),
  },
  {
    key: 'source',
    text: 'Address of a feed that people write about it in (RSS, Atom or JSON)',
    wrong: (answer) => isHttps(answer) ?? refusedAddress(answer, false),
  },
  { key: 'recipient', text: 'Who gets the digests (e-mail)?', wrong: email },
  {
    key: 'mailFrom',
    text: 'Which address do they come from? It or its domain must be verified in SES',
    usual: (_, { recipient = '' }) => recipient,
    wrong: email,
  },
  {
    key: 'alarmEmail',
    text: 'Who gets alarms about the machine itself?',
    usual: (_, { recipient = '' }) => recipient,
    wrong: email,
  },
  {
    key: 'region',
    text: 'AWS region?',
    usual: ({ env }) => env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'eu-west-1',
    wrong: by(DeploySettings.shape.region),
  },
  {
    key: 'timeZone',
    text: 'Time zone in which its days begin?',
    usual: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
    wrong: by(TimeZone),
  },
];

const MAX_ATTEMPTS = 3;

async function askAndWrite(flags: Flags, world: World, outside: Outside): Promise<void> {
  const path = resolve(world.cwd, flags.config);
  if (!flags.force && isEdited(path))
    throw new UsageError(
      `${flags.config} is there and was edited. Nothing was written. Add --force to replace it, or --config FILE to write another.`,
    );
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new UsageError(`there is no folder ${folder}. Make it first. Nothing was written.`);
  const answers: { -readonly [Key in keyof InitAnswers]?: string } = {};
  for (const question of QUESTIONS)
    answers[question.key] = await answerTo(question, answers, world, outside);
  const text = initialConfig(answers as InitAnswers);
  writeFileSync(path, text);
  world.print(`${flags.config} is written.`);
  world.complain(
    `Next:\n  promisewatch deploy --dry-run    what would be made\n  promisewatch deploy              make the stacks and apply the configuration\n  promisewatch test-channel ${answers.recipient}    a first mail`,
  );
}

async function answerTo(
  { text, usual, wrong }: Question,
  given: Partial<InitAnswers>,
  world: World,
  { ask }: Outside,
): Promise<string> {
  const preset = usual?.(world, given);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const typed = await ask(promptOf(text, preset));
    if (typed === undefined) throw new UsageError('the answers ended early. Nothing was written.');
    const answer = typed.trim() === '' && preset !== undefined ? preset : typed.trim();
    const mistake = wrong(answer);
    if (mistake === undefined) return answer;
    world.complain(`"${answer}" ${mistake}`);
  }
  throw new UsageError(`no usable answer after ${MAX_ATTEMPTS} attempts. Nothing was written.`);
}

/** A question ends with its own sign; anything else with a colon. */
function promptOf(text: string, preset: string | undefined): string {
  const end = /[?]$/.test(text) ? '' : ':';
  return preset === undefined ? `${text}${end} ` : `${text} [${preset}]${end} `;
}

/** SHA-256 of the promisewatch.yaml that comes with the repository. */
const SHIPPED = '68321f5f709ce609ad022b54ee4adb636306bd432b047cfe400eb206a8382ae2';

/** The file that comes with the repository may be replaced: nobody wrote it. */
function isEdited(path: string): boolean {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(text).digest('hex') !== SHIPPED;
}

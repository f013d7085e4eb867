import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serveNorthbell } from '../../examples/northbell/server.ts';
import { type Clock, realClock, virtualClock } from '../../local/clock.ts';
import { type DataFolder, openDataFolder } from '../../local/data-folder.ts';
import type { LocalEvent } from '../../local/events.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { openMailboxPage } from '../../local/mailbox-page.ts';
import { type Config, settingsOf } from '../../src/config/config.ts';
import type { World } from '../command.ts';
import { applySettings } from '../commands/apply.ts';
import { readConfigFile } from '../read-config-file.ts';
import { functionsIn, makeAssembly } from './assembly.ts';
import { loopbackSources } from './loopback.ts';
import {
  NORTHBELL_ENDS,
  NORTHBELL_FILE,
  NORTHBELL_STARTS,
  northbellBytes,
  servedFrom,
} from './northbell.ts';
import { openLocalStack } from './open-local-stack.ts';
import type { StartOptions } from './options.ts';
import { Progress } from './progress.ts';
import { reportRun } from './report.ts';

export interface LocalWorld extends World {
  /** Since the process began. */
  readonly seconds: () => number;
  readonly signal: AbortSignal;
}

const ROOT = resolve(import.meta.dirname, '..', '..');

type Closers = (() => void | Promise<void>)[];

/** One local run, from the templates to the mailbox page. Everything it opens is closed at the end. */
export async function runLocally(options: StartOptions, world: LocalWorld): Promise<void> {
  const file = options.config ?? join(ROOT, NORTHBELL_FILE);
  const written = readConfigFile(file, world.cwd);
  const closers: Closers = [];
  try {
    const folder = openDataFolder(resolve(world.cwd, options.data));
    closers.push(() => folder.release());
    if (options.config === undefined)
      await playNorthbell(written, { options, world, folder, closers });
    else await watchOwn(written, { options, world, folder, closers });
  } finally {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  }
}

interface Setting {
  readonly options: StartOptions;
  readonly world: LocalWorld;
  readonly folder: DataFolder;
  readonly closers: Closers;
}

/** Sixty days of the example on a clock that jumps to what is due next. */
async function playNorthbell(written: Config, setting: Setting): Promise<void> {
  const { options, world, folder, closers } = setting;
  const finished = folder.at('finished');
  // A finished example begins anew; an interrupted one goes on where it was.
  if (existsSync(finished)) rmSync(folder.at('state'), { recursive: true, force: true });
  rmSync(finished, { force: true });
  const clock = virtualClock(NORTHBELL_STARTS);
  const server = await serveNorthbell(clock.now);
  closers.push(server.close);
  const run = await open(servedFrom(written, server.origin), clock, northbellBytes, setting);
  await run.aws.runUntil(NORTHBELL_ENDS);
  writeFileSync(finished, '');
  await reportRun(run, options);
  if (!options.once) await untilStopped(world.signal);
}

/** The operator's own configuration on the real clock, on its live sources. */
async function watchOwn(config: Config, setting: Setting): Promise<void> {
  const { options, world } = setting;
  const run = await open(config, realClock(), world.randomBytes, setting);
  if (options.once) {
    await onePass(run.aws, run.functions);
    await reportRun(run, options);
    return;
  }
  world.print(
    `Reading the live sources of ${options.config}. Mailbox: ${run.mailbox?.url}  Ctrl-C ends.`,
  );
  await run.aws.invoke(run.functions.get('dispatch') ?? '', {});
  await run.aws.runUntil('forever');
}

/** Makes the templates, starts what they describe, and applies the configuration. */
async function open(
  config: Config,
  clock: Clock,
  random: World['randomBytes'],
  { options, world, folder, closers }: Setting,
) {
  const workDir = mkdtempSync(join(tmpdir(), 'promisewatch-'));
  closers.push(() => rmSync(workDir, { recursive: true, force: true }));
  const assemblyDir = await makeAssembly(ROOT, workDir, config.deploy);
  const functions = functionsIn(assemblyDir);
  const progress = new Progress(world);
  const aws = await startLocalAws({
    assemblyDir,
    dataDir: folder.at('state'),
    clock,
    env: {
      [functions.get('collect') ?? '']: { LOOPBACK_SOURCES: loopbackSources(config).join(',') },
    },
    signal: world.signal,
    onEvent: (event: LocalEvent) => progress.see(event, functions),
  });
  closers.push(() => aws.close());
  const stack = openLocalStack(aws, config.deploy.stackName);
  closers.push(() => {
    stack.dynamodb.destroy();
    stack.ssm.destroy();
  });
  await applySettings(settingsOf(config), stack, { now: clock.now, randomBytes: random });
  const mailbox = options.once ? undefined : await openMailboxPage(aws.outbox, options.port);
  if (mailbox !== undefined) closers.push(() => mailbox.close());
  return { aws, stack, config, progress, mailbox, world, functions };
}

/** Every stage once, in order: what the schedules would do in the course of a day. */
async function onePass(aws: LocalAws, functions: ReadonlyMap<string, string>): Promise<void> {
  for (const name of ['dispatch', 'rollup', 'check', 'deliver']) {
    const result = await aws.invoke(functions.get(name) ?? '', {});
    if (result.outcome !== 'succeeded')
      throw new Error(`${name} ${result.outcome}: ${result.error.errorMessage}`);
    await aws.drain();
  }
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

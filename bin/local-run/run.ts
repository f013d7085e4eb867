import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serveNorthbell } from '../../examples/northbell/server.ts';
import { type Clock, realClock, virtualClock } from '../../local/clock.ts';
import { type DataFolder, openDataFolder } from '../../local/data-folder.ts';
import { openMailboxPage } from '../../local/mailbox-page.ts';
import type { Config } from '../../src/config/config.ts';
import type { World } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';
import {
  NORTHBELL_ENDS,
  NORTHBELL_FILE,
  NORTHBELL_STARTS,
  northbellBytes,
  servedFrom,
} from './northbell.ts';
import { onePass, openRun, ROOT } from './open-run.ts';
import type { StartOptions } from './options.ts';
import { type Progress, progressTo } from './progress.ts';
import { reportRun } from './report.ts';
import { endOfLogs } from './totals.ts';
import { openWebhookDoor } from './webhook-door.ts';

export interface LocalWorld extends World {
  /** Since the process began. */
  readonly seconds: () => number;
  readonly signal: AbortSignal;
}

interface Setting {
  readonly options: StartOptions;
  readonly world: LocalWorld;
  readonly folder: DataFolder;
  readonly progress: Progress;
  /** Called at the end, last opened first. */
  readonly closers: (() => void | Promise<void>)[];
}

/** One local run, from the templates to the mailbox page. Everything it opens is closed at the end. */
export async function runLocally(options: StartOptions, world: LocalWorld): Promise<void> {
  const file = options.config ?? join(ROOT, NORTHBELL_FILE);
  const written = readConfigFile(file, world.cwd);
  const closers: Setting['closers'] = [];
  try {
    const folder = openDataFolder(resolve(world.cwd, options.data));
    closers.push(() => folder.release());
    const setting = { options, world, folder, progress: progressTo(world), closers };
    if (options.config === undefined) await playNorthbell(written, setting);
    else await watchOwn(written, setting);
  } finally {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  }
}

/** Sixty days of the example on a clock that jumps to what is due next. */
async function playNorthbell(written: Config, setting: Setting): Promise<void> {
  const { options, world, folder, closers } = setting;
  keepTo(folder, 'the example');
  const finished = folder.at('finished');
  // A finished example begins anew; an interrupted one goes on where it was.
  if (existsSync(finished)) rmSync(folder.at('state'), { recursive: true, force: true });
  rmSync(finished, { force: true });
  const clock = virtualClock(NORTHBELL_STARTS);
  const server = await serveNorthbell(clock.now);
  closers.push(server.close);
  const run = await open(servedFrom(written, server.origin), clock, northbellBytes, setting);
  if (run.mailbox !== undefined)
    world.complain(`The mailbox fills as the days go by: ${run.mailbox.url}`);
  await run.aws.runUntil(NORTHBELL_ENDS);
  writeFileSync(finished, '');
  await reportRun(run, options);
  if (!options.once) await untilStopped(world.signal);
}

/** The operator's own configuration on the real clock, on its live sources. */
async function watchOwn(config: Config, setting: Setting): Promise<void> {
  const { options, world, folder } = setting;
  keepTo(folder, `your stack ${config.deploy.stackName}`);
  const run = await open(config, realClock(), world.randomBytes, setting);
  if (options.once) {
    const before = { logs: endOfLogs(run.aws.logFolder), mails: run.aws.outbox.list().length };
    await onePass(run);
    await reportRun({ ...run, before }, options);
    return;
  }
  const door = await openWebhookDoor(run, world);
  if (door !== undefined) setting.closers.push(door.close);
  world.print(
    `Reading the live sources of ${options.config}. Mailbox: ${run.mailbox?.url}  Ctrl-C ends.`,
  );
  await run.aws.invoke(run.functions.get('dispatch') ?? '', {});
  await run.aws.runUntil('forever');
}

/** A folder holds one kind of run: the example begins anew, and must not take an operator's data with it. */
function keepTo(folder: DataFolder, whose: string): void {
  const file = folder.at('whose');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before !== undefined && before !== whose)
    throw new Error(`${folder.path} holds a run of ${before}: choose another folder with --data.`);
  writeFileSync(file, whose);
}

async function open(
  config: Config,
  clock: Clock,
  randomBytes: World['randomBytes'],
  { options, world, folder, progress, closers }: Setting,
) {
  const run = await openRun({
    config,
    clock,
    dataDir: folder.at('state'),
    randomBytes,
    signal: world.signal,
    // Whoever waits for the end does not wait for a message that a killed run had hidden for 12 minutes.
    ...(options.once && { realRetryDelays: false }),
    onEvent: progress.see,
  });
  closers.push(run.close);
  const mailbox = options.once ? undefined : await openMailboxPage(run.aws.outbox, options.port);
  if (mailbox !== undefined) closers.push(() => mailbox.close());
  return { ...run, mailbox, progress, world };
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

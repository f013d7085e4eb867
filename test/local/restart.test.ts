import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../local/clock.ts';
import { DataFolderInUse, openDataFolder } from '../../local/data-folder.ts';
import type { LocalEvent } from '../../local/events.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { synthesiseNotesApp } from './notes-app.ts';

const START = '2026-03-02T05:30:00.000Z';

let folder: string;
let assemblyDir: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-restart-'));
  assemblyDir = await synthesiseNotesApp(folder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (
  dataDir: string,
  onEvent: (event: LocalEvent) => void = () => {},
): Promise<LocalAws> =>
  startLocalAws({ assemblyDir, dataDir, clock: virtualClock(START), onEvent });

const clientOptions = ({ endpoint, region, operatorCredentials: credentials }: LocalAws) => ({
  endpoint,
  region,
  credentials,
});

async function keptNotes(aws: LocalAws): Promise<string[]> {
  const TableName = aws.outputs['TableName'];
  const { Items = [] } = await new DynamoDBClient(clientOptions(aws)).send(
    new ScanCommand({ TableName }),
  );
  return Items.map((item) => item['PK']?.S?.slice(2) ?? '').toSorted();
}

describe('a data folder', () => {
  it('goes on where the last run was closed', async () => {
    const dataDir = join(folder, 'closed');
    const first = await start(dataDir);
    await first.runUntil('2026-03-02T06:30:00Z');
    await first.close();

    const fired: string[] = [];
    const second = await start(dataDir, (event) => {
      if (event.type === 'schedule') fired.push(event.at);
    });
    expect(second.clock.now().toISOString()).toBe('2026-03-02T06:30:00.000Z');
    expect(second.outbox.list()).toHaveLength(2);
    await second.runUntil('2026-03-02T07:00:00Z');
    expect(fired).toEqual(['2026-03-02T07:00:00.000Z']);
    expect(await keptNotes(second)).toEqual(['hourly', 'hourly', 'morning']);
    expect(second.outbox.list().map(({ file }) => existsSync(file))).toEqual([true, true, true]);
    await second.close();
  });

  it('keeps items, messages and the clock of a run that was killed', async () => {
    const dataDir = join(folder, 'killed');
    const script = fileURLToPath(new URL('./run-notes.ts', import.meta.url));
    const until = '2026-03-02T06:30:00Z';
    const child = spawn(process.execPath, [script, assemblyDir, dataDir, START, until], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('in flight\n');
    await expect(start(dataDir)).rejects.toThrow(
      `${dataDir} is in use by process ${child.pid}: stop that run, or choose another folder with --data.`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');

    const fired: string[] = [];
    const aws = await start(dataDir, (event) => {
      if (event.type === 'schedule') fired.push(event.at);
    });
    expect(aws.clock.now().toISOString()).toBe('2026-03-02T06:30:00.000Z');
    await aws.drain();
    expect(await keptNotes(aws)).toEqual(['hourly', 'hourly', 'stay in flight']);
    await aws.runUntil('2026-03-02T07:00:00Z');
    expect(fired).toEqual(['2026-03-02T07:00:00.000Z']);
    const dead = aws.queues().find(({ isDeadLetterQueue }) => isDeadLetterQueue);
    const { Messages = [] } = await new SQSClient(clientOptions(aws)).send(
      new ReceiveMessageCommand({ QueueUrl: dead?.url }),
    );
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body).note)).toEqual(['a dead letter']);
    await aws.close();
  }, 40_000);

  it('is for its owner alone, secrets above all', async () => {
    const dataDir = join(folder, 'secret');
    const aws = await start(dataDir);
    await new SSMClient(clientOptions(aws)).send(
      new PutParameterCommand({ Name: '/key', Value: 's3cret', Type: 'SecureString' }),
    );
    const mode = async (name: string) =>
      ((await stat(join(dataDir, name))).mode & 0o777).toString(8);
    expect(await mode('.')).toBe('700');
    expect(await mode('parameters.json')).toBe('600');
    expect(await mode('endpoint.json')).toBe('600');
    await aws.close();
    expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
    expect(await readFile(join(dataDir, 'parameters.json'), 'utf8')).toContain('s3cret');
  });
});

describe('the lock of a data folder', () => {
  it('refuses a second run and lets the next one in', () => {
    const path = join(folder, 'locked');
    const held = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(DataFolderInUse);
    held.release();
    const next = openDataFolder(path);
    held.release();
    expect(() => openDataFolder(path)).toThrow(DataFolderInUse);
    next.release();
  });

  it('is taken over from a process that no longer exists', async () => {
    const path = join(folder, 'stale');
    openDataFolder(path).release();
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(
      join(path, 'lock.json'),
      JSON.stringify({ pid: gone.pid, started: '', token: 'theirs' }),
    );
    const folderAgain = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(`process ${process.pid}`);
    folderAgain.release();
  });

  it.runIf(process.platform === 'linux')(
    'is taken over when its process number belongs to somebody else by now',
    async () => {
      const path = join(folder, 'reused');
      openDataFolder(path).release();
      await writeFile(
        join(path, 'lock.json'),
        JSON.stringify({ pid: process.ppid, started: '1', token: 'theirs' }),
      );
      const taken = openDataFolder(path);
      expect(JSON.parse(await readFile(join(path, 'lock.json'), 'utf8')).pid).toBe(process.pid);
      taken.release();
    },
  );

  it('says so in one sentence when the folder cannot be made', async () => {
    // A file is in the way of it.
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    expect(() => openDataFolder(join(blocked, 'folder'))).toThrow(
      /cannot be made \(\w+\): choose another folder with --data\.$/,
    );
  });
});

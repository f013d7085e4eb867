import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionsIn, makeAssembly } from '../../bin/local-run/assembly.ts';
import {
  NORTHBELL_FILE,
  NORTHBELL_STARTS,
  northbellBytes,
  servedFrom,
} from '../../bin/local-run/northbell.ts';
import { type LocalRun, openRun, ROOT } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { EXAMPLE_SOURCES, exampleMentions } from '../../examples/northbell/mentions.ts';
import { serveNorthbell } from '../../examples/northbell/server.ts';
import { virtualClock } from '../../local/clock.ts';
import type { LocalEvent } from '../../local/events.ts';
import { startLocalAws } from '../../local/local-aws.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';

/** Grants that a healthy run does not use, each with the reason why it is there all the same. */
const UNUSED_ON_PURPOSE: readonly { readonly statement: RegExp; readonly why: string }[] = [
  { statement: /#WriteOwnLogs$/, why: 'the local run writes logs to files' },
  { statement: /#WriteOwnTraces$/, why: 'Lambda itself sends traces' },
];
/** Of SES: a sender is covered by its address or by its domain, whichever the operator verified. */
const OTHER_IDENTITY = /#SendAsTheSender$/;
/** What Lambda's poller needs on AWS and the stand-in does not ask for. */
const POLLER = 'sqs:GetQueueAttributes';

/** After the first reading, the crisis and two nightly audits: by then every stage has done all that it does. */
const ENDS = '2026-10-16T12:00:00.000Z';

let folder: string;
let run: LocalRun;
const denied: Extract<LocalEvent, { type: 'denied' }>[] = [];
let closeFeeds: () => Promise<void>;

/** A chunk with a mention that no version can judge beside one that is not even a mention. */
const POISON = JSON.stringify({ v: 1, mentions: [{ id: 'f'.repeat(32), brand: 'northbell' }, 7] });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promisewatch-proof-'));
  const clock = virtualClock(NORTHBELL_STARTS);
  const server = await serveNorthbell(clock.now);
  closeFeeds = async () => server.close();
  const config = servedFrom(readConfigFile(join(ROOT, NORTHBELL_FILE), ROOT), server.origin);
  run = await openRun({
    config,
    clock,
    dataDir: join(folder, 'state'),
    randomBytes: northbellBytes,
    onEvent: (event) => {
      if (event.type === 'denied') denied.push(event);
    },
  });
  await run.aws.runUntil('2026-10-14T12:00:00.000Z');
  await plantPoison();
  await plantWrongCounts();
  await run.aws.runUntil(ENDS);
}, 600_000);

afterAll(async () => {
  await run?.close();
  await closeFeeds?.();
  rmSync(folder, { recursive: true, force: true });
});

async function plantPoison(): Promise<void> {
  const { endpoint, region, operatorCredentials: credentials, resources } = run.aws;
  const sqs = new SQSClient({ endpoint, region, credentials });
  const QueueUrl = Object.entries(resources['AWS::SQS::Queue'] ?? {}).find(([id]) =>
    id.startsWith('ClassificationMentionsQueue'),
  )?.[1];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
  sqs.destroy();
}

/** Counts of a settled day that no recount ever made. */
async function plantWrongCounts(): Promise<void> {
  const rollups = dynamoRollupStore(dynamoTable(run.stack.dynamodb, run.stack.tableName));
  const [settled] = await rollups.between('northbell', '2026-09-25', '2026-09-25');
  if (settled === undefined) throw new Error('the example has no counts of 25 September');
  await rollups.save({ ...settled, sources: {} });
}

const logLines = () =>
  readdirSync(run.aws.logFolder).flatMap((name) =>
    readFileSync(join(run.aws.logFolder, name), 'utf8').split('\n').filter(Boolean),
  );

describe('permissions over the days of the example in which everything happens', () => {
  it('suffice: no call is refused', () => {
    expect(denied.map(({ call }) => `${call.caller} ${call.action} ${call.resource}`)).toEqual([]);
    expect(run.aws.policyReport().denied).toEqual([]);
    expect(run.aws.calls.length).toBeGreaterThan(1000);
  });

  it('are needed: nothing is granted that nothing uses, but for a list with reasons', () => {
    const unused = run.aws
      .policyReport()
      .unused.filter(
        ({ statement, pattern }) =>
          !UNUSED_ON_PURPOSE.some((known) => known.statement.test(statement)) &&
          !OTHER_IDENTITY.test(statement) &&
          pattern !== POLLER,
      );
    expect(unused.map(({ statement, kind, pattern }) => `${statement} ${kind} ${pattern}`)).toEqual(
      [],
    );
  });

  it('hold nothing whose content only AWS knows', () => {
    expect(run.aws.policyReport().unknownPolicies).toEqual([]);
  });
});

describe('a call beyond its role', () => {
  it('is refused and named: a function that is pointed at another table reads nothing of it', async () => {
    const work = mkdtempSync(join(tmpdir(), 'promisewatch-planted-'));
    const assemblyDir = await makeAssembly(ROOT, run.config);
    const rollup = functionsIn(assemblyDir).get('rollup') ?? '';
    const aws = await startLocalAws({
      assemblyDir,
      dataDir: join(work, 'state'),
      clock: virtualClock(NORTHBELL_STARTS),
      env: { [rollup]: { TABLE_NAME: 'of-somebody-else' } },
    });
    const { outcome } = await aws.invoke(rollup, {});
    const refused = aws.policyReport().denied.map(({ caller, action, resource }) => ({
      caller,
      action,
      table: resource.split('/').at(-1),
    }));
    await aws.close();
    rmSync(work, { recursive: true, force: true });
    expect(outcome).toBe('failed');
    expect(refused[0]).toEqual({
      caller: rollup,
      action: 'dynamodb:Query',
      table: 'of-somebody-else',
    });
  }, 60_000);
});

describe('what the run leaves behind', () => {
  it('has the poison alone in the dead-letter queue, in messages of its own', () => {
    const dead = run.aws.queues().filter(({ isDeadLetterQueue }) => isDeadLetterQueue);
    expect(dead.map(({ ready }) => ready).toSorted()).toEqual([0, 2]);
  });

  it('has found the wrong counts in the night after, and nothing in the others', async () => {
    const drift = logLines().flatMap((line) => {
      const { message } = JSON.parse(line);
      return typeof message === 'string' && message.includes('RollupDrift')
        ? [JSON.parse(message).RollupDrift as number]
        : [];
    });
    expect(drift.length).toBeGreaterThanOrEqual(2);
    expect(drift.filter((days) => days > 0)).toEqual([1]);
    const rollups = dynamoRollupStore(dynamoTable(run.stack.dynamodb, run.stack.tableName));
    const [mended] = await rollups.between('northbell', '2026-09-25', '2026-09-25');
    expect(Object.keys(mended?.sources ?? {}).length).toBeGreaterThan(0);
  });

  it('logs no word that anybody wrote, no author, no address, no key', () => {
    const logs = logLines().join('\n');
    expect(logs.length).toBeGreaterThan(100_000);
    const mentions = EXAMPLE_SOURCES.flatMap((source) => exampleMentions(source));
    const texts = mentions.map(({ text }) => text.slice(0, 40));
    const authors = mentions.flatMap(({ author }) =>
      author == null || author.length < 6 ? [] : [author],
    );
    const people = run.config.brands.flatMap(({ recipients }) =>
      recipients.map(({ email }) => email),
    );
    const key = northbellBytes(32).toString('hex');
    const found = [...texts, ...authors, ...people, key].filter((word) => logs.includes(word));
    expect(texts.length).toBeGreaterThan(500);
    expect(found).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { northbellBytes } from '../../bin/local-run/northbell.ts';
import { type LocalRun, openRun } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { virtualClock } from '../../local/clock.ts';
import { type FunctionUrl, serveFunctionUrl } from '../../local/function-url.ts';
import { webhookSignature } from '../../src/sources/webhook.ts';
import { ACME_YAML, run as runCommand } from '../operators/cloud.ts';
import { keyboard } from '../operators/keyboard.ts';
import { type ReviewFeed, serveReviews } from './review-feed.ts';

/** A text goes all the way into a mail, is erased by the command, and is sent in again by every way there is. */

const UNIQUE = 'Zwetschgenkuchen';
const PUSHED = 'Quittenmarmelade';
const PATH = '/reviews.rss';
const SECRET = { name: '/promisewatch/secrets/shop', value: 's3'.repeat(20) };

const folder = mkdtempSync(join(tmpdir(), 'promisewatch-erase-'));
const clock = virtualClock('2026-11-18T12:05:00.000Z');
const before = { ...process.env };
let feed: ReviewFeed;
let run: LocalRun;
let door: FunctionUrl;

const hours = (count: number) =>
  run.aws.runUntil(new Date(clock.now().getTime() + count * 3_600_000).toISOString());

async function push(id: string, text: string): Promise<number> {
  const timestamp = String(Math.floor(clock.now().getTime() / 1000));
  const publishedAt = '2026-11-18T11:00:00Z';
  const body = JSON.stringify({ mentions: [{ id, text, rating: 1, publishedAt, author: 'Kim' }] });
  const { status } = await fetch(`${door.url}shop`, {
    method: 'POST',
    headers: {
      'promisewatch-timestamp': timestamp,
      'promisewatch-signature': webhookSignature(SECRET.value, timestamp, Buffer.from(body)),
    },
    body,
  });
  await run.aws.drain();
  return status;
}

/** Where the stack keeps a word: keys of rows, by the table and both indexes; queues; files of logs. */
async function placesOf(word: string): Promise<string[]> {
  const { dynamodb, tableName } = run.stack;
  const places: [string, string][] = [];
  for (const IndexName of [undefined, 'GSI1', 'GSI2']) {
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = await dynamodb.send(
        new ScanCommand({ TableName: tableName, IndexName, ExclusiveStartKey }),
      );
      for (const row of page.Items ?? [])
        places.push([`${IndexName ?? 'table'} ${row['PK']?.S} ${row['SK']?.S}`, textOf(row)]);
      ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
    } while (ExclusiveStartKey !== undefined);
  }
  const { endpoint, region, operatorCredentials: credentials } = run.aws;
  const sqs = new SQSClient({ endpoint, region, credentials });
  for (const { url: QueueUrl, logicalId } of run.aws.queues()) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    places.push([logicalId, JSON.stringify(Messages ?? [])]);
  }
  sqs.destroy();
  for (const name of readdirSync(run.aws.logFolder))
    places.push([name, readFileSync(join(run.aws.logFolder, name), 'utf8')]);
  expect(places.length).toBeGreaterThan(20);
  return places.flatMap(([place, text]) => (text.includes(word) ? [place] : []));
}

/** A row as text, what is packed in it unpacked. */
function textOf(row: Record<string, { readonly B?: Uint8Array | undefined }>): string {
  const packed = Object.values(row).flatMap(({ B }) => (B === undefined ? [] : [unpacked(B)]));
  return [JSON.stringify(row), ...packed].join('\n');
}

function unpacked(bytes: Uint8Array): string {
  for (const unpack of [gunzipSync, inflateRawSync, inflateSync])
    try {
      return unpack(bytes).toString('utf8');
    } catch {
      // Packed in another way.
    }
  return Buffer.from(bytes).toString('latin1');
}

async function forget(...argv: string[]) {
  return runCommand(['forget', ...argv, '--yes', '--json'], {
    cwd: folder,
    now: clock.now,
    outside: keyboard(),
  });
}

beforeAll(async () => {
  feed = await serveReviews(clock.now);
  feed.say(PATH, 6, (n) => `Nobody answered the phone for ${n + 3} hours, ${n} times.`);
  feed.say(PATH, 1, () => `${UNIQUE}: nobody answered the phone for 2 hours.`);
  writeFileSync(
    join(folder, 'promisewatch.yaml'),
    ACME_YAML.replace(
      'https://reviews.example/acme.rss\n',
      `${feed.origin}${PATH}\n        http: true\n      - id: shop\n        name: Shop\n        connector: webhook\n        secret: ${SECRET.name}\n`,
    ),
  );
  run = await openRun({
    config: readConfigFile(join(folder, 'promisewatch.yaml'), folder),
    clock,
    dataDir: join(folder, 'state'),
    randomBytes: northbellBytes,
  });
  await run.stack.ssm.send(
    new PutParameterCommand({ Name: SECRET.name, Value: SECRET.value, Type: 'SecureString' }),
  );
  door = await serveFunctionUrl(run.aws, run.functions.get('receive') ?? '');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: run.aws.endpoint,
    AWS_ACCESS_KEY_ID: run.aws.operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: run.aws.operatorCredentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
  });
  await push('o-1', `${PUSHED}: I waited 2 hours for an answer.`);
  // The first reading is mailed on the morning of the day after, with quotes.
  await hours(46);
}, 240_000);

afterAll(async () => {
  await run?.close();
  feed?.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true, force: true });
});

describe('a text that went all the way', () => {
  let id: string;

  it('is in the table, in a frozen digest and in a mail', async () => {
    const places = await placesOf(UNIQUE);
    expect(new Set(places.map((place) => place.slice(0, 8)))).toEqual(
      new Set(['table M#', 'table G#']),
    );
    id = /^table M#acme#([0-9a-f]{32}) M$/m.exec(places.join('\n'))?.[1] ?? '';
    expect(id).not.toBe('');
    expect(await placesOf(PUSHED)).not.toEqual([]);
    expect(run.aws.outbox.list().some(({ text }) => text?.includes(UNIQUE))).toBe(true);
  });

  it('is nowhere after forget: no byte in table, indexes, digests, queues or logs', async () => {
    const read = await forget('--id', id);
    const pushed = await forget('--author', 'Kim', '--source', 'shop');
    expect([read.code, pushed.code]).toEqual([0, 0]);
    expect(JSON.parse(read.out)).toMatchObject({ mentions: 1, dryRun: false });
    expect(JSON.parse(read.out).digests).toBeGreaterThan(0);
    expect(await placesOf('Nobody answered the phone for 8 hours')).not.toEqual([]);
    expect([await placesOf(UNIQUE), await placesOf(PUSHED)]).toEqual([[], []]);
  });

  it('does not come back: read again, edited at its source, sent again, sent with other words', async () => {
    const erased = feed.pages.get(PATH)?.find(({ text }) => text.includes(UNIQUE));
    if (erased === undefined) throw new Error('the feed has lost the text');
    await hours(2);
    feed.pages.set(PATH, [
      { ...erased, text: `${UNIQUE}, edited: nobody answered for three hours.` },
      ...(feed.pages.get(PATH) ?? []).filter((item) => item !== erased),
    ]);
    feed.say(PATH, 1, () => 'A new one: answered within 20 seconds.');
    const statuses = [
      await push('o-1', `${PUSHED}: I waited 2 hours for an answer.`),
      await push('o-1', `${PUSHED}, once more: I waited 3 hours.`),
    ];
    expect(statuses).toEqual([202, 202]);
    await hours(30);
    expect(await placesOf('A new one: answered within 20 seconds.')).toHaveLength(1);
    expect([await placesOf(UNIQUE), await placesOf(PUSHED)]).toEqual([[], []]);
  }, 240_000);

  it('is in no mail that is made afterwards', async () => {
    const late = run.aws.outbox
      .list()
      .filter(({ at }) => Date.parse(at) > clock.now().getTime() - 30 * 3_600_000);
    expect(late.filter(({ text = '' }) => text.includes(UNIQUE) || text.includes(PUSHED))).toEqual(
      [],
    );
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable, type Table } from '../../src/adapters/dynamodb/table.ts';
import { authorHash, contentHash } from '../../src/mentions/hashes.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { recount } from '../../src/rollups/recount.ts';
import { aClassification, aMention } from '../fixtures.ts';
import { ACME_YAML, type Cloud, openCloud, run } from './cloud.ts';
import { keyboard } from './keyboard.ts';

const FIRST = 'Zwetschgenkuchen nineteen minutes on hold';
const EDITED = 'Zwetschgenkuchen twenty-nine minutes on hold, corrected';
const OTHER = 'Somebody else was answered at once';
const DAY = '2026-11-18';
const NOW = new Date('2026-11-20T12:00:00.000Z');

let cloud: Cloud;
let client: DynamoDBClient;
let tableName: string;
let table: Table;
/** What `apply` makes of random bytes that are all sevens. */
const authorKey = '07'.repeat(32);

const mention = (digit: string, text: string, only: Partial<Mention> = {}): Mention =>
  aMention({
    id: digit.repeat(32),
    identity: `acme-reviews id ${digit}`,
    text,
    url: `https://reviews.example/acme/${digit}`,
    publishedAt: `${DAY}T09:00:00.000Z`,
    bucketDay: DAY,
    contentHash: contentHash(null, text, null),
    sketch: '',
    ttl: 1_900_000_000,
    ...only,
  });
const jane = () => authorHash(authorKey, 'acme-reviews', 'Jane D.');

const save = (only: Mention) => dynamoMentionStore(table).save(only, aClassification());
const here = (argv: readonly string[], answers: readonly string[] = []) =>
  run(['forget', ...argv], { cwd: cloud.cwd, outside: keyboard(answers), now: () => NOW });

/** Everything that the table and its day index hold, as text. */
async function everything(): Promise<string> {
  const all = await client.send(new ScanCommand({ TableName: tableName }));
  const index = await client.send(new ScanCommand({ TableName: tableName, IndexName: 'GSI1' }));
  return JSON.stringify([all.Items, index.Items]);
}

beforeAll(async () => {
  cloud = await openCloud(ACME_YAML);
  client = new DynamoDBClient({});
  tableName = Object.values(cloud.aws.resources['AWS::DynamoDB::GlobalTable'] ?? {})[0] ?? '';
  table = dynamoTable(client, tableName);
  await run(['apply'], { cwd: cloud.cwd });
  await save(mention('a', FIRST, { authorHash: jane() }));
  await save(mention('a', EDITED, { authorHash: jane(), fetchedAt: '2026-11-19T10:00:00.000Z' }));
  await save(mention('b', OTHER));
  const quote = (digit: string, text: string) => ({ mention: digit.repeat(32), marked: text });
  await table.put({
    PK: 'G#acme',
    SK: 'AC-0001#opened#1',
    model: JSON.stringify({
      incidents: [{ quotes: [quote('a', FIRST), quote('b', OTHER)] }],
      employees: { quote: quote('a', EDITED) },
    }),
  });
  await dynamoNoteStore(table).add({
    kind: 'relabel',
    brand: 'acme',
    id: '0001',
    at: '2026-11-19T10:00:00.000Z',
    by: 'Ann',
    mention: 'a'.repeat(32),
    contentHash: '0'.repeat(32),
    day: DAY,
    sentiment: null,
    verdicts: [],
    aboutUs: null,
    text: `not broken: "${FIRST}"`,
  });
  await dynamoRollupStore(table).markDirty('acme', DAY, NOW);
  await recount(NOW, {
    store: dynamoMentionStore(table),
    rollups: dynamoRollupStore(table),
    notes: dynamoNoteStore(table),
    checkpoints: dynamoCheckpoints(table),
  });
}, 60_000);
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

const negatives = async () =>
  (await dynamoRollupStore(table).between('acme', DAY, DAY)).map(
    ({ sources }) => sources['acme-reviews']?.negative,
  );

describe('forget', () => {
  it('wants to know exactly whom or what', async () => {
    const wrong = await Promise.all([
      here([]),
      here(['--id', 'a', '--url', 'https://x.example']),
      here(['--id', 'a']),
      here(['--url', 'no address']),
      here(['--url', 'https://x.example', '--source', 'acme-reviews']),
      here(['--author', 'Jane D.', '--source', 'nowhere']),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('says when nothing matches', async () => {
    const { code, err } = await here(['--author', 'Nobody']);
    expect(code).toBe(4);
    expect(err).toContain('no stored mention matches. Nothing was changed.');
  });

  it('names ids and days in a dry run, never the text, and changes nothing', async () => {
    const before = await everything();
    const { code, out, err } = await here(['--author', 'jane d.', '--dry-run']);
    expect([code, out]).toEqual([0, '1 would be erased. Nothing was changed.']);
    expect(err).toBe(`${DAY}  acme  acme-reviews  ${'a'.repeat(32)}`);
    expect(await everything()).toBe(before);
  });

  it('changes nothing unless "forget" is typed', async () => {
    const { code } = await here(['--author', 'Jane D.'], ['yes']);
    expect(code).toBe(2);
    expect(await everything()).toContain('Zwetschgenkuchen');
  });

  it('leaves no byte of the text in table, index, digests or remarks, and says what still has it', async () => {
    expect(await negatives()).toEqual([2]);
    const { code, out } = await here(['--author', 'Jane D.'], ['forget']);
    expect(code).toBe(0);
    expect(out).toContain(
      'Erased 1 mentions, 1 older versions, quotes in 1 digests, 0 dead letters; 1 days',
    );
    expect(out).toContain("the table's point-in-time backups until 2026-12-25");
    const left = await everything();
    expect(left).not.toContain('Zwetschgenkuchen');
    expect(left).not.toContain(jane());
    expect(left).toContain(OTHER);
  });

  it('takes it out of the counts at the next recount', async () => {
    const later = new Date(NOW.getTime() + 3_600_000);
    await recount(later, {
      store: dynamoMentionStore(table),
      rollups: dynamoRollupStore(table),
      notes: dynamoNoteStore(table),
      checkpoints: dynamoCheckpoints(table),
    });
    expect(await negatives()).toEqual([1]);
  });

  it('is not undone by a re-poll, an edit or a late message', async () => {
    const again = await save(mention('a', FIRST, { authorHash: jane() }));
    const edited = await save(
      mention('a', `${EDITED} again`, { fetchedAt: '2026-11-20T13:00:00.000Z' }),
    );
    expect([again.outcome, edited.outcome]).toEqual(['erased', 'erased']);
    expect(await everything()).not.toContain('Zwetschgenkuchen');
  });

  it('finds one mention by its address, whatever tracking parameters it carries', async () => {
    const address = 'https://reviews.example/acme/b?utm_source=mail';
    const { code, out, err } = await here(['--url', address, '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mentions: 1, dryRun: false });
    // A run that died before the texts are gone finds them, and with them all that is left to do.
    expect(err).toMatch(/frozen digests.*remarked.*dead letters.*recount.*erased 1 texts/s);
    expect(await everything()).not.toContain(OTHER);
  });

  it('finds what came by a source or for a brand that has left the configuration', async () => {
    const GONE = 'Hagebuttentee from a source that is gone';
    const byOld = authorHash(authorKey, 'old-reviews', 'Jane D.');
    const before = ACME_YAML.replace('id: acme-reviews', 'id: old-reviews');
    const file = join(cloud.cwd, 'promisewatch.yaml');
    writeFileSync(file, before.replace('id: acme\n', 'id: old-brand\n'));
    expect((await run(['apply'], { cwd: cloud.cwd })).code).toBe(0);
    writeFileSync(file, ACME_YAML);
    expect((await run(['apply'], { cwd: cloud.cwd })).code).toBe(0);
    const gone = { source: 'old-reviews', authorHash: byOld };
    await save(mention('1', GONE, gone));
    await save(mention('2', GONE, { ...gone, brand: 'old-brand' }));
    const { code, out } = await here(['--author', 'Jane D.', '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mentions: 2 });
    expect(await everything()).not.toContain('Hagebuttentee');
  });

  it('finds what was as old as the retention when it was read, to its last day', async () => {
    const OLD = 'Holunderblüten of long ago';
    await save(
      mention('3', OLD, {
        authorHash: jane(),
        publishedAt: '2026-05-26T09:00:00.000Z',
        bucketDay: '2026-05-26',
        fetchedAt: '2026-08-23T10:00:00.000Z',
      }),
    );
    const { code, out } = await here(['--author', 'Jane D.', '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mentions: 1 });
    expect(await everything()).not.toContain('Holunderblüten');
  });

  it('takes a mention out of the dead letters that was never stored, and leaves its neighbours there', async () => {
    const sqs = new SQSClient({});
    const [, QueueUrl = ''] =
      Object.entries(cloud.aws.resources['AWS::SQS::Queue'] ?? {}).find(([id]) =>
        id.startsWith('ClassificationMentionsDeadLetters'),
      ) ?? [];
    const bury = (body: unknown) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
    const BURIED = 'Quittenmarmelade, buried alive';
    // Without a source's name it breaks a rule, which is why it was given up.
    const { kind: _kind, ...broken } = mention('c', BURIED, { authorHash: jane() });
    await bury({ v: 1, mentions: [broken, mention('d', 'A neighbour of it')] });
    await bury({ v: 1, mentions: [mention('e', BURIED, { authorHash: jane() })] });
    await bury('Quittenmarmelade without any form');
    const dry = await here(['--author', 'Jane D.', '--dry-run']);
    expect(dry.out).toBe('2 would be erased. Nothing was changed.');
    const { code, out, err } = await here(['--author', 'Jane D.', '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mentions: 2, letters: 2 });
    expect(err).toContain('! 1 dead letters could not be looked through');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    const left = Messages.map(({ Body }) => Body).join('\n');
    expect(Messages).toHaveLength(2);
    expect(left).not.toContain(BURIED);
    expect(left).toContain('A neighbour of it');
    expect((await save(mention('c', BURIED))).outcome).toBe('erased');
    sqs.destroy();
  }, 30_000);

  it('takes back the counts of a day that has lost its last mention', async () => {
    const later = new Date(NOW.getTime() + 7_200_000);
    await recount(later, {
      store: dynamoMentionStore(table),
      rollups: dynamoRollupStore(table),
      notes: dynamoNoteStore(table),
      checkpoints: dynamoCheckpoints(table),
    });
    expect(await negatives()).toEqual([undefined]);
  });

  it('is safe to run again: an erased mention is not found twice', async () => {
    expect((await here(['--id', 'a'.repeat(32), '--yes'])).code).toBe(4);
  });
});

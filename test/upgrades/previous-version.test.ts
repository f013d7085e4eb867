import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonOf } from '../../bin/operators/dead-letters.ts';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { judge } from '../../src/classification/judge.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';

/**
 * Rows and messages as each released version wrote them. A deployment meets them in tables and queues, so
 * they must be readable by the version after it. Files of released versions are never edited.
 */
const VERSIONS = readdirSync(import.meta.dirname).filter((name) => /^v\d+$/.test(name));

const read = (version: string, file: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, version, file), 'utf8'));
const bytes = (value: AttributeValue & { B?: string }) =>
  value.B === undefined ? value : { B: Buffer.from(value.B, 'base64') };

describe.each(VERSIONS)('what %s wrote', (version) => {
  let test: TestTable;
  beforeAll(async () => {
    test = await freshTable();
    for (const item of read(version, 'items.json'))
      await test.client.send(
        new PutItemCommand({
          TableName: test.tableName,
          Item: Object.fromEntries(
            Object.entries(item).map(([name, value]) => [name, bytes(value as never)]),
          ) as Record<string, AttributeValue>,
        }),
      );
  });
  afterAll(() => test.close());

  const ID = '4e2cf1f6071ccc84ea78ee6696f724e6';
  const NOW = new Date('2026-10-23T09:00:00.000Z');

  it('is a mention that can be read, counted and replaced by an edit', async () => {
    const store = dynamoMentionStore(test.table);
    const [mention] = await store.read('northbell', [ID]);
    expect(mention?.text.length).toBeGreaterThan(20);
    const day = await store.ofDay('northbell', mention?.bucketDay ?? '', NOW);
    expect(day.map(({ id }) => id)).toContain(ID);
    const edited = aMention({
      ...(({ version: _v, classification: _c, ...rest }) => rest)(
        mention as never as Record<string, never>,
      ),
      text: 'The author wrote something else.',
      contentHash: 'f'.repeat(32),
      fetchedAt: '2026-10-23T08:00:00.000Z',
    });
    expect((await store.save(edited, aClassification())).outcome).toBe('new-version');
  });

  it('is a tombstone that still refuses what was erased', async () => {
    const erased = aMention({ id: 'e'.repeat(32), brand: 'northbell' });
    const { outcome } = await dynamoMentionStore(test.table).save(erased, aClassification());
    expect(outcome).toBe('erased');
  });

  it('is counts, an incident, a check, a digest with its model, and what became of a mail', async () => {
    const rollups = await dynamoRollupStore(test.table).between(
      'northbell',
      '2026-01-01',
      '2026-12-31',
    );
    expect(rollups.length).toBeGreaterThan(0);
    const incidents = dynamoIncidentStore(test.table);
    expect((await incidents.recent('northbell', '2026-01-01')).lastNumber).toBe(1);
    expect((await incidents.check('northbell', '2026-10-14'))?.day).toBe('2026-10-14');
    const digests = dynamoDigestStore(test.table);
    const digest = await digests.get('northbell', 'NB-0001#opened#1');
    expect(DigestModel.parse(JSON.parse(digest?.model ?? '')).kind).toBe('opened');
    const [send] = await digests.sends('northbell', 'NB-0001#opened#1');
    expect(send?.state).toBe('sent');
  });

  it('is a configuration, the state of a source, and checkpoints', async () => {
    const settings = dynamoSettingsStore(test.table);
    const current = await settings.currentVersion();
    expect((await settings.read(current ?? 0)).brands[0]?.id).toBe('northbell');
    expect((await dynamoSourceStates(test.table).get('homelines'))?.brand).toBe('northbell');
    const checkpoints = dynamoCheckpoints(test.table);
    expect(await checkpoints.get('check#northbell')).toMatch(/^2026-10-\d\d$/);
    expect(JSON.parse((await checkpoints.get('dispatch')) ?? '')).toHaveProperty('sources');
  });

  it('is a message that can be judged and stored, and a poll that can be followed', async () => {
    const { poll, mentions } = read(version, 'messages.json');
    expect(reasonOf(JSON.stringify(poll), 'polls')).toContain('well-formed');
    const { outcomes } = await judge(JSON.stringify(mentions), 1, NOW, {
      store: dynamoMentionStore(test.table),
      rollups: dynamoRollupStore(test.table),
      queue: { send: async () => {}, sendEach: async () => {} },
      classify: () => aClassification(),
      onFailure: () => {},
    });
    expect(outcomes.new).toBe(1);
  });
});

describe('versions with examples', () => {
  it('begin with the first', () => {
    expect(VERSIONS).toContain('v1');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoErasure } from '../../src/adapters/dynamodb/erasure.ts';
import { lastRunOf, watch } from '../../src/checks/watch.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import type { DigestRow } from '../../src/digest/outbox-rows.ts';
import { metricLine } from '../../src/metrics.ts';
import { audit } from '../../src/rollups/audit.ts';
import { recount } from '../../src/rollups/recount.ts';
import { SourceCounts } from '../../src/rollups/rollup.ts';
import { neverRead, type SourceState } from '../../src/sources/source-state.ts';
import { aDigest, aSend, KEY } from '../digest/outbox.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { storesIn } from './stores.ts';

const NOW = new Date('2026-03-02T12:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

let test: TestTable;
beforeEach(async () => {
  test = await freshTable();
});
afterEach(() => test.close());

const deps = () => storesIn(test);
const look = (now = NOW) => watch([{ brand: acme, timeZone: 'Europe/London' }], now, deps());

const putState = (only: Partial<SourceState>) => {
  const of = { source: 'acme-reviews', brand: 'acme', url: 'https://reviews.example/acme.rss' };
  return deps().states.add({ ...neverRead(of, 0, NOW), ...only });
};

describe('source-unread', () => {
  it.each([
    ['read an hour ago', { lastReadAt: hoursAgo(1) }, []],
    ['failing for 23 hours', { lastReadAt: hoursAgo(23), failingSince: hoursAgo(22) }, []],
    [
      'unread for 25 hours',
      { lastReadAt: hoursAgo(25), failingSince: hoursAgo(24) },
      ['acme-reviews'],
    ],
    [
      'unread for 25 hours without a failure: nobody reads at all',
      { lastReadAt: hoursAgo(25) },
      ['acme-reviews'],
    ],
    ['never read, failing for 25 hours', { failingSince: hoursAgo(25) }, ['acme-reviews']],
    ['never read and new', {}, []],
  ])('a source that is %s', async (_, state, expected) => {
    await putState(state);
    const { unread, metrics } = await look();
    expect([unread, metrics.SourcesUnread]).toEqual([expected, expected.length]);
  });
});

describe('digest-late', () => {
  const team = recipientHash('team@acme.example');
  const freeze = (only: Partial<DigestRow> = {}) =>
    deps().digests.freeze(aDigest({ createdAt: hoursAgo(6), serious: false, ...only }));

  it('is a digest that an open recipient has not got for two hours', async () => {
    await freeze();
    expect((await look()).late).toEqual(['acme AC-0001#opened#1']);
  });

  it('is also one that SES only postponed, but none that was sent', async () => {
    const digests = deps().digests;
    await freeze();
    await digests.finish(aSend(team, { state: 'postponed' }));
    expect((await look()).late.length).toBe(1);
    await digests.finish(aSend(team));
    expect((await look()).late).toEqual([]);
  });

  it('is none while its recipient sleeps, or in its first two hours', async () => {
    await freeze();
    // The open hours are 08:00 to 20:00 in London.
    expect((await look(new Date('2026-03-03T05:00:00.000Z'))).late).toEqual([]);
    expect((await look(new Date('2026-03-02T07:30:00.000Z'))).late).toEqual([]);
  });

  it('is one that nobody knows to be sent, because the row that would say so is damaged', async () => {
    await freeze();
    await test.table.put({ PK: 'G#acme', SK: `${KEY}#TO#${team}`, state: 'torn' });
    const { late, metrics } = await look();
    expect([late, metrics.DigestsLate]).toEqual([[`acme ${KEY}`], 1]);
  });

  it('is one that is damaged itself, beside those of others', async () => {
    await freeze();
    await freeze({ key: 'AC-0002#opened#1', createdAt: hoursAgo(5) });
    await test.table.update('G#acme', KEY, 'REMOVE seq', { expression: 'attribute_exists(PK)' });
    expect((await look()).late).toEqual([`acme ${KEY}`, 'acme AC-0002#opened#1']);
  });

  const had = (...hours: number[]) =>
    deps().recipients.amend(team, (state) => ({
      ...state,
      alerts: hours.map(hoursAgo),
    }));
  it('is none about an incident while its recipient has had three of them today', async () => {
    await freeze();
    await had(4, 4, 4);
    expect((await look()).late).toEqual([]);
  });

  it('is one after two of them, and one after three of yesterday', async () => {
    await freeze();
    await had(4, 4);
    expect((await look()).late).toEqual(['acme AC-0001#opened#1']);
    await had(25, 25, 25);
    expect((await look()).late).toEqual(['acme AC-0001#opened#1']);
  });

  it('is one whatever else was sent where the cap does not hold', async () => {
    await freeze({ kind: 'first-reading', key: 'AC-0001#first-reading#1' });
    await had(4, 4, 4);
    expect((await look()).late).toEqual(['acme AC-0001#first-reading#1']);
  });
});

describe('stands-still', () => {
  it('counts a stage from the first look, then from its last success', async () => {
    expect((await look()).stopped).toEqual([]);
    const later = new Date(NOW.getTime() + 4 * 3_600_000);
    await deps().checkpoints.set(lastRunOf('rollup'), later.toISOString());
    const { stopped, metrics } = await look(later);
    expect([stopped, metrics.StagesStopped]).toEqual([['dispatch', 'deliver'], 2]);
  });
});

describe('mentions-unclassified', () => {
  const save = (unclassified: number, mentions: number) =>
    deps().rollups.save({
      brand: 'acme',
      day: '2026-03-02',
      cv: 'cv1',
      seen: 1,
      sources: {
        'acme-reviews': SourceCounts.parse({ unclassified, mentions, neutral: mentions }),
      },
      employees: {},
    });

  it('is a share of the mentions of two days', async () => {
    await save(20, 80);
    expect((await look()).metrics.UnclassifiedPercent).toBe(20);
  });

  it('says nothing below fifty mentions', async () => {
    await save(20, 20);
    expect((await look()).metrics.UnclassifiedPercent).toBe(0);
  });
});

describe('counts-differ', () => {
  async function countedDay() {
    await deps().store.save(aMention(), aClassification());
    await deps().rollups.markDirty('acme', '2026-03-01', new Date(hoursAgo(2)));
    await recount(NOW, deps());
  }

  it('is silent about counts that a recount confirms', async () => {
    await countedDay();
    expect((await audit(['acme'], NOW, 90, deps())).drifted).toEqual([]);
  });

  it('finds a day with wrong counts and has it counted anew', async () => {
    await countedDay();
    const [counted] = await deps().rollups.between('acme', '2026-03-01', '2026-03-01');
    await deps().rollups.save({ ...(counted as NonNullable<typeof counted>), sources: {} });
    expect((await audit(['acme'], NOW, 90, deps())).drifted).toEqual(['acme 2026-03-01']);
    await recount(new Date(NOW.getTime() + 3_600_000), deps());
    expect(await deps().rollups.between('acme', '2026-03-01', '2026-03-01')).toEqual([
      { ...counted, seen: expect.any(Number), countedAt: expect.any(String) },
    ]);
  });

  it('finds a day whose recount was never asked for, and leaves a marked one alone', async () => {
    await deps().store.save(aMention(), aClassification());
    await deps().rollups.markDirty('acme', '2026-03-01', NOW);
    expect((await audit(['acme'], NOW, 90, deps())).drifted).toEqual([]);
    for (const mark of await deps().rollups.dirtyMarks()) await deps().rollups.clear(mark);
    expect((await audit(['acme'], NOW, 90, deps())).drifted).toEqual(['acme 2026-03-01']);
  });

  it('finds counts of a day whose only mention was erased unnoticed', async () => {
    const { checkpoints } = deps();
    const drifted = async () => (await audit(['acme'], NOW, 90, deps())).drifted;
    await countedDay();
    await dynamoErasure(test.table).erase(aMention(), NOW);
    // Counts of an earlier version stay beside those of the newer one.
    await checkpoints.set('classifier#acme', 'cv2');
    expect(await drifted()).toEqual([]);
    await checkpoints.set('classifier#acme', 'cv1');
    expect(await drifted()).toEqual(['acme 2026-03-01']);
    await recount(new Date(NOW.getTime() + 3_600_000), deps());
    expect(await drifted()).toEqual([]);
  });

  it('looks at no day whose mentions are about to expire', async () => {
    expect((await audit(['acme'], NOW, 30, deps())).days).toBe(29);
    expect((await audit(['acme'], NOW, 90, deps())).days).toBe(36);
  });
});

describe('a metric', () => {
  it('is a line in CloudWatch’s format, without dimensions', () => {
    expect(JSON.parse(metricLine('promisewatch/acme', { RollupDrift: 2 }, NOW))).toEqual({
      _aws: {
        Timestamp: NOW.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'promisewatch/acme',
            Dimensions: [[]],
            Metrics: [{ Name: 'RollupDrift', Unit: 'Count' }],
          },
        ],
      },
      RollupDrift: 2,
    });
  });
});

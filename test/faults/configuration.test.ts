import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import { brandJudges } from '../../src/classification/brand-judges.ts';
import { judge } from '../../src/classification/judge.ts';
import { compileRegister } from '../../src/classification/promises.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { countDay } from '../../src/rollups/count.ts';
import { classifier, input } from '../classification/assets.ts';
import { freshTable } from '../dynamodb.ts';
import { acme, aMention } from '../fixtures.ts';
import { memoryTable } from '../simulation/memory-table.ts';

const LAMBDAS = join(import.meta.dirname, '../../lambdas');

describe('configuration and code', () => {
  it('fault 30: the classifier throws on one text: it is kept as unclassified, with the reason', () => {
    const torn = input('Nobody called me back in three weeks.');
    Object.defineProperty(torn, 'text', {
      get: () => {
        throw new Error('the text is torn');
      },
    });
    const result = classifier.classify(torn, compileRegister([]));
    expect(result.sentiment).toMatchObject({
      label: 'unclassified',
      reason: expect.stringContaining('torn'),
    });
    expect(result.verdicts).toEqual([]);
  });

  it('fault 30: it is stored beside the others, and counted as unclassified', async () => {
    const [torn, sound] = [
      aMention({ id: 'a'.repeat(32), identity: 'a', text: 'This one breaks the classifier.' }),
      aMention({ id: 'b'.repeat(32), identity: 'b', text: 'They never called me back.' }),
    ];
    const table = memoryTable(
      () => 0,
      () => 0,
    ).as(async (_name, effect) => effect());
    const store = dynamoMentionStore(table);
    const [body = ''] = chunkBodies([torn, sound]);
    const { outcomes } = await judge(body, 1, new Date('2026-03-01T11:00:00.000Z'), {
      store,
      rollups: dynamoRollupStore(table),
      queue: { send: () => Promise.reject(), sendEach: () => Promise.reject() },
      classify: ({ id, text }) => {
        const read = input(text);
        if (id === torn.id)
          Object.defineProperty(read, 'text', {
            get: () => {
              throw new Error('the text is torn');
            },
          });
        return classifier.classify(read, compileRegister([]));
      },
      onFailure: (error) => {
        throw error;
      },
    });
    expect(outcomes.new).toBe(2);
    const [kept] = await store.read('acme', [torn.id]);
    expect(kept).toMatchObject({
      text: torn.text,
      classification: { sentiment: { label: 'unclassified' } },
    });
    const counted = countDay(
      'acme',
      torn.bucketDay,
      1,
      await store.ofDay('acme', torn.bucketDay, new Date(0)),
      new Map(),
    );
    expect(counted[0]?.sources['acme-reviews']).toMatchObject({
      unclassified: 1,
      mentions: 1,
      negative: 1,
    });
  });

  it('fault 34: a function that misses its settings ends at once, in one sentence that names them', async () => {
    const names = readdirSync(LAMBDAS, { withFileTypes: true }).filter((one) => one.isDirectory());
    expect(names.length).toBeGreaterThanOrEqual(6);
    for (const { name } of names)
      await expect(import(`${LAMBDAS}/${name}/handler.ts`), name).rejects.toThrow(
        new RegExp(`environment of ${name} is invalid`),
      );
  });

  it('fault 35: one statement about two brands is one mention of each', () => {
    const about = (id: string) => {
      const [source] = acme.sources;
      if (source === undefined) throw new Error('the brand has a source');
      const brand = { ...acme, id };
      const own = { ...source, id: `${id}-reviews` };
      const result = toMention(
        {
          nativeId: '1',
          link: 'https://forum.example/1',
          title: null,
          html: 'Both of them kept me waiting.',
          author: null,
          publishedAt: '2026-03-01T09:00:00.000Z',
          updatedAt: null,
          dateSuspect: false,
          rating: null,
          categories: [],
          language: 'en',
        },
        {
          brand,
          source: own,
          timeZone: 'UTC',
          authorKey: 'k',
          retentionDays: 400,
          fetchedAt: '2026-03-01T10:00:00.000Z',
        },
      );
      if ('rejected' in result) throw new Error(result.rejected);
      return `M#${result.mention.brand}#${result.mention.id}`;
    };
    expect(new Set([about('acme'), about('other'), about('acme')]).size).toBe(2);
  });

  it('fault 35: a mention of a brand that was removed while it was under way is judged, not lost', async () => {
    const db = await freshTable();
    try {
      const judgeOf = await brandJudges(classifier, dynamoCheckpoints(db.table)).of({
        version: 1,
        settings: { timeZone: 'UTC', email: {}, brands: [acme] },
      });
      const { sentiment } = judgeOf(
        aMention({ brand: 'gone', text: 'They never called me back.' }),
      );
      expect(sentiment.label).toBe('negative');
    } finally {
      await db.close();
    }
  });
});

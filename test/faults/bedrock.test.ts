import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoPaidBudget } from '../../src/adapters/dynamodb/paid-budget.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { chunkBodies } from '../../src/adapters/sqs.ts';
import { judge } from '../../src/classification/judge.ts';
import { fallbackShares } from '../../src/classification/paid/paid-asker.ts';
import { askPaid } from '../../src/classification/paid/paid-judge.ts';
import { metricLine } from '../../src/metrics.ts';
import {
  askedOf,
  backend,
  type Reply,
  type Sent,
  toolUse,
  words,
} from '../classification/paid/backend.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';
import { synthesise } from '../lib/synthesise.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const NOW = new Date('2026-03-01T11:00:00.000Z');
const BUDGET_USD = 1;
/** The embedded answer, of which the classifier is unsure. */
const unsure = aClassification({
  sentiment: {
    label: 'neutral',
    probabilities: { negative: 0.34, neutral: 0.36, positive: 0.3 },
    reasons: [],
  },
  verdicts: [],
});
const said = (n: number, promise: string) => ({
  n,
  sentiment: 'negative',
  verdicts: [{ promise, outcome: 'broken', quote: 'nobody' }],
});
const answering = (promise: string) => (request: Sent) =>
  toolUse(askedOf(request).map(({ n }) => said(n, promise)));

/** What Bedrock does, and why the embedded answer stands. */
const TROUBLES: readonly [(sent: Sent) => Reply, string][] = [
  [() => words('All five of them were kept waiting.'), 'refused'],
  [() => words('', 'guardrail_intervened'), 'refused'],
  [() => ({ body: { completion: 'broken' } }), 'answer of an unknown shape'],
  [answering('no-such-promise'), 'void answer'],
  [() => ({ status: 429, error: 'ThrottlingException' }), 'throttled'],
  [() => ({ status: 503, error: 'ServiceUnavailableException' }), 'throttled'],
  [() => ({ hang: true }), 'timeout'],
];

/** A message of five mentions through judge, table and a server that answers in Bedrock's name. */
async function judged(reply: (sent: Sent) => Reply, from: number, patienceMs = 30_000) {
  const place = await backend(reply, patienceMs);
  const outcomes: { answered: number; fallbacks: readonly string[] }[] = [];
  try {
    const mentions = Array.from({ length: 5 }, (_, i) => {
      const id = (from + i).toString(16).padStart(32, '0');
      return aMention({ id, identity: id, text: `Call ${from + i}: nobody answered.` });
    });
    const store = dynamoMentionStore(db.table);
    for (const body of chunkBodies(mentions))
      await judge(body, 1, NOW, {
        store,
        rollups: dynamoRollupStore(db.table),
        queue: { send: () => Promise.reject(), sendEach: () => Promise.reject() },
        classify: () => unsure,
        ask: (all) =>
          askPaid(all, {
            settings: {
              model: 'eu.amazon.nova-micro-v1:0',
              mode: 'only-unsure',
              monthlyBudgetUsd: BUDGET_USD,
              inputUsdPerMillion: 0.035,
              outputUsdPerMillion: 0.14,
            },
            converse: place.converse,
            budget: dynamoPaidBudget(db.table),
            store,
            promisesOf: () => [
              {
                id: 'fast',
                version: 1,
                text: 'We answer within 60 seconds',
                from: null,
                until: null,
              },
            ],
            onAsked: (outcome) => outcomes.push(outcome),
            now: () => NOW,
          }),
        onFailure: () => {},
      });
    const stored = await store.readMany(
      'acme',
      mentions.map(({ id }) => id),
    );
    return { stored, outcomes, calls: place.sent.length };
  } finally {
    await place.close();
  }
}

describe('Bedrock', () => {
  it('fault 29: whatever it answers, each mention is stored, by the embedded answer and with the reason', async () => {
    for (const [i, [reply, reason]] of TROUBLES.entries()) {
      const { stored, outcomes, calls } = await judged(
        reply,
        i * 100,
        reason === 'timeout' ? 200 : undefined,
      );
      expect(stored, reason).toHaveLength(5);
      for (const { classification } of stored) {
        expect(classification.flags, reason).toEqual(['fallback']);
        expect(classification.sentiment.label, reason).toBe('neutral');
        expect(classification.sentiment.reasons, reason).toEqual([`bedrock: ${reason}`]);
      }
      expect(outcomes).toEqual([{ answered: 0, fallbacks: Array(5).fill(reason) }]);
      // One call for all five, and no second one.
      expect(calls, reason).toBe(1);
    }
    const budget = await db.table.get('C#bedrock', '2026-03');
    expect(Number(budget?.['spent'])).toBeLessThan(BUDGET_USD * 1_000_000);
  });

  it('fault 29: a part of the mentions is answered: only the others fall back', async () => {
    const { stored, outcomes } = await judged(
      (request) =>
        toolUse(askedOf(request).map(({ n }) => said(n, n % 2 === 0 ? 'fast' : 'no-such-promise'))),
      0,
    );
    const flags = stored.map(({ classification }) => classification.flags.join());
    expect(flags.toSorted()).toEqual(['bedrock', 'bedrock', 'fallback', 'fallback', 'fallback']);
    expect(outcomes).toEqual([{ answered: 2, fallbacks: Array(3).fill('void answer') }]);
  });

  it('fault 29: more than a fifth that fell back raises the alarm, and a stack that asks nothing has none', () => {
    const named = (bedrockModel?: string) =>
      synthesise({}, bedrockModel === undefined ? {} : { bedrockModel })
        .ofType('AWS::CloudWatch::Alarm')
        .filter(({ properties }) => properties.AlarmName.endsWith('bedrock-fallbacks'));
    expect(named()).toEqual([]);
    const [alarm] = named('amazon.nova-micro-v1:0');
    expect(alarm?.properties).toMatchObject({ Statistic: 'Average', Threshold: 20 });
    const shares = fallbackShares({ answered: 7, fallbacks: ['throttled', 'timeout', 'timeout'] });
    const line = JSON.parse(
      metricLine(alarm?.properties.Namespace, { FellBackPercent: shares }, NOW),
    );
    expect(line._aws.CloudWatchMetrics[0].Metrics[0].Name).toBe(alarm?.properties.MetricName);
    const values: number[] = line[alarm?.properties.MetricName];
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBe(30);
  });
});

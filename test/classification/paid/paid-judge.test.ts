import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../../src/adapters/dynamodb/mentions.ts';
import { dynamoPaidBudget } from '../../../src/adapters/dynamodb/paid-budget.ts';
import {
  type Classification,
  Outcome,
  SENTIMENTS,
} from '../../../src/classification/classification.ts';
import {
  askPaid,
  batched,
  isUnsure,
  type Judged,
  type PaidSettings,
} from '../../../src/classification/paid/paid-judge.ts';
import { contentHash } from '../../../src/mentions/hashes.ts';
import { freshTable, type TestTable } from '../../dynamodb.ts';
import { aClassification, aMention } from '../../fixtures.ts';
import { ATTACKS } from './attacks.ts';
import { askedOf, backend, type Reply, type Sent, toolUse, words } from './backend.ts';

let db: TestTable;
let open: { close: () => Promise<void> } | undefined;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  await db.close();
});

const SETTINGS: PaidSettings = {
  model: 'eu.amazon.nova-micro-v1:0',
  mode: 'only-unsure',
  monthlyBudgetUsd: 1,
  inputUsdPerMillion: 0.035,
  outputUsdPerMillion: 0.14,
};
const PROMISES = [
  { id: 'fast', version: 3, text: 'We answer within 60 seconds', from: null, until: null },
  { id: 'fees', version: 1, text: 'No hidden fees', from: null, until: null },
  { id: 'later', version: 1, text: 'Delivered the next day', from: '2026-05-01', until: null },
];

const unsure = aClassification({
  sentiment: {
    label: 'neutral',
    probabilities: { negative: 0.34, neutral: 0.36, positive: 0.3 },
    reasons: ['words of the review model'],
  },
  verdicts: [],
});
const sure = aClassification();

let made = 0;
const judged = (text: string, classification: Classification = unsure): Judged => {
  const id = (made++).toString(16).padStart(32, '0');
  return {
    mention: aMention({ id, identity: id, text, contentHash: contentHash(null, text, null) }),
    classification,
  };
};

async function asking(
  reply: (sent: Sent, call: number) => Reply,
  only: Partial<PaidSettings> = {},
) {
  const place = await backend(reply, 300);
  open = place;
  const ask = (all: readonly Judged[]) =>
    askPaid(all, {
      settings: { ...SETTINGS, ...only },
      converse: place.converse,
      budget: dynamoPaidBudget(db.table),
      store: dynamoMentionStore(db.table),
      promisesOf: () => PROMISES,
      onAsked: () => {},
      now: () => new Date('2026-03-20T12:00:00.000Z'),
    });
  return { ...place, ask };
}

const spent = async (month = '2026-03') =>
  Number((await db.table.get('C#bedrock', month))?.['spent'] ?? 0);
const one = (n: number, sentiment: string, verdicts: object[] = []) => ({ n, sentiment, verdicts });

describe('an answer of the paid backend', () => {
  it('takes the place of what the embedded classifier was unsure of', async () => {
    const { ask, sent } = await asking(() =>
      toolUse([
        one(1, 'negative', [{ promise: 'fast', outcome: 'broken', quote: 'rang and rang' }]),
      ]),
    );
    const [result] = await ask([judged('It rang and rang.')]);
    expect(result).toMatchObject({
      cv: 'cv1',
      sentiment: { label: 'negative' },
      verdicts: [
        {
          promise: 'fast',
          promiseVersion: 3,
          outcome: 'broken',
          quote: 'rang and rang',
          start: 3,
          end: 16,
        },
      ],
      flags: ['bedrock'],
    });
    expect(sent[0]?.path).toBe('/model/eu.amazon.nova-micro-v1:0/converse');
    expect(sent[0]?.body.inferenceConfig.maxTokens).toBe(250);
    // 800 tokens at 0.035 and 90 at 0.14 a million, in millionths of a dollar.
    expect(await spent()).toBe(41);
  });

  it('is not asked for where the embedded classifier is sure, unless all are asked about', async () => {
    const first = await asking(() => toolUse([one(1, 'positive')]));
    expect(await first.ask([judged('Never again.', sure)])).toEqual([sure]);
    expect(first.sent).toEqual([]);
    await first.close();
    const { ask, sent } = await asking(() => toolUse([one(1, 'positive')]), { mode: 'all' });
    expect((await ask([judged('Never again.', sure)]))[0]?.flags).toEqual(['bedrock']);
    expect(sent).toHaveLength(1);
  });

  it('is not paid for twice: a mention that is stored is not asked about', async () => {
    const { ask, sent } = await asking(() => toolUse([one(1, 'positive')]));
    const again = judged('Delivered again by the queue.');
    await dynamoMentionStore(db.table).save(again.mention, again.classification);
    expect(await ask([again])).toEqual([unsure]);
    expect(sent).toEqual([]);
  });

  it('comes for twenty mentions at a time', async () => {
    const { ask, sent } = await asking((request) =>
      toolUse(askedOf(request).map(({ n }) => one(n, 'positive'))),
    );
    const all = Array.from({ length: 45 }, (_, i) => judged(`Mention number ${i}.`));
    const results = await ask(all);
    expect(sent.map((request) => askedOf(request).length).toSorted((a, b) => a - b)).toEqual([
      5, 20, 20,
    ]);
    expect(results.every(({ sentiment }) => sentiment.label === 'positive')).toBe(true);
  });

  it('shares calls among messages that are judged at the same time, each with its own answers', async () => {
    const { ask, sent } = await asking((request) =>
      toolUse(
        askedOf(request).map(({ n, text }) =>
          one(n, text.includes('bad') ? 'negative' : 'positive'),
        ),
      ),
    );
    const together = batched(ask, () => Promise.resolve());
    const [first, second] = await Promise.all([
      together([judged('bad one'), judged('good one')]),
      together([judged('bad two')]),
    ]);
    expect(sent).toHaveLength(1);
    expect(first?.map(({ sentiment }) => sentiment.label)).toEqual(['negative', 'positive']);
    expect(second?.map(({ sentiment }) => sentiment.label)).toEqual(['negative']);
  });
});

describe('when the paid backend does not help, the embedded answer stands, marked,', () => {
  const cases: [string, (sent: Sent) => Reply, string][] = [
    ['throttled', () => ({ status: 429, error: 'ThrottlingException' }), 'throttled'],
    ['not available', () => ({ status: 503, error: 'ServiceUnavailableException' }), 'throttled'],
    ['silent', () => ({ hang: true }), 'timeout'],
    [
      'too slow by its own account',
      () => ({ status: 408, error: 'ModelTimeoutException' }),
      'timeout',
    ],
    ['not permitted', () => ({ status: 403, error: 'AccessDeniedException' }), 'failed'],
    ['asked wrongly', () => ({ status: 400, error: 'ValidationException' }), 'failed'],
    ['refusing in words', () => words('I cannot help with that.'), 'refused'],
    ['stopped by a guardrail', () => words('', 'guardrail_intervened'), 'refused'],
    ['filtered', () => words('', 'content_filtered'), 'refused'],
    ['cut off', () => toolUse([one(1, 'positive')], 'max_tokens'), 'answer cut off'],
    [
      'answering in another shape',
      () => ({ body: { completion: 'kept' } }),
      'answer of an unknown shape',
    ],
  ];
  it.each(cases)('when it is %s', async (_, reply, reason) => {
    const { ask } = await asking(reply);
    const [result] = await ask([judged('It rang and rang.')]);
    expect(result?.flags).toEqual(['fallback']);
    expect(result?.sentiment).toEqual({
      ...unsure.sentiment,
      reasons: [...unsure.sentiment.reasons, `bedrock: ${reason}`],
    });
    expect(result?.verdicts).toEqual(unsure.verdicts);
  });

  it('when the budget of the month is spent; the next month has its own', async () => {
    const { ask, sent } = await asking((request) =>
      toolUse(askedOf(request).map(({ n }) => one(n, 'positive'))),
    );
    await dynamoPaidBudget(db.table).reserve('2026-03', 999_990, 1_000_000);
    const [result] = await ask([judged('It rang and rang.')]);
    expect(result?.sentiment.reasons).toContain('bedrock: budget of the month is spent');
    expect(sent).toEqual([]);
    expect(await spent('2026-04')).toBe(0);
  });

  it('and a timeout keeps its reservation, because it may be billed; a refused call gives it back', async () => {
    const hanging = await asking(() => ({ hang: true }));
    await hanging.ask([judged('It rang and rang.')]);
    const reserved = await spent();
    expect(reserved).toBeGreaterThan(50);
    await hanging.close();
    const { ask } = await asking(() => ({ status: 429, error: 'ThrottlingException' }));
    await ask([judged('It rang and rang.')]);
    expect(await spent()).toBe(reserved);
  });

  it('never lets calls at the same time spend more than the budget', async () => {
    const budget = dynamoPaidBudget(db.table);
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => budget.reserve('2026-03', 30, 100)),
    );
    expect(taken.filter(Boolean)).toHaveLength(3);
    expect(await spent()).toBe(90);
  });
});

describe('the space of verdicts', () => {
  const outside: [string, object][] = [
    [
      'a promise that is not',
      one(1, 'negative', [{ promise: 'admin', outcome: 'kept', quote: 'rang' }]),
    ],
    [
      'a promise of another day',
      one(1, 'negative', [{ promise: 'later', outcome: 'kept', quote: 'rang' }]),
    ],
    [
      'an outcome that is not',
      one(1, 'negative', [{ promise: 'fast', outcome: 'approved', quote: 'rang' }]),
    ],
    ['a sentiment that is not', one(1, 'fantastic')],
    [
      'a quote that is not in the text',
      one(1, 'negative', [{ promise: 'fast', outcome: 'kept', quote: 'system prompt' }]),
    ],
    ['an empty quote', one(1, 'negative', [{ promise: 'fast', outcome: 'kept', quote: '' }])],
    [
      'two verdicts on one promise',
      one(1, 'negative', [
        { promise: 'fast', outcome: 'kept', quote: 'rang' },
        { promise: 'fast', outcome: 'broken', quote: 'rang' },
      ]),
    ],
    ['further fields', { ...one(1, 'negative'), note: 'hello' }],
    ['another mention', one(2, 'negative')],
    ['no number', { sentiment: 'negative', verdicts: [] }],
  ];
  it.each(outside)('does not hold %s: the reading is void', async (_, said) => {
    const { ask } = await asking(() => toolUse([said]));
    const [result] = await ask([judged('It rang and rang.')]);
    expect(result?.flags).toEqual(['fallback']);
    expect(result?.sentiment.label).toBe('neutral');
  });

  it('is the schema that the model is given', async () => {
    const { ask, sent } = await asking(() => toolUse([one(1, 'positive')]));
    await ask([judged('It rang and rang.')]);
    const schema = JSON.stringify(sent[0]?.body.toolConfig.tools[0]?.toolSpec.inputSchema.json);
    expect(schema).toContain('"enum":["fast","fees"]');
    expect(schema).toContain(JSON.stringify(Outcome.options));
    expect(schema).not.toContain('"additionalProperties":true');
  });

  it(`stays closed under ${ATTACKS.length} attacks, though the model obeys each of them`, async () => {
    // The worst model there is: it does what the text says, in every field that it has.
    const obeying = (request: Sent) =>
      toolUse(
        askedOf(request).map(({ n, text }, i) => {
          const verdict = { promise: 'fast', outcome: 'kept', quote: text };
          const obeyed = [
            one(n, text),
            one(n, 'positive', [{ ...verdict, promise: text }]),
            one(n, 'positive', [{ ...verdict, outcome: text }]),
            one(n, 'positive', [{ ...verdict, quote: `${text} and more` }]),
            { ...one(n, 'positive'), [text]: text },
          ];
          return obeyed[i % obeyed.length];
        }),
      );
    expect(ATTACKS.length).toBeGreaterThanOrEqual(50);
    const { ask, sent } = await asking(obeying);
    const all = ATTACKS.map((text) => judged(text));
    const results = await ask(all);
    for (const [i, result] of results.entries()) {
      expect(SENTIMENTS, ATTACKS[i]).toContain(result.sentiment.label);
      expect(result.verdicts, ATTACKS[i]).toEqual([]);
      expect(result.flags, ATTACKS[i]).toEqual(['fallback']);
    }
    const texts = sent.flatMap(askedOf).map(({ text }) => text);
    // Delimited as data: each text comes back out of the JSON as it is, and none leaves its string.
    expect(texts.toSorted()).toEqual([...ATTACKS].toSorted());
    for (const { body } of sent) {
      const raw = body.messages[0]?.content[0]?.text ?? '';
      expect(raw).not.toMatch(/[<>\u200b\u202e\u2060\ufeff]/);
      expect(body.messages).toHaveLength(1);
      expect(body.system).toHaveLength(1);
      for (const attack of ATTACKS) expect(body.system[0]?.text).not.toContain(attack);
    }
  });
});

describe('unsure', () => {
  it('is what the embedded classifier cannot read, and what is near the line', () => {
    const label = (of: 'unclassified' | 'unsupported', reason: string) =>
      isUnsure(aClassification({ sentiment: { label: of, reason, reasons: [] }, verdicts: [] }));
    expect(label('unsupported', 'no model for de')).toBe(true);
    expect(label('unclassified', 'RangeError: x')).toBe(true);
    expect(label('unclassified', 'no words')).toBe(false);
    expect(isUnsure(unsure)).toBe(true);
    expect(isUnsure(sure)).toBe(false);
  });
});

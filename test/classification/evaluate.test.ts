import { describe, expect, it } from 'vitest';
import type { Classification, Verdict } from '../../src/classification/classification.ts';
import { type Judged, scorePromises, scoreSentiment } from '../../src/classification/evaluate.ts';

function said(
  label: Classification['sentiment']['label'],
  probabilities: [number, number, number],
  verdicts: Verdict[] = [],
): Classification {
  const [negative, neutral, positive] = probabilities;
  return {
    cv: 'test',
    sentiment: { label, probabilities: { negative, neutral, positive }, reasons: [] },
    lang: 'en',
    verdicts,
    dimensions: [],
    signals: [],
    flags: [],
  };
}

function verdict(promise: string, outcome: Verdict['outcome'], quote: string): Verdict {
  return {
    promise,
    promiseVersion: 1,
    outcome,
    confidence: 1,
    quote,
    start: 0,
    end: quote.length,
    reasons: [],
  };
}

describe('scoreSentiment', () => {
  const rows: Judged[] = [
    { label: 'negative', classification: said('negative', [0.9, 0.1, 0]) },
    { label: 'negative', classification: said('neutral', [0.3, 0.6, 0.1]) },
    { label: 'neutral', classification: said('neutral', [0.1, 0.8, 0.1]) },
    { label: 'positive', classification: said('mixed', [0.5, 0, 0.5]) },
  ];

  it('computes accuracy, recall and F1 over the classes of the set', () => {
    const score = scoreSentiment(rows);
    expect(score.accuracy).toBe(0.5);
    expect(score.macroRecall).toBeCloseTo((0.5 + 1 + 0) / 3);
    // The undecided last row counts as negative.
    expect(score.macroF1).toBeCloseTo((0.5 + 2 / 3 + 0) / 3);
    expect(score.classes['neutral']).toMatchObject({ precision: 0.5, recall: 1, n: 1 });
  });

  it('lets the most probable class stand for mixed where the set has none', () => {
    const [row] = rows.slice(3) as [Judged];
    const sure = { ...row, classification: said('mixed', [0.2, 0, 0.8]) };
    expect(scoreSentiment([sure]).accuracy).toBe(1);
    expect(scoreSentiment([sure, { ...sure, label: 'mixed' }]).accuracy).toBe(0.5);
  });

  it('counts what was not classified as wrong', () => {
    const row = { label: 'neutral', classification: said('unsupported', [0, 1, 0]) };
    expect(scoreSentiment([row])).toMatchObject({ accuracy: 0, unclassified: 1 });
  });
});

describe('scorePromises', () => {
  it('counts promises, pairs, outcomes and quotes', () => {
    const score = scorePromises([
      {
        labels: [
          { promise: 'a', outcome: 'broken', quote: 'never answered' },
          { promise: 'b', outcome: 'kept' },
        ],
        classification: said(
          'negative',
          [1, 0, 0],
          [verdict('a', 'broken', 'they never answered me'), verdict('c', 'kept', 'x')],
        ),
      },
      {
        labels: [{ promise: 'b', outcome: 'kept', quote: 'no fees' }],
        classification: said('positive', [0, 0, 1], [verdict('b', 'broken', 'something else')]),
      },
    ]);
    expect(score.promises.precision).toBeCloseTo(2 / 3);
    expect(score.promises.recall).toBeCloseTo(2 / 3);
    expect(score.pairs.f1).toBeCloseTo(1 / 3);
    expect(score.outcomeAccuracy).toBe(0.5);
    expect(score.quoteHits).toBe(0.5);
  });
});

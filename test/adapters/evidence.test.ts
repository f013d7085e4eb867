import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleMentions } from '../../examples/northbell/mentions.ts';
import { packEvidence, unpackEvidence } from '../../src/adapters/dynamodb/evidence.ts';
import { judgedAttributes } from '../../src/adapters/dynamodb/mentions.ts';
import { Classification } from '../../src/classification/classification.ts';
import { classify, NORTHBELL } from '../classification/assets.ts';

const asStored = (classification: Classification, text: string) => {
  const judged = judgedAttributes(classification, text);
  return Classification.parse(unpackEvidence(judged.evidence, judged, text));
};

/** Probabilities are kept to four places, confidences to two. */
const rounded = (classification: Classification): Classification => {
  const { probabilities } = classification.sentiment;
  const four = (share: number) => Math.round(share * 10_000) / 10_000;
  return {
    ...classification,
    sentiment: {
      ...classification.sentiment,
      ...(probabilities !== undefined && {
        probabilities: {
          negative: four(probabilities.negative),
          neutral: four(probabilities.neutral),
          positive: four(probabilities.positive),
        },
      }),
    },
    verdicts: classification.verdicts.map((verdict) => ({
      ...verdict,
      confidence: Number(verdict.confidence.toFixed(2)),
    })),
  };
};

describe('stored evidence', () => {
  it('comes back as it was, for what customers of the example say', () => {
    for (const { text } of exampleMentions('reviewharbour').slice(0, 150)) {
      const classification = classify(text, NORTHBELL);
      expect(asStored(classification, text)).toEqual(rounded(classification));
    }
  });

  it('comes back as it was where it is long', () => {
    const text = 'On hold for forty minutes, nobody picked up.';
    const plain = classify(text, NORTHBELL);
    const reasons = Array.from({ length: 400 }, (_, i) => `reason ${i * 7919}`);
    const classification = { ...plain, sentiment: { ...plain.sentiment, reasons } };
    expect(asStored(classification, text)).toEqual(rounded(classification));
  });

  it('comes back as it was, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
        const classification = classify(text, NORTHBELL);
        expect(asStored(classification, text)).toEqual(rounded(classification));
      }),
      { numRuns: 100 },
    );
  });

  it('is read as versions before stored it, too', () => {
    const text = 'On hold for forty minutes, nobody picked up.';
    const classification = classify(text, NORTHBELL);
    const judged = judgedAttributes(classification, text);
    expect(unpackEvidence(JSON.stringify(classification), judged, text)).toEqual(classification);
  });

  it('takes less than a third of its JSON', () => {
    let [packed, json] = [0, 0];
    for (const { text } of exampleMentions('reviewharbour').slice(0, 100)) {
      const classification = classify(text, NORTHBELL);
      packed += packEvidence(classification, judgedAttributes(classification, text), text).length;
      json += Buffer.byteLength(JSON.stringify(classification));
    }
    expect(packed).toBeLessThan(json / 3);
  });
});

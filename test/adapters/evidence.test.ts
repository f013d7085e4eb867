import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleMentions } from '../../examples/northbell/mentions.ts';
import { packEvidence, unpackEvidence } from '../../src/adapters/dynamodb/evidence.ts';
import { FIRST_WORDS, WORDS } from '../../src/adapters/dynamodb/evidence-words.ts';
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

  // No change may keep either from being read.
  it.each([
    [
      'with the first words',
      'ddLBCsIwDAbgV8lRZRurdMOB+CKyg9qKYzMpa3uQsXeXbCu0gsf+SSHky7RwNk1zykQm2s1xm9fCfaReI2+kCkyE+YsGBbko6pBxv3EciRSOl6NV+L/y3hD1YH9K/y8nSFzLTMo24XjS6D7w7tA7bSOdugQbaRDCMnFRSDgrz0shvEQNE5KbwXSP/gDeRAWOtAJvYLfdyT4FOVaJxfpkjXb+Ag==',
    ],
    [
      'with the words of now',
      'B4MIW1paWugYgsyAiOKIEXAJnp+nm5Gfk4JSR0ELel1IQY83EeFIrgQjAuRLE5NYlDAHZbtKLAFvZqBQrKSjBHGDlUJ+ngLYxXp6Jgo2KaWgqMzPs0NSUJ2XX1KrUJCZnK2lUFqAJAESSk1RKC1Q0MhLTU8sSU3RRI0KI1OUSIBwIQEOAA==',
    ],
  ])('is read as it was once packed %s', (_with, stored) => {
    const judged = {
      ...{ cv: 'cv1', lang: 'en', sentiment: 'negative', verdicts: ['answer-60s@1:broken:0.94'] },
      ...{ dimensions: ['responsiveness'], signals: ['touchpoint-phone'] },
    };
    const text = 'On hold for forty minutes, nobody picked up.';
    expect(unpackEvidence(Buffer.from(stored, 'base64'), judged, text)).toMatchObject({
      sentiment: {
        label: 'negative',
        probabilities: { negative: 0.9998, neutral: 0.0001, positive: 0.0001 },
        reasons: expect.arrayContaining(['promises broken -0.5', 'words of the review model']),
      },
      verdicts: [
        {
          promise: 'answer-60s',
          quote: text,
          reasons: expect.arrayContaining(['numeric: "forty minutes" against 60 s']),
        },
      ],
      dimensions: [{ dimension: 'responsiveness', quote: 'On hold for forty minutes' }],
      signals: [{ signal: 'touchpoint-phone', start: 0, end: 25 }],
      flags: [],
    });
  });

  it('has dictionaries that never change: stored items depend on every byte', () => {
    const hash = (words: Buffer) => createHash('sha256').update(words).digest('hex').slice(0, 16);
    expect([hash(FIRST_WORDS), hash(WORDS)]).toEqual(['658a95991538342b', '05fecfe05f05b1e1']);
  });

  it('takes less than an eighth of its JSON', () => {
    let [packed, json] = [0, 0];
    for (const { text } of exampleMentions('reviewharbour').slice(0, 100)) {
      const classification = classify(text, NORTHBELL);
      packed += packEvidence(classification, judgedAttributes(classification, text), text).length;
      json += Buffer.byteLength(JSON.stringify(classification));
    }
    expect(packed).toBeLessThan(json / 8);
  });
});

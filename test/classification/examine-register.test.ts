import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineRegister, registerFindings } from '../../src/classification/examine-register.ts';
import { durationWords } from '../../src/classification/example-sentences.ts';
import { readRegister } from '../../src/classification/project-files.ts';
import { compileRegister, type PromiseText } from '../../src/classification/promises.ts';
import { assets, classifier, classify } from './assets.ts';

const REGISTERS = join(import.meta.dirname, '../evaluation/registers');
const examine = (promises: readonly PromiseText[]) =>
  examineRegister(compileRegister(promises), classifier, assets.cues);

describe('the examples of a promise', () => {
  it.each(readdirSync(REGISTERS))('are ten with several outcomes, for each of %s', (file) => {
    const promises = readRegister(readFileSync(join(REGISTERS, file), 'utf8'), file);
    for (const { id, examples } of examine(promises).promises) {
      expect(examples.length, id).toBe(10);
      expect(new Set(examples.map(({ text }) => text)).size, id).toBe(10);
      expect(new Set(examples.map(({ outcome }) => outcome)).size, id).toBeGreaterThan(1);
    }
  });

  it('are what the classifier says of the same sentence', () => {
    const promises = [{ id: 'answer', text: 'We answer within 60 seconds' }];
    for (const { text, outcome, quote } of examine(promises).promises[0]?.examples ?? []) {
      const [verdict] = classify(text, promises).verdicts;
      expect([verdict?.outcome, verdict?.quote], text).toEqual([outcome, quote]);
      expect(text).toContain(quote);
    }
  });

  it('take their times from the promise', () => {
    const texts = (text: string) =>
      examine([{ id: 'one', text }]).promises[0]?.examples.map((example) => example.text);
    expect(texts('Refunds within 5 days')).toContain(
      'I am still waiting for my refund after 4 weeks.',
    );
    expect(texts('Refunds within 2 hours')).toContain(
      'I am still waiting for my refund after 12 hours.',
    );
  });

  it('hear the keywords of a promise that no topic fits', () => {
    const [promise] = examine([
      { id: 'own', text: 'Our flux is always blue', keywords: ['flux'] },
    ]).promises;
    expect(promise?.examples.map(({ text }) => text)).toContain('The flux was terrible.');
  });
});

describe('promises in each other’s way', () => {
  const conflicts = (...texts: string[]) =>
    examine(texts.map((text, i) => ({ id: `p${i}`, text }))).findings.map(
      ({ kind, promise, problem }) =>
        `${kind} ${promise} ${/claim the same|two limits/.exec(problem)}`,
    );

  it('are named when they claim the same mentions', () => {
    expect(conflicts('No hidden fees', 'No hidden fees, ever')).toEqual([
      'conflict p1 claim the same',
    ]);
  });

  it('are named once when they contradict each other', () => {
    expect(
      conflicts('We answer within 60 seconds', 'We answer the phone within 3 minutes'),
    ).toEqual(['conflict p1 two limits']);
  });

  it.each(readdirSync(REGISTERS).filter((file) => file !== 'bistro.yaml'))(
    'are none where each has a subject of its own, as in %s',
    (file) => {
      const promises = readRegister(readFileSync(join(REGISTERS, file), 'utf8'), file);
      expect(examine(promises).findings).toEqual([]);
    },
  );

  it('are named where the cues of one subject are those of another, too: food and drinks', () => {
    expect(conflicts('Good food', 'Fresh drinks', 'Friendly service')).toEqual([
      'conflict p1 claim the same',
    ]);
  });

  it('are none when one is over before the other begins', () => {
    const { findings } = examine([
      { id: 'a', text: 'No hidden fees', until: '2026-05-31' },
      { id: 'b', text: 'No hidden fees, ever', from: '2026-06-01' },
    ]);
    expect(findings).toEqual([]);
  });
});

describe('a promise that nobody could see kept or broken', () => {
  it.each(['World-class service', 'Passionate about excellence', 'We delight our customers'])(
    'has no examples and a suggestion: %s',
    (text) => {
      const { promises, findings } = examine([{ id: 'vague', text }]);
      expect(promises[0]).toMatchObject({ compiled: undefined, examples: [] });
      expect(findings).toMatchObject([{ kind: 'unjudgeable', promise: 'vague' }]);
      expect(findings[0]?.suggestion).toMatch(/^Write what a customer would notice/);
    },
  );
});

describe('a time in words', () => {
  it('is in the largest unit of which there are two', () => {
    expect([0.2, 1, 90, 600, 7200, 86_400, 172_800, 1_209_600].map(durationWords)).toEqual([
      '1 second',
      '1 second',
      '90 seconds',
      '10 minutes',
      '2 hours',
      '24 hours',
      '2 days',
      '2 weeks',
    ]);
  });
});

describe('the findings alone', () => {
  it.each(readdirSync(REGISTERS))('are those of the examined register %s', (file) => {
    const promises = readRegister(readFileSync(join(REGISTERS, file), 'utf8'), file);
    expect(registerFindings(compileRegister(promises), classifier, assets.cues)).toEqual(
      examine(promises).findings,
    );
  });

  it('name what is wrong without the examples', () => {
    const promises = ['No hidden fees', 'No hidden fees, ever', 'Delight, always'].map(
      (text, i) => ({ id: `p${i}`, text }),
    );
    const found = registerFindings(compileRegister(promises), classifier, assets.cues);
    expect(found).toEqual(examine(promises).findings);
    expect(found.map(({ kind }) => kind)).toEqual(['unjudgeable', 'conflict']);
  });
});

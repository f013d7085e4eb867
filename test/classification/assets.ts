import { join } from 'node:path';
import { loadAssets } from '../../src/classification/assets.ts';
import type { Classification } from '../../src/classification/classification.ts';
import { createClassifier } from '../../src/classification/classifier.ts';
import { compileRegister, type PromiseText } from '../../src/classification/promises.ts';
import type { ClassifierInput } from '../../src/classification/read-text.ts';

export const ASSETS = join(import.meta.dirname, '../../src/classification/assets');
export const assets = loadAssets(ASSETS);
export const classifier = createClassifier(assets);

/** A mention as the classifier takes it: an English review of one day. */
export function input(text: string, part: Partial<ClassifierInput> = {}): ClassifierInput {
  return {
    title: null,
    text,
    rating: null,
    kind: 'review',
    lang: 'en',
    day: '2026-03-01',
    ...part,
  };
}

/** Classifies a text for a brand with these promises; without any, for the default register. */
export function classify(
  text: string,
  promises: readonly PromiseText[] = [],
  part: Partial<ClassifierInput> = {},
): Classification {
  return classifier.classify(input(text, part), compileRegister(promises));
}

export const NORTHBELL: readonly PromiseText[] = [
  { id: 'answer-60s', text: 'We answer within 60 seconds' },
  { id: 'first-contact', text: 'Solved on first contact' },
  { id: 'no-hidden-fees', text: 'No hidden fees, ever' },
  { id: 'next-day', text: 'Delivered the next day' },
  { id: 'kind', text: 'Friendly people' },
];

/** Outcome by promise id. */
export function outcomes({ verdicts }: Classification): Record<string, string> {
  return Object.fromEntries(verdicts.map(({ promise, outcome }) => [promise, outcome]));
}

import { describe, expect, it } from 'vitest';
import { readFindings } from '../../src/classification/findings.ts';
import { read } from '../../src/classification/read-text.ts';
import { tokenize } from '../../src/classification/tokens.ts';
import { assets, classify, NORTHBELL } from './assets.ts';

const MEGABYTE = 1_000_000;
/** Fragments at which patterns, negations, quotes and clauses could pile up. */
const FRAGMENTS = [
  'not ',
  'on hold ',
  'a',
  '" ',
  'waited for over ',
  'nobody, and ',
  'and ',
  '😡',
  ':(',
  'Monday ',
  '1.',
  "don't'",
  'if but ',
  '\n',
];

describe('a text of one repeated fragment, a megabyte long', () => {
  it.each(FRAGMENTS)('%j is read to its end', { timeout: 60_000 }, (fragment) => {
    const text = fragment.repeat(Math.ceil(MEGABYTE / fragment.length));
    const reading = read(tokenize(text, assets.lexicon.emoticons), assets);
    expect(readFindings(reading).length).toBeLessThanOrEqual(reading.matches.length);
  });

  it.each(FRAGMENTS)('%j is classified by its beginning', (fragment) => {
    const text = fragment.repeat(Math.ceil(MEGABYTE / fragment.length));
    const { verdicts, sentiment } = classify(text, NORTHBELL);
    expect(sentiment.label).toBeDefined();
    expect(verdicts.every(({ end }) => end <= 8192)).toBe(true);
  });
});

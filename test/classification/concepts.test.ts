import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  conceptsIn,
  readConcepts,
  stemOf,
  stemsOfTokens,
} from '../../src/classification/concepts.ts';
import { tokenize } from '../../src/classification/tokens.ts';
import { ASSETS } from './assets.ts';

const FILE = readFileSync(join(ASSETS, 'cues/concepts-en.txt'), 'utf8');

function conceptsOf(file: string, text: string): number[] {
  const set = readConcepts(file);
  const tokens = tokenize(text, new Set());
  return conceptsIn(set, stemsOfTokens(set, tokens), 0, tokens.words.length);
}

describe('stems', () => {
  it.each([
    [['arrive', 'arrived', 'arrives', 'arriving'], 'arriv'],
    [['swap', 'swapped', 'swapping', 'swaps'], 'swap'],
    [['delivery', 'deliveries'], 'deliveri'],
    [['call', 'called', 'calling', 'calls'], 'call'],
    [['explain', 'explained'], 'explain'],
  ])('%j are one', (words, stem) => {
    expect(words.map(stemOf)).toEqual(words.map(() => stem));
  });

  it.each(['bus', 'ring', 'red', 'this', 'glass'])('"%s" is left as it is', (word) => {
    expect(stemOf(word)).toBe(word);
  });
});

describe('concepts', () => {
  it('are met by words, by two words, and by what is wider', () => {
    const file = '# remark\n\nphone > contact : ring pick_up\nluggage : bag suitcase';
    expect(conceptsOf(file, 'They picked up')).toEqual([0, 1]);
    expect(conceptsOf(file, 'Two suitcases and a bag')).toEqual([2]);
    expect(conceptsOf(file, 'Up they picked')).toEqual([]);
  });

  it('bring promises and mentions together that share no word', () => {
    const promise = new Set(conceptsOf(FILE, 'Your bag arrives when you do'));
    const shared = conceptsOf(FILE, 'My suitcase turned up on Tuesday').filter((concept) =>
      promise.has(concept),
    );
    expect(shared.length).toBeGreaterThan(1);
  });

  it.each(['phone', 'phone : rang_me_back'])('a line "%s" is refused with its number', (line) => {
    expect(() => readConcepts(`# remark\n${line}`)).toThrow('concepts, line 2');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMOJI,
  HASHTAG,
  LINK,
  NUMBER,
  tokenize,
  USER,
  WORD,
} from '../../src/classification/tokens.ts';

const EMOTICONS = new Set([':)', ':(', '<3']);

describe('tokenize', () => {
  it('keeps words with apostrophes and straightens curly ones', () => {
    expect(tokenize("They didn’t call, don't ask", EMOTICONS).words).toEqual([
      'they',
      "didn't",
      'call',
      ',',
      "don't",
      'ask',
    ]);
  });

  it('tells names, links, hashtags, numbers and emoji apart', () => {
    const { words, types } = tokenize('@acme 40mins :( 👍🏽 #Fail https://a.example/b', EMOTICONS);
    expect(words).toEqual(['<user>', '40mins', ':(', '👍', 'fail', '<link>']);
    expect(types).toEqual([USER, NUMBER, EMOJI, EMOJI, HASHTAG, LINK]);
  });

  it('notices words in capitals', () => {
    expect(tokenize('NEVER again, I say', EMOTICONS).capitals).toEqual([1, 0, 0, 0, 0]);
  });

  it('keeps true offsets where lower case is longer than the text', () => {
    const text = 'İstanbul was GOOD';
    const tokens = tokenize(text, EMOTICONS);
    const at = tokens.words.indexOf('good');
    expect(text.slice(tokens.starts[at], tokens.ends[at])).toBe('GOOD');
    expect(tokens.types[at]).toBe(WORD);
  });

  it('gives ascending spans inside any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const { starts, ends } = tokenize(text, EMOTICONS);
        let last = 0;
        for (const [index, start] of starts.entries()) {
          expect(start).toBeGreaterThanOrEqual(last);
          last = ends[index] as number;
          expect(last).toBeGreaterThan(start);
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

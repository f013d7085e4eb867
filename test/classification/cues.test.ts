import { describe, expect, it } from 'vitest';
import { matchMention } from '../../src/classification/cue-matches.ts';
import { readCues } from '../../src/classification/cues.ts';
import { findQuantities } from '../../src/classification/quantities.ts';
import { tokenize } from '../../src/classification/tokens.ts';

const FILE = `
dimension responsiveness
let staff = agent|clerk
topic answer timed 600
- on hold ; {staff} hung up ; waited ..2 <duration>
+ pick* ?right up
= phone line*
p answer*
signal churn-intent
- leaving ?you now
`;

function found(text: string, file = FILE): string[] {
  const tokens = tokenize(text, new Set());
  return matchMention(readCues({ 'a.txt': file }), tokens, findQuantities(tokens)).map(
    ({ cue, from, to }) => `${cue.topic} ${cue.polarity} ${tokens.words.slice(from, to).join(' ')}`,
  );
}

describe('cue files', () => {
  it('match words, beginnings, choices, gaps, quantities and optional words', () => {
    expect(
      found('On hold. The clerk hung up. Waited for over 3 hours, they picked right up'),
    ).toEqual([
      'answer -1 on hold',
      'answer -1 clerk hung up',
      'answer -1 waited for over 3 hours',
      'answer 1 picked right up',
    ]);
  });

  it('do not match across the end of a sentence', () => {
    expect(found('We waited. In 3 hours it was over')).toEqual([]);
  });

  it('treat "didn\'t" and "didnt" as one word', () => {
    const file = 'dimension ease\ntopic effort\n- didnt work';
    expect(found("It didn't work", file)).toEqual(["effort -1 didn't work"]);
  });

  it('keep phrases of promises out of mentions', () => {
    expect(found('answers')).toEqual([]);
  });

  it('belong to a signal where no dimension is named', () => {
    const set = readCues({ 'a.txt': FILE });
    expect(set.topics.get('signal-churn-intent')).toMatchObject({
      dimension: null,
      signal: 'churn-intent',
    });
  });

  it.each([
    ['dimension nonsense', 'a.txt, line 1: no dimension nonsense'],
    ['- on hold', 'a.txt, line 1: a cue before the first topic'],
    ['dimension ease\ntopic effort\n~ easy', 'a.txt, line 3: "~" is none of - + ++ = p'],
    ['dimension ease\ntopic effort\n+ so ea*', 'a.txt, line 3: a beginning needs 3 letters: ea*'],
    ['dimension ease\ntopic effort\n+ {good}', 'a.txt, line 3: no "let good" above this line'],
    ['dimension ease\ntopic effort\n+ so ..9 easy', 'a.txt, line 3: gap ..9 is not ..1 to ..6'],
  ])('name file and line of a mistake: %j', (file, message) => {
    expect(() => readCues({ 'a.txt': file })).toThrow(message);
  });
});

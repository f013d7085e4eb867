import { describe, expect, it } from 'vitest';
import { readFindings } from '../../src/classification/findings.ts';
import { read } from '../../src/classification/read-text.ts';
import { RULES, type Rule } from '../../src/classification/rules.ts';
import { tokenize } from '../../src/classification/tokens.ts';
import { assets, classify } from './assets.ts';

/** What a rule concludes in a text: found as it is, turned by a negation, or not at all. */
function effectIn(rule: Rule, text: string): 'found' | 'turned' | 'absent' {
  const findings = readFindings(read(tokenize(text, assets.lexicon.emoticons), assets)).filter(
    ({ match }) => match.cue.topic === `signal-rule-${rule.id}`,
  );
  if (findings.length === 0) return 'absent';
  return findings.every(({ turned }) => turned === 'negated') ? 'turned' : 'found';
}

describe('the rule table', () => {
  it.each(RULES)('finds $id in "$example"', (rule) => {
    // A comparison takes its clause out of the findings: what is left is told by the next tests.
    const marks = read(tokenize(rule.example, assets.lexicon.emoticons), assets).matches;
    expect(marks.map(({ cue }) => cue.topic)).toContain(`signal-rule-${rule.id}`);
  });

  it.each(RULES)('does not find $id in "$counterExample"', (rule) => {
    expect(effectIn(rule, rule.counterExample)).not.toBe('found');
  });

  const FEES = [{ id: 'fees', text: 'No hidden fees' }];

  it('does not take the words of an advert for an experience', () => {
    expect(classify('They advertise no hidden fees.', FEES).verdicts).toMatchObject([
      { outcome: 'unclear' },
    ]);
  });

  it('does not take a supposition for an experience', () => {
    expect(classify('I hope there are no hidden fees.', FEES).verdicts).toMatchObject([
      { outcome: 'unclear' },
    ]);
  });

  it('does not blame the brand for another', () => {
    expect(classify('My old bank charged hidden fees.', FEES).verdicts).toEqual([]);
  });

  it('turns a failure that did not happen', () => {
    expect(classify('There were no hidden fees.', FEES).verdicts).toMatchObject([
      { outcome: 'kept' },
    ]);
  });
});

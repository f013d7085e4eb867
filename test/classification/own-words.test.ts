import { describe, expect, it } from 'vitest';
import type { OwnWords } from '../../src/brands/brand.ts';
import { compileRegister, type PromiseText } from '../../src/classification/promises.ts';
import { classifier, input } from './assets.ts';

const judge = (
  text: string,
  promises: readonly PromiseText[],
  words: OwnWords = {},
  day = '2026-03-01',
) => classifier.classify({ ...input(text), day }, compileRegister(promises, words));

describe("a brand's own words", () => {
  const app = [{ id: 'app', text: 'The app works around the clock' }];
  const words = { digital: { keywords: ['blue box'], antiKeywords: ['green box'] } };
  const dimensions = (text: string, own: OwnWords) =>
    judge(text, app, own).dimensions.map(({ dimension }) => dimension);

  it('show their dimension, with the clause that they stand in', () => {
    const text = 'The van was green. Nothing but rubbish from the Blue Box.';
    expect(dimensions(text, {})).not.toContain('digital');
    const found = judge(text, app, words).dimensions.find((one) => one.dimension === 'digital');
    expect(found?.quote).toContain('Blue Box');
    expect(text.slice(found?.start, found?.end)).toBe(found?.quote);
  });

  it('let the promises of that dimension judge the clause', () => {
    const text = 'Nothing but rubbish from the blue box.';
    expect(judge(text, app).verdicts).toEqual([]);
    expect(judge(text, app, words).verdicts).toMatchObject([{ promise: 'app', outcome: 'broken' }]);
  });

  it('take a clause away from the dimension', () => {
    const text = 'The app of the green box crashes all the time.';
    expect(dimensions(text, {})).toContain('digital');
    expect(dimensions(text, words)).not.toContain('digital');
    expect(judge(text, app, words).verdicts).toEqual([]);
  });

  it('change the classifier version', () => {
    const version = (own?: OwnWords) => classifier.version(compileRegister(app, own));
    expect(version({})).toBe(version());
    expect(version(words)).not.toBe(version());
  });
});

describe('a promise whose words changed', () => {
  const promise: PromiseText = {
    id: 'answer',
    text: 'We answer within 10 minutes',
    version: 2,
    from: '2026-06-01',
    earlier: [
      {
        version: 1,
        text: 'We answer within 60 seconds',
        until: '2026-05-31',
        keywords: [],
        antiKeywords: [],
      },
    ],
  };
  const on = (day: string) =>
    judge('It took 8 minutes until they answered.', [promise], {}, day).verdicts.map(
      ({ promise: id, promiseVersion, outcome }) => [id, promiseVersion, outcome],
    );

  it('judges each mention by the words of its day', () => {
    expect(on('2026-05-31')).toEqual([['answer', 1, 'broken']]);
    expect(on('2026-06-01')).toEqual([['answer', 2, 'kept']]);
  });

  it('is not judged before it held, or after', () => {
    const held = {
      id: 'answer',
      text: 'We answer within 60 seconds',
      from: '2026-02-01',
      until: '2026-02-28',
    };
    const verdicts = (day: string) =>
      judge('I waited 20 minutes before anybody answered.', [held], {}, day).verdicts.length;
    expect(['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'].map(verdicts)).toEqual([
      0, 1, 1, 0,
    ]);
  });
});

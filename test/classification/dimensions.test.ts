import { describe, expect, it } from 'vitest';
import {
  decodeDimensionHead,
  encodeDimensionHead,
  scoreDimensions,
} from '../../src/classification/dimension-head.ts';
import { trainDimensions } from '../../src/classification/train-dimensions.ts';
import { classify, outcomes } from './assets.ts';

function dimensionsOf(text: string): string[] {
  return classify(text).dimensions.map(({ dimension }) => dimension);
}

describe('the dimensions of a text', () => {
  it.each([
    ['On hold for 50 minutes, then the line went dead', 'responsiveness'],
    ['Third time I have called about the same fault', 'resolution'],
    ['The woman at the desk was rude and snapped at me', 'empathy'],
    ['A hidden fee of £12 appeared on my bill', 'price'],
    ['The app crashes every time I open it', 'digital'],
    ['They lied about the guarantee, it is a scam', 'trust'],
    ['The parcel arrived smashed', 'quality'],
    ['Each agent told me something different', 'consistency'],
  ])('"%s" is about %s', (text, dimension) => {
    expect(dimensionsOf(text)).toContain(dimension);
  });

  it('are none where nothing of the experience is told', () => {
    expect(dimensionsOf('The new office opens in Leeds in March.')).toEqual([]);
  });

  it('are each shown by a literal part of the text', () => {
    const text = 'The food was cold, but the waiter was kind. Then I was charged twice!';
    const { dimensions } = classify(text);
    expect(dimensions.length).toBeGreaterThan(1);
    for (const { quote, start, end } of dimensions) expect(text.slice(start, end)).toBe(quote);
  });
});

describe('promises that a part of the experience is good', () => {
  const restaurant = [
    { id: 'food', text: 'Delicious food' },
    { id: 'service', text: 'Friendly service' },
    { id: 'price', text: 'Fair prices' },
    { id: 'ambience', text: 'A pleasant atmosphere' },
  ];

  it.each([
    ['The lasagna was wonderful', { food: 'kept' }],
    ['Our waitress ignored us all evening and was rude', { service: 'broken' }],
    ['Great wine list and a lovely cozy patio', { food: 'kept', ambience: 'kept' }],
    ['We will go to the cinema tomorrow', {}],
  ])('"%s"', (text, expected) => {
    expect(outcomes(classify(text, restaurant))).toEqual(expected);
  });
});

describe('the dimension head', () => {
  const example = (words: number[], first: number) => ({
    input: { words: Int32Array.from(words), findings: [], concepts: [] },
    targets: Uint8Array.from({ length: 13 }, (_, at) => (at === 0 ? first : 0)),
  });
  const examples = Array.from({ length: 12 }, (_, at) => example([at % 2, 7], at % 2));

  it('learns which words go with a dimension', () => {
    const head = trainDimensions(examples);
    const score = (word: number) => scoreDimensions(head, example([word], 0).input)[0] as number;
    expect(score(1)).toBeGreaterThan(score(0));
  });

  it('reads back from its bytes what it was', () => {
    const head = trainDimensions(examples);
    const again = decodeDimensionHead(encodeDimensionHead(head));
    const { input } = example([1, 7], 0);
    expect([...scoreDimensions(again, input)]).toEqual([...scoreDimensions(head, input)]);
  });

  it('refuses bytes of another size', () => {
    const bytes = encodeDimensionHead(trainDimensions(examples));
    expect(() => decodeDimensionHead(bytes.subarray(1))).toThrow('does not belong');
    expect(() => decodeDimensionHead(new Uint8Array(0))).toThrow('does not belong');
  });
});

import { describe, expect, it } from 'vitest';
import { classify, NORTHBELL } from './assets.ts';

function labelOf(text: string, kind: 'review' | 'social' | 'forum' = 'review'): string {
  return classify(text, NORTHBELL, { kind }).sentiment.label;
}

describe('emoji without words', () => {
  it.each(['😡', '🤬🤬', '🤮', '👎👎', '🥱', '💩', '🙄'])('"%s" is negative', (text) => {
    expect([labelOf(text), labelOf(text, 'social'), labelOf(text, 'forum')]).toEqual([
      'negative',
      'negative',
      'negative',
    ]);
  });

  it.each(['❤️', '👍', '🥰😍', '⭐⭐⭐⭐⭐', '👏👏'])('"%s" is positive', (text) => {
    expect([labelOf(text), labelOf(text, 'social')]).toEqual(['positive', 'positive']);
  });

  it('are named as the reason', () => {
    const { sentiment } = classify('😡😡');
    expect(sentiment.reasons[0]).toBe('emoji negative');
  });
});

describe('a text that praises and blames', () => {
  it.each([
    'The app is great but support never answers.',
    'Lovely rooms and a kind team. Breakfast was cold, though, and the lift was broken all week.',
    'Fast delivery, however two of the glasses were smashed.',
  ])('"%s" is mixed', (text) => {
    expect(labelOf(text)).toBe('mixed');
  });

  it.each([
    ['Great app. Great support. Could not be happier.', 'positive'],
    ['Nobody answers, the app crashes and I want my money back.', 'negative'],
  ])('"%s" is %s, not mixed', (text, label) => {
    expect(labelOf(text)).toBe(label);
  });
});

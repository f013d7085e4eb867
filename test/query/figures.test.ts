import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexedMention } from '../../src/classification/indexed-mention.ts';
import { similarity, sketch } from '../../src/mentions/sketch.ts';
import { readCursor, writeCursor } from '../../src/query/cursor.ts';
import { readRating } from '../../src/query/filters.ts';
import { shareOf } from '../../src/query/interval.ts';
import {
  COPY_SIMILARITY,
  type LeftOut,
  leftOut,
  MENTIONS_PER_AUTHOR,
} from '../../src/rollups/left-out.ts';
import { relabelled } from '../../src/rollups/note.ts';
import { anIndexed } from '../fixtures.ts';

describe('a share', () => {
  it('has the interval of Wilson: published values', () => {
    // Newcombe 1998, table I: method 3.
    const published = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [part, all, low, high] of published) {
      const share = shareOf(part, all);
      expect(share?.low).toBeCloseTo(low, 4);
      expect(share?.high).toBeCloseTo(high, 4);
    }
  });

  it('is nothing of nothing, and always inside its interval', () => {
    expect(shareOf(0, 0)).toBeNull();
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (part, rest) => {
        fc.pre(part + rest > 0);
        const share = shareOf(part, part + rest);
        expect(share).not.toBeNull();
        if (share === null) return;
        expect(share.low).toBeGreaterThanOrEqual(0);
        expect(share.high).toBeLessThanOrEqual(1);
        expect(share.low).toBeLessThanOrEqual(share.value);
        expect(share.high).toBeGreaterThanOrEqual(share.value);
        expect(share.high).toBeGreaterThan(share.low);
      }),
    );
  });
});

describe('the mentions left out of a day', () => {
  const words = ['late', 'again', 'nobody', 'answered', 'the', 'phone', 'today', 'for', 'hours'];
  const texts = fc
    .array(fc.constantFrom(...words), { minLength: 0, maxLength: 9 })
    .map((all) => all.join(' '));

  it('are the same as by comparing each with each', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            text: texts,
            title: fc.option(
              fc.constantFrom('Northbell raises prices again in the spring', 'Late'),
            ),
            author: fc.constantFrom(null, 'a', 'b'),
            minute: fc.integer({ min: 10, max: 59 }),
          }),
          { maxLength: 40 },
        ),
        (all) => {
          const mentions = all.map(({ text, title, author, minute }, i) =>
            anIndexed({
              id: String(i).padStart(3, '0'),
              at: `2026-03-01T09:${minute}:00.000Z`,
              authorHash: author,
              sketch: sketch(title, text === '' ? (title ?? '') : text),
            }),
          );
          expect(leftOut(mentions)).toEqual(byComparingAll(mentions));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The definition itself: every mention against every earlier one that was not a copy. */
function byComparingAll(mentions: readonly IndexedMention[]): Map<string, LeftOut> {
  const out = new Map<string, LeftOut>();
  const firsts: IndexedMention[] = [];
  const perAuthor = new Map<string, number>();
  const ordered = mentions.toSorted((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1));
  for (const mention of ordered) {
    if (firsts.some(({ sketch: first }) => similarity(mention.sketch, first) >= COPY_SIMILARITY)) {
      out.set(mention.id, 'copy');
      continue;
    }
    firsts.push(mention);
    if (mention.authorHash === null) continue;
    const soFar = perAuthor.get(mention.authorHash) ?? 0;
    perAuthor.set(mention.authorHash, soFar + 1);
    if (soFar >= MENTIONS_PER_AUTHOR) out.set(mention.id, 'author-cap');
  }
  return out;
}

describe('a relabel', () => {
  const mention = anIndexed({
    id: '1',
    contentHash: 'as read',
    verdicts: [{ promise: 'fast', promiseVersion: 2, outcome: 'broken', confidence: 0.7 }],
  });
  const relabel = {
    kind: 'relabel' as const,
    brand: 'acme',
    id: 'abcd',
    at: '2026-03-02T09:00:00.000Z',
    by: 'ada',
    text: '',
    mention: '1',
    contentHash: 'as read',
    day: '2026-03-01',
    sentiment: null,
    verdicts: [{ promise: 'fast', outcome: 'kept' as const }],
    aboutUs: null,
  };

  it('wins over the classifier, and a later one over an earlier one', () => {
    expect(relabelled(mention, [relabel])?.verdicts).toEqual([
      { promise: 'fast', promiseVersion: 2, outcome: 'kept', confidence: 1 },
    ]);
    const none = { ...relabel, verdicts: [{ promise: 'fast', outcome: 'none' as const }] };
    expect(relabelled(mention, [relabel, none])?.verdicts).toEqual([]);
    expect(relabelled(mention, [none, relabel])?.verdicts).toHaveLength(1);
  });

  it('holds for the words that were read, except that it is not about the brand', () => {
    const edited = { ...mention, contentHash: 'edited' };
    expect(relabelled(edited, [relabel])).toEqual(edited);
    expect(relabelled(edited, [{ ...relabel, verdicts: [], aboutUs: false }])).toBeUndefined();
    expect(
      relabelled(edited, [
        { ...relabel, verdicts: [], aboutUs: false },
        { ...relabel, verdicts: [], aboutUs: true },
      ]),
    ).toEqual(edited);
  });
});

describe('what is typed', () => {
  it.each([
    ['1', { from: 1, to: 1 }],
    ['1-2', { from: 1, to: 2 }],
    ['>=4', { from: 4, to: 5 }],
    ['<=2.5', { from: 1, to: 2.5 }],
    ['none', 'none'],
    ['2-1', undefined],
    ['0', undefined],
    ['six', undefined],
  ])('as rating %s', (text, expected) => {
    expect(readRating(text)).toEqual(expected);
  });

  it('as cursor is a place or nothing', () => {
    const place = {
      day: '2026-11-20',
      at: '2026-11-20T09:00:00.000Z',
      id: '0123456789abcdef0123456789abcdef',
    };
    expect(readCursor(writeCursor(place))).toEqual(place);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readCursor(text)).toBeUndefined();
      }),
    );
  });
});

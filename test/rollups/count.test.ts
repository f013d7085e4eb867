import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDay } from '../../src/rollups/count.ts';
import { leftOut } from '../../src/rollups/left-out.ts';
import { anIndexed } from '../fixtures.ts';

const count = (mentions: Parameters<typeof countDay>[3]) =>
  countDay('acme', '2026-03-01', 7, mentions, new Map());
const same = 'the fee appeared on my bill again and nobody could explain where it came from';

describe('counting a day', () => {
  it('adds up sentiments and verdicts by source', () => {
    const [rollup] = count([
      anIndexed({
        id: '1',
        verdicts: [{ promise: 'fast', promiseVersion: 1, outcome: 'broken', confidence: 1 }],
      }),
      anIndexed({ id: '2', sentiment: 'positive' }),
      anIndexed({ id: '3', sentiment: 'mixed', source: 'acme-forum' }),
    ]);
    expect(rollup).toMatchObject({
      seen: 7,
      sources: {
        'acme-reviews': {
          mentions: 2,
          negative: 1,
          positive: 1,
          promises: { fast: { broken: 1, kept: 0 } },
        },
        'acme-forum': { mentions: 1, mixed: 1, negative: 0 },
      },
    });
  });

  it('keeps what could not be judged out of the mentions', () => {
    const [rollup] = count([
      anIndexed({ id: '1', sentiment: 'unclassified', text: 'Es ist kaputt und bleibt kaputt' }),
      anIndexed({ id: '2', sentiment: 'unsupported', text: 'no two texts of this test are alike' }),
    ]);
    expect(rollup?.sources['acme-reviews']).toMatchObject({
      mentions: 0,
      neutral: 0,
      unclassified: 1,
      unsupported: 1,
    });
  });

  it('counts a flood of copies once, whoever posts them', () => {
    const copies = Array.from({ length: 40 }, (_, i) =>
      anIndexed({ id: String(i), authorHash: `author${i}`, text: i % 2 ? same : `${same}!!` }),
    );
    const [rollup] = count(copies);
    expect(rollup?.sources['acme-reviews']).toMatchObject({ mentions: 1, copies: 39 });
  });

  it('counts short texts that many people write alike', () => {
    const [rollup] = count(['1', '2', '3'].map((id) => anIndexed({ id, text: 'Very bad' })));
    expect(rollup?.sources['acme-reviews']).toMatchObject({ mentions: 3, copies: 0 });
  });

  it('counts three mentions of one author', () => {
    const [rollup] = count(
      ['phone', 'fees', 'van', 'router', 'bill'].map((word) =>
        anIndexed({
          id: word,
          authorHash: 'loud',
          text: `${word} ${word} ${word} again today ${word}`,
        }),
      ),
    );
    expect(rollup?.sources['acme-reviews']).toMatchObject({ mentions: 3, overAuthorCap: 2 });
  });

  it('tells at which check a mention was there, from the first that came', () => {
    const hours = [0, 5, 29, 31, 53, 55, 24 * 30];
    const came = hours.map((hour, i) =>
      anIndexed({ id: String(i), ttl: 1_900_000_000 + hour * 3600 }),
    );
    const others = [
      anIndexed({ id: 'edited', version: 2, ttl: 1_900_000_000 + 99 * 3600 }),
      anIndexed({ id: 'lost', sentiment: 'unclassified', ttl: 1_900_000_000 + 99 * 3600 }),
      anIndexed({ id: 'staff', population: 'employee', ttl: 1_900_000_000 }),
    ];
    const [rollup] = count([...came, ...others]);
    expect(rollup?.arrived).toEqual({ 'acme-reviews': [3, 2, 1, 0, 0, 0, 0, 1] });
    const late = came.map((one) => ({ ...one, ttl: (one.ttl as number) + 40 * 86_400 }));
    expect(count(late)[0]?.arrived).toEqual(rollup?.arrived);
  });

  it('keeps employees apart from customers', () => {
    const [rollup] = count([
      anIndexed({ id: '1' }),
      anIndexed({ id: '2', population: 'employee', source: 'staff-board' }),
    ]);
    expect(Object.keys(rollup?.sources ?? {})).toEqual(['acme-reviews']);
    expect(rollup?.employees['staff-board']).toMatchObject({ mentions: 1, negative: 1 });
  });

  it('makes one rollup per classifier version', () => {
    const rollups = count([anIndexed({ id: '1' }), anIndexed({ id: '2', cv: 'cv2' })]);
    expect(rollups.map(({ cv }) => cv)).toEqual(['cv1', 'cv2']);
  });

  it('names what is left out and why', () => {
    const mentions = [
      anIndexed({ id: '1', text: same, at: '2026-03-01T08:00:00.000Z' }),
      anIndexed({ id: '2', text: same, at: '2026-03-01T07:00:00.000Z' }),
    ];
    expect([...leftOut(mentions)]).toEqual([['1', 'copy']]);
  });

  it('gives the same counts in any order, and every mention exactly one place', () => {
    const some = fc.record({
      text: fc.constantFrom(same, 'nobody answered the phone all morning long', 'Very bad', ''),
      authorHash: fc.constantFrom(null, 'a', 'b'),
      source: fc.constantFrom('s1', 's2'),
      sentiment: fc.constantFrom('negative', 'positive', 'unclassified'),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 25 }), fc.integer(), (rows, seed) => {
        const mentions = rows.map((row, i) => anIndexed({ ...row, id: String(i) } as never));
        const shuffled = mentions.toSorted(
          (a, b) => ((Number(a.id) * seed) % 7) - ((Number(b.id) * seed) % 7),
        );
        expect(count(shuffled)).toEqual(count(mentions));
        const places = count(mentions)
          .flatMap(({ sources }) => Object.values(sources))
          .reduce(
            (sum, c) =>
              sum + c.mentions + c.unclassified + c.unsupported + c.copies + c.overAuthorCap,
            0,
          );
        expect(places).toBe(mentions.length);
      }),
      { numRuns: 100 },
    );
  });
});

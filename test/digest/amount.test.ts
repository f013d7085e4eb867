import { describe, expect, it } from 'vitest';
import { AMOUNTS, type Amount, drawnOnce, fitting } from '../../src/digest/amount.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { type DigestModel, DigestModel as Model } from '../../src/digest/digest.ts';
import { HTML_LIMIT, HTML_TARGET, renderHtml } from '../../src/digest/render-html.ts';
import { everyKind } from './kinds.ts';

const footer = { unsubscribe: null, postal: null };
const combined = (): DigestModel => {
  const make = everyKind['combined'];
  if (make === undefined) throw new Error('there is no combined mail');
  return composeDigest(make());
};

/** A quote as long as a model lets it be, so that the mail grows by as many bytes as it is asked to. */
const withQuotesOf = (model: DigestModel, bytes: number): DigestModel =>
  Model.parse({
    ...model,
    incidents: model.incidents.map((incident) => ({
      ...incident,
      quotes: incident.quotes.map((quote) => ({ ...quote, after: ` ${'x'.repeat(bytes)}` })),
    })),
  });

describe('short of room', () => {
  const dropped: [keyof Amount, Amount[keyof Amount]][] = [
    ['sparklines', 'incidents'],
    ['sparklines', 'none'],
    ['promises', 12],
    ['furtherCharts', false],
    ['themes', false],
    ['quotes', 8],
    ['quotes', 3],
    ['chart', false],
  ];

  it('optional parts go one after the other, in the documented order, and none comes back', () => {
    for (const [index, [part, left]] of dropped.entries())
      expect([part, AMOUNTS[index + 1]?.[part]]).toEqual([part, left]);
    expect(AMOUNTS).toHaveLength(dropped.length + 1);
    const shown = (amount: Amount) => [
      ['none', 'incidents', 'all'].indexOf(amount.sparklines),
      amount.promises,
      Number(amount.furtherCharts),
      Number(amount.themes),
      amount.quotes,
      Number(amount.chart),
    ];
    for (const [index, amount] of AMOUNTS.slice(1).entries()) {
      const before = shown(AMOUNTS[index] as Amount);
      for (const [at, value] of shown(amount).entries())
        expect(value).toBeLessThanOrEqual(before[at] as number);
    }
  });

  it('the fullest mail that fits is taken, and the smallest where none does', () => {
    const size = (amount: Amount) => 'x'.repeat(10 * (AMOUNTS.length - AMOUNTS.indexOf(amount)));
    expect(fitting(size, 10_000)).toHaveLength(10 * AMOUNTS.length);
    expect(fitting(size, 35)).toHaveLength(30);
    expect(fitting(size, 5)).toHaveLength(10);
  });

  it('counts bytes, not characters', () => {
    const size = (amount: Amount) => 'ß'.repeat(10 * (AMOUNTS.length - AMOUNTS.indexOf(amount)));
    expect(fitting(size, 40)).toHaveLength(20);
  });

  it('a mail stays under its target as long as dropping helps, with what matters in it', () => {
    const page = renderHtml(withQuotesOf(combined(), 2600), footer);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(HTML_TARGET);
    expect(page.includes('What it is about')).toBe(false);
    const kept = ['In their words', 'Why you got this', 'What was read', 'Just reply'];
    expect(kept.filter((words) => !page.includes(words))).toEqual([]);
  });

  it('a mail over its target but under the limit is sent; one over the limit is not made', () => {
    const over = renderHtml(withQuotesOf(combined(), 5000), footer);
    expect(Buffer.byteLength(over)).toBeGreaterThan(HTML_TARGET);
    expect(Buffer.byteLength(over)).toBeLessThanOrEqual(HTML_LIMIT);
    expect(() => renderHtml(withQuotesOf(combined(), 20_000), footer)).toThrow(
      /the digest has \d+ bytes of HTML; mail programs cut it at 90000/,
    );
  });

  it('a part is drawn anew only where what it depends on changes', () => {
    const drawn: Pick<Amount, 'sparklines' | 'promises'>[] = [];
    const part = drawnOnce(['sparklines', 'promises'], ({ sparklines, promises }) => {
      drawn.push({ sparklines, promises });
      return `${sparklines} ${promises}`;
    });
    expect(AMOUNTS.map(part)).toEqual(
      AMOUNTS.map(({ sparklines, promises }) => `${sparklines} ${promises}`),
    );
    expect(drawn).toEqual([
      { sparklines: 'all', promises: 40 },
      { sparklines: 'incidents', promises: 40 },
      { sparklines: 'none', promises: 40 },
      { sparklines: 'none', promises: 12 },
      { sparklines: 'none', promises: 6 },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { type BrandNames, brandMatcher } from '../../src/mentions/brand-match.ts';

function names(changes: Partial<BrandNames>): BrandNames {
  return { name: 'Acme', aliases: [], exclude: [], context: [], ...changes };
}

const acme = names({ aliases: ['@acme_help', 'アクメ'] });
const muller = names({ name: 'Müller' });
const mobile = names({ name: 'T-Mobile' });
const apple = names({
  name: 'Apple',
  exclude: ['apple pie', 'apple orchards', 'apple orchard'],
  context: ['iphone', 'store', 'prices', 'mac'],
});
const delta = names({
  name: 'Delta',
  exclude: ['delta variant'],
  context: ['flight', 'airline', 'luggage'],
});

describe('a brand is named by', () => {
  it.each([
    [acme, 'acme'],
    [acme, "acme's support is slow"],
    [acme, '#Acme and @acme_help never answer'],
    [acme, 'see acme.com for details'],
    [acme, 'Ａｃｍｅ is wide'],
    [acme, 'a\u200bcm\u00ade hides'],
    [acme, '新しいアクメ製品'],
    [acme, 'ÁCMÉ'],
    [names({ name: 'IBM' }), 'İBM called'],
    [muller, 'MÜLLER'],
    [muller, 'bei Muller gekauft'],
    [muller, 'bei Mueller gekauft'],
    [mobile, 't mobile'],
    [mobile, 'TMobile dropped my call'],
    [mobile, 'T-Mobile'],
    [names({ name: 'A.C.M.E. (UK)' }), 'the A.C.M.E. (UK) hotline'],
    [apple, 'Apple raised iPhone prices'],
    [apple, 'apple pie in the Apple store'],
    [delta, 'My Delta flight was late'],
  ])('%o in "%s"', (brand, text) => {
    expect(brandMatcher(brand)(text)).toBe(true);
  });
});

describe('a brand is not named by', () => {
  it.each([
    [acme, 'pineACMEapple'],
    [acme, 'acmeology'],
    [acme, 'my_acme_'],
    [acme, ''],
    [muller, 'das Müllerhaus'],
    [names({ name: '.*' }), 'anything'],
    [apple, 'apple pie with iphone pictures'],
    [apple, 'Apple orchards near the store'],
    [apple, 'an apple a day'],
    [delta, 'the delta variant spread on every flight'],
    [delta, `Delta ${'and so on '.repeat(20)} flight`],
  ])('%o in "%s"', (brand, text) => {
    expect(brandMatcher(brand)(text)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { languageOf, loadLanguageDetector } from '../../src/classification/language.ts';

const words = (text: string) => text.toLowerCase().split(/\W+/);

describe('the language of a text', () => {
  it('is what its source says', () => {
    expect(languageOf('fr', 'the cat is on the table', ['the', 'cat'], null)).toBe('fr');
  });

  it('stays open where there is too little to tell', () => {
    expect(languageOf(null, 'ok super', ['ok', 'super'], () => 'de')).toBeNull();
  });

  it.each([
    ['en', 'My parcel never arrived and nobody answers the phone'],
    ['de', 'Das Paket kam nie an und niemand geht ans Telefon'],
    ['fr', "Le colis n'est jamais arrivé et personne ne répond au téléphone"],
    ['es', 'El paquete nunca llegó y nadie contesta el teléfono'],
  ])('is told as %s: "%s"', async (language, text) => {
    const detect = await loadLanguageDetector();
    expect(languageOf(null, text, words(text), detect)).toBe(language);
  });
});

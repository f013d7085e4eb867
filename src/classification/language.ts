/** Names the language of a text (ISO 639-1), or null where it cannot tell. */
export type LanguageDetector = (text: string) => string | null;

/** Languages with a model. */
const SUPPORTED = new Set(['en', 'eng']);

/** Fewer letters than this are not enough to tell languages apart. */
const LETTERS_NEEDED = 20;

const ENGLISH = new Set(
  'the a an and or but not is are was were be been have has had do does did i you he she it we they me my your our their this that these those to of in on at for with from by as if so no yes when what why how who which there here can will would just very all any some more out up about after before than then them him her its im ive dont didnt cant wont thats'.split(
    ' ',
  ),
);

/** Share of the words that are common English ones. */
function englishShare(words: readonly string[]): number {
  let common = 0;
  for (const word of words) if (ENGLISH.has(word)) common += 1;
  return words.length === 0 ? 0 : common / words.length;
}

function letterCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index) | 32;
    if ((code >= 97 && code <= 122) || text.charCodeAt(index) > 191) count += 1;
  }
  return count;
}

/** Whether a model exists for a language as a source states it. */
export function isSupported(language: string): boolean {
  return SUPPORTED.has(language.toLowerCase().split('-')[0] as string);
}

/**
 * The language of a text: as stated by its source, else detected, else null (too short to tell).
 *
 * Many common English words settle it without the detector, which errs on short texts.
 */
export function languageOf(
  stated: string | null,
  text: string,
  words: readonly string[],
  detect: LanguageDetector | null,
): string | null {
  if (stated !== null) return stated;
  if (letterCount(text) < LETTERS_NEEDED) return null;
  if (englishShare(words) >= 0.25) return 'en';
  return detect?.(text) ?? null;
}

/**
 * Loads the detector (eld, Apache-2.0, smallest table, about 1 MB); costs time and memory, so only
 * where a mention without a stated language arrives.
 */
export async function loadLanguageDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/extrasmall');
  return (text) => {
    const result = eld.detect(text);
    return result.language !== '' && result.isReliable() ? result.language : null;
  };
}

import { type BrandNames, brandMatcher, fold } from './brand-match.ts';

/** Words around a brand's name that stand for something else. */
export interface SuggestedExclusion {
  readonly phrase: string;
  /** Mentions about somebody else that it stands in. */
  readonly hides: number;
}

const LONGEST = 60;
const MOST = 3;
/** Words to each side of the name that can belong to a phrase. */
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{N}'&]*`;

/**
 * Phrases to exclude: the name with its neighbours, as it stands in mentions about somebody else and in none about
 * the brand. The one that hides most comes first; of two that hide the same the shorter.
 *
 * @param wrong texts that a person marked as not about the brand
 * @param right texts that are about it
 */
export function suggestExclusions(
  { name, aliases }: Pick<BrandNames, 'name' | 'aliases'>,
  wrong: readonly string[],
  right: readonly string[],
): SuggestedExclusion[] {
  const names = [name, ...aliases].map((one) => fold(one).trim());
  const phrases = new Set(wrong.flatMap((text) => phrasesIn(fold(text), names)));
  return [...phrases]
    .filter((phrase) => phrase.length <= LONGEST)
    .map((phrase) => {
      const contains = brandMatcher({ name: phrase, aliases: [], exclude: [], context: [] });
      return {
        phrase,
        hides: wrong.filter(contains).length,
        isAboutUs: right.some(contains),
      };
    })
    .filter(({ isAboutUs }) => !isAboutUs)
    .toSorted((a, b) => b.hides - a.hides || a.phrase.length - b.phrase.length)
    .slice(0, MOST)
    .map(({ phrase, hides }) => ({ phrase, hides }));
}

/** The name with the word before it, the word after it, and both. */
function phrasesIn(folded: string, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const found: string[] = [];
    for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + name.length)) {
      const before = lastWord(folded.slice(Math.max(0, at - LONGEST), at));
      const after = firstWord(folded.slice(at + name.length, at + name.length + LONGEST));
      found.push(...around(name, before, after));
    }
    return found;
  });
}

function around(name: string, before: string | undefined, after: string | undefined): string[] {
  const left = before === undefined ? [] : [`${before} ${name}`];
  const right = after === undefined ? [] : [`${name} ${after}`];
  const both = before === undefined || after === undefined ? [] : [`${before} ${name} ${after}`];
  return [...left, ...right, ...both];
}

/** Nothing but a space may stand between the name and its neighbour. */
function lastWord(text: string): string | undefined {
  return text.endsWith(' ') ? new RegExp(`${WORD}$`, 'u').exec(text.trimEnd())?.[0] : undefined;
}

function firstWord(text: string): string | undefined {
  return text.startsWith(' ') ? new RegExp(`^${WORD}`, 'u').exec(text.trimStart())?.[0] : undefined;
}

/** How a brand is named, as far as matching needs it; see `Brand`. */
export type BrandNames = {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Phrases that contain the name and mean something else. */
  readonly exclude: readonly string[];
  /** Words of which one must stand near the name, where the name alone means too much. */
  readonly context: readonly string[];
};

/** Tells whether a text names the brand. */
export type BrandMatcher = (text: string) => boolean;

/** Characters to each side of the name in which a context word counts. */
const CONTEXT_REACH = 120;
/** Letters of scripts that write words without spaces between them: a name may begin anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const INVISIBLE = /[\u00AD\u180E\u200B-\u200F\u2060-\u2064\uFEFF]|[\uFE0E\uFE0F]/g;

/**
 * A text with the differences removed that do not matter for names: width, case, accents,
 * invisible characters, kinds of apostrophes and spaces.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(INVISIBLE, '')
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll(/[‘’ʼ`´]/g, "'")
    .replaceAll('·', ' ')
    .replaceAll(/\s+/g, ' ');
}

/**
 * Compiles the names of a brand. Names match as whole words in any case and accent, with or without
 * the spaces and dashes inside them ("T-Mobile", "t mobile", "TMobile"). An excluded phrase hides
 * the name inside it; if context words are given, one must stand within 120 characters.
 */
export function brandMatcher({ name, aliases, exclude, context }: BrandNames): BrandMatcher {
  const names = wordPattern([name, ...aliases]);
  const excluded = wordPattern(exclude);
  const near = wordPattern(context);
  if (names === undefined) return () => false;
  return (text) => {
    const folded = fold(text);
    const hidden = spans(folded, excluded);
    return spans(folded, names).some(
      ([from, to]) =>
        !hidden.some(([start, end]) => start <= from && to <= end) &&
        (near === undefined || hasContext(folded, from, to, near)),
    );
  };
}

function hasContext(folded: string, from: number, to: number, near: RegExp): boolean {
  const around = `${folded.slice(Math.max(0, from - CONTEXT_REACH), from)} \n ${folded.slice(to, to + CONTEXT_REACH)}`;
  return spans(around, near).length > 0;
}

function spans(text: string, pattern: RegExp | undefined): [number, number][] {
  if (pattern === undefined) return [];
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]);
}

/** One pattern for all phrases, longest first; undefined for none. */
function wordPattern(phrases: readonly string[]): RegExp | undefined {
  const patterns = phrases
    .flatMap(spellings)
    .filter((phrase) => phrase !== '')
    .toSorted((a, b) => b.length - a.length)
    .map(phrasePattern);
  return patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'gu');
}

/** German umlauts are also written out: Müller, Muller, Mueller. */
function spellings(phrase: string): string[] {
  const written = phrase
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue');
  return [...new Set([fold(phrase).trim(), fold(written).trim()])];
}

function phrasePattern(folded: string): string {
  const parts = folded.split(/[\s\-_.]+/).filter((part) => part !== '');
  const body = parts.map((part) => escapePattern(part)).join(String.raw`[\s\-_.]{0,3}`);
  const first = parts[0]?.at(0) ?? '';
  const last = parts.at(-1)?.at(-1) ?? '';
  const before = UNSPACED.test(first) ? '' : String.raw`(?<![\p{L}\p{N}_])`;
  const after = UNSPACED.test(last) ? '' : String.raw`(?![\p{L}\p{N}_])`;
  return `${before}${body}${after}`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

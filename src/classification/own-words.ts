import { DIMENSIONS, type Dimension, type OwnWords } from '../brands/brand.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type Prepared, phraseClauses } from './evidence.ts';

type Phrases = readonly (readonly string[])[];

/** A brand's own words for one dimension, in the form in which texts are read. */
export interface DimensionWords {
  readonly dimension: Dimension;
  readonly keywords: Phrases;
  readonly antiKeywords: Phrases;
}

/** @param formsOf the words of a phrase as texts are read */
export function compileWords(
  words: OwnWords,
  formsOf: (phrase: string) => string[],
): DimensionWords[] {
  return DIMENSIONS.flatMap((dimension) => {
    const own = words[dimension];
    if (own === undefined) return [];
    const { keywords, antiKeywords } = own;
    return [
      { dimension, keywords: keywords.map(formsOf), antiKeywords: antiKeywords.map(formsOf) },
    ];
  });
}

/**
 * The dimensions of a text with a brand's own words heard: a keyword shows its dimension, and a clause with an
 * anti-keyword does not.
 */
export function withOwnWords(
  found: readonly DimensionFinding[],
  text: Prepared,
  words: readonly DimensionWords[],
): DimensionFinding[] {
  let findings = [...found];
  for (const { dimension, keywords, antiKeywords } of words) {
    const denied = new Set(phraseClauses(text, antiKeywords));
    const clauses = text.reading.clauses;
    findings = findings.filter(
      (finding) =>
        finding.dimension !== dimension ||
        !clauses.some(({ start }, index) => start === finding.start && denied.has(index)),
    );
    if (findings.some((finding) => finding.dimension === dimension)) continue;
    const [at] = phraseClauses(text, keywords).filter((clause) => !denied.has(clause));
    if (at === undefined) continue;
    const { start, end } = clauses[at] as Clause;
    findings.push({
      dimension,
      quote: text.reading.tokens.text.slice(start, end),
      start,
      end,
    });
  }
  return findings;
}

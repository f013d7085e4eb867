import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { clauseWords, type Prepared } from './evidence.ts';
import type { Finding } from './findings.ts';
import { hashOf } from './hash.ts';
import { type HeadInput, type Heads, oddsOfHead, wordFeatures } from './heads.ts';

/** Log-odds from which a text counts as talking about a dimension. */
const PRESENT = -1.5;

const HASHES = Object.fromEntries(
  DIMENSIONS.map((dimension) => [dimension, [hashOf(dimension)]]),
) as Record<Dimension, [number]>;

export interface Cues {
  readonly signed: readonly Finding[];
  readonly turned: readonly Finding[];
  readonly named: readonly Finding[];
}

const NO_CUES: Cues = { signed: [], turned: [], named: [] };

/** The cues of a text by the dimension that they are about. */
export function cuesByDimension({ findings }: Prepared): ReadonlyMap<Dimension, Cues> {
  const found = new Map<Dimension, { [Part in keyof Cues]: Finding[] }>();
  for (const finding of findings) {
    const { dimension } = finding.match.cue.about;
    if (dimension === null) continue;
    const cues = found.get(dimension) ?? { signed: [], turned: [], named: [] };
    found.set(dimension, cues);
    if (finding.polarity !== 0) cues.signed.push(finding);
    else if (finding.turned !== null) cues.turned.push(finding);
    else cues.named.push(finding);
  }
  return found;
}

/** Words of a whole text, the same for all dimensions. */
export function textWords({ hashes }: Prepared): Int32Array {
  return wordFeatures(hashes, 0, hashes.length);
}

/**
 * What the dimension head sees of a text.
 *
 * @param words see `textWords`
 * @param cues those of the dimension, see `cuesByDimension`
 */
export function dimensionInput(
  dimension: Dimension,
  words: Int32Array,
  { signed, turned, named }: Cues = NO_CUES,
): HeadInput {
  const longest = signed.reduce((most, { match }) => Math.max(most, match.to - match.from), 0);
  const dense = [
    1,
    signed.length > 0 ? 1 : 0,
    signed.length > 1 ? 1 : 0,
    signed.length > 2 ? 1 : 0,
    turned.length > 0 ? 1 : 0,
    named.length > 0 ? 1 : 0,
    longest >= 2 ? 1 : 0,
    longest >= 3 ? 1 : 0,
  ];
  // Then a flag for each dimension; zeros at the end are left out.
  for (const other of DIMENSIONS) {
    dense.push(other === dimension ? 1 : 0);
    if (other === dimension) break;
  }
  return {
    words,
    topics: HASHES[dimension],
    dense,
  };
}

/** The dimensions of a text, each with the clause that shows it best. */
export function findDimensions(text: Prepared, heads: Heads): DimensionFinding[] {
  const words = textWords(text);
  const cues = cuesByDimension(text);
  const found: DimensionFinding[] = [];
  for (const dimension of DIMENSIONS) {
    const own = cues.get(dimension);
    if (oddsOfHead(heads.dimension, dimensionInput(dimension, words, own)) <= PRESENT) continue;
    const clause = text.reading.clauses[bestClause(text, dimension, heads, own)] as Clause;
    const { start, end } = clause;
    found.push({ dimension, quote: text.reading.tokens.text.slice(start, end), start, end });
  }
  return found;
}

function bestClause(
  text: Prepared,
  dimension: Dimension,
  heads: Heads,
  { signed, turned, named }: Cues = NO_CUES,
): number {
  const shown = signed[0] ?? turned[0] ?? named[0];
  if (shown !== undefined) return shown.clause;
  const topics = HASHES[dimension];
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < text.reading.clauses.length; index += 1) {
    const score = oddsOfHead(heads.dimension, {
      words: clauseWords(text, index),
      topics,
      dense: [],
    });
    if (score <= highest) continue;
    highest = score;
    best = index;
  }
  return best;
}

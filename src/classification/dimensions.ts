import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import type { Prepared } from './evidence.ts';
import type { Finding } from './findings.ts';
import {
  HEAD_SHAPES,
  type HeadInput,
  type Heads,
  hashWord,
  scoreHead,
  wordFeatures,
} from './heads.ts';

/** Log-odds from which a text counts as talking about a dimension. */
const PRESENT = -1.5;

interface Cues {
  readonly signed: readonly Finding[];
  readonly turned: readonly Finding[];
  readonly named: readonly Finding[];
}

function cuesOf({ findings, cues }: Prepared, dimension: Dimension): Cues {
  const own = findings.filter(
    (finding) => cues.topics.get(finding.match.cue.topic)?.dimension === dimension,
  );
  return {
    signed: own.filter(({ polarity }) => polarity !== 0),
    turned: own.filter(({ polarity, turned }) => polarity === 0 && turned !== null),
    named: own.filter(({ polarity, turned }) => polarity === 0 && turned === null),
  };
}

/** Words of a whole text, the same for all dimensions. */
export function textWords({ hashes }: Prepared): Int32Array {
  return wordFeatures(hashes, 0, hashes.length);
}

/**
 * What the dimension head sees of a text.
 *
 * @param words see `textWords`
 */
export function dimensionInput(text: Prepared, dimension: Dimension, words: Int32Array): HeadInput {
  const { signed, turned, named } = cuesOf(text, dimension);
  const dense = new Float32Array(HEAD_SHAPES.dimension.dense);
  const longest = signed.reduce((most, { match }) => Math.max(most, match.to - match.from), 0);
  dense.set([
    1,
    signed.length > 0 ? 1 : 0,
    signed.length > 1 ? 1 : 0,
    signed.length > 2 ? 1 : 0,
    turned.length > 0 ? 1 : 0,
    named.length > 0 ? 1 : 0,
    longest >= 2 ? 1 : 0,
    longest >= 3 ? 1 : 0,
  ]);
  const at = 8 + DIMENSIONS.indexOf(dimension);
  dense[at] = 1;
  return {
    words,
    topics: [hashWord(dimension)],
    dense,
  };
}

/** The dimensions of a text, each with the clause that shows it best. */
export function findDimensions(text: Prepared, heads: Heads): DimensionFinding[] {
  const words = textWords(text);
  return DIMENSIONS.flatMap((dimension) => {
    const input = dimensionInput(text, dimension, words);
    if ((scoreHead(heads.dimension, input)[0] as number) <= PRESENT) return [];
    const clause = text.reading.clauses[bestClause(text, dimension, heads)] as Clause;
    const { start, end } = clause;
    return [{ dimension, quote: text.reading.tokens.text.slice(start, end), start, end }];
  });
}

function bestClause(text: Prepared, dimension: Dimension, heads: Heads): number {
  const { signed, turned, named } = cuesOf(text, dimension);
  const shown = signed[0] ?? turned[0] ?? named[0];
  if (shown !== undefined) return shown.clause;
  const topics = [hashWord(dimension)];
  const dense = new Float32Array(HEAD_SHAPES.dimension.dense);
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [index, clause] of text.reading.clauses.entries()) {
    const words = wordFeatures(text.hashes, clause.from, clause.to);
    const score = scoreHead(heads.dimension, { words, topics, dense })[0] as number;
    if (score <= highest) continue;
    highest = score;
    best = index;
  }
  return best;
}

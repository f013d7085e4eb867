import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type DimensionHead, type DimensionInput, scoreDimensions } from './dimension-head.ts';
import { clauseWords, type Prepared } from './evidence.ts';
import { wordFeatures } from './heads.ts';

/**
 * Log-odds from which a text counts as talking about a dimension, as the mean of the whole text and of its
 * surest clause: a passing remark is not drowned by the rest. Best F1 on rows not trained on.
 */
const PRESENT = -0.9;

/** How much a text and its clauses are about each dimension, in log-odds. */
export interface DimensionView {
  readonly text: Float64Array;
  /** Of one clause; the same clause is scored once. */
  clause(at: number): Float64Array;
  /** The clause that is most about a dimension; −1 in a text without clauses. */
  surest(dimension: number): number;
}

/** What the dimension head sees of a whole text. */
export function textInput({ hashes, findings }: Prepared): DimensionInput {
  return { words: wordFeatures(hashes, 0, hashes.length), findings };
}

/** Scores a text, and its clauses when asked for. */
export function viewDimensions(text: Prepared, head: DimensionHead): DimensionView {
  const known: (Float64Array | undefined)[] = [];
  const clause = (at: number): Float64Array => {
    known[at] ??= scoreDimensions(head, clauseInput(text, at));
    return known[at];
  };
  const surest = (dimension: number): number => {
    let best = text.reading.clauses.length - 1;
    for (let at = best - 1; at >= 0; at -= 1) {
      if ((clause(at)[dimension] as number) >= (clause(best)[dimension] as number)) best = at;
    }
    return best;
  };
  return { text: scoreDimensions(head, textInput(text)), clause, surest };
}

function clauseInput(text: Prepared, at: number): DimensionInput {
  const findings = text.findings.filter(({ clause }) => clause === at);
  return { words: clauseWords(text, at), findings };
}

/** The dimensions of a text, each with the clause that shows it best. */
export function findDimensions(text: Prepared, view: DimensionView): DimensionFinding[] {
  const found: DimensionFinding[] = [];
  for (const [index, dimension] of DIMENSIONS.entries()) {
    const surest = view.surest(index);
    if (surest < 0 || meanOdds(view, index, surest) <= PRESENT) continue;
    const at = cuedClause(text, dimension) ?? surest;
    const { start, end } = text.reading.clauses[at] as Clause;
    found.push({ dimension, quote: text.reading.tokens.text.slice(start, end), start, end });
  }
  return found;
}

/** The clause of the first cue, those first that say how it went. */
function cuedClause({ findings }: Prepared, dimension: Dimension): number | undefined {
  const own = findings.filter(({ match }) => match.cue.about.dimension === dimension);
  const shown =
    own.find(({ polarity }) => polarity !== 0) ??
    own.find(({ turned }) => turned !== null) ??
    own[0];
  return shown?.clause;
}

function meanOdds(view: DimensionView, dimension: number, clause: number): number {
  return ((view.text[dimension] as number) + (view.clause(clause)[dimension] as number)) / 2;
}

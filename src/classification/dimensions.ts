import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type DimensionHead, type DimensionInput, scoreDimensions } from './dimension-head.ts';
import { clauseWords, type Prepared } from './evidence.ts';
import { wordFeatures } from './heads.ts';

/** Log-odds from which a text counts as talking about a dimension: best F1 on rows not trained on. */
const PRESENT = -1.1;

/** How much a text and its clauses are about each dimension, in log-odds. */
export interface DimensionView {
  readonly text: Float64Array;
  /** Of one clause; the same clause is scored once. */
  clause(at: number): Float64Array;
}

/** What the dimension head sees of a whole text. */
export function textInput({ hashes, findings }: Prepared): DimensionInput {
  return { words: wordFeatures(hashes, 0, hashes.length), findings };
}

/** Scores a text, and its clauses when asked for. */
export function viewDimensions(text: Prepared, head: DimensionHead): DimensionView {
  const known: (Float64Array | undefined)[] = [];
  return {
    text: scoreDimensions(head, textInput(text)),
    clause(at) {
      known[at] ??= scoreDimensions(head, clauseInput(text, at));
      return known[at];
    },
  };
}

function clauseInput(text: Prepared, at: number): DimensionInput {
  const findings = text.findings.filter(({ clause }) => clause === at);
  return { words: clauseWords(text, at), findings };
}

/** The dimensions of a text, each with the clause that shows it best. */
export function findDimensions(text: Prepared, view: DimensionView): DimensionFinding[] {
  return DIMENSIONS.flatMap((dimension, index) => {
    if ((view.text[index] as number) <= PRESENT) return [];
    const at = cuedClause(text, dimension) ?? likeliestClause(text, view, index);
    const { start, end } = text.reading.clauses[at] as Clause;
    return [{ dimension, quote: text.reading.tokens.text.slice(start, end), start, end }];
  });
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

function likeliestClause({ reading }: Prepared, view: DimensionView, index: number): number {
  let best = 0;
  for (let at = 1; at < reading.clauses.length; at += 1) {
    const score = (clause: number) => view.clause(clause)[index] as number;
    if (score(at) > score(best)) best = at;
  }
  return best;
}

import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import { bytes, floats } from './blocks.ts';
import type { DimensionFinding } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type DimensionHead, type DimensionInput, scoreDimensions } from './dimension-head.ts';
import { clauseConcepts, clauseWords, type Prepared } from './evidence.ts';
import type { Finding } from './findings.ts';
import { wordFeatures } from './heads.ts';
import { exceeds, type KnownFeatures, treesFor } from './narrowed-trees.ts';
import type { Trees } from './trees.ts';

/** Log-odds from which a text counts as talking about a dimension: best F1 on unseen registers. */
const PRESENT = -0.7;

/** How much a text and its clauses are about each dimension, in log-odds. */
export interface DimensionView {
  readonly text: Float64Array;
  /** Of one clause; the same clause is scored once. */
  clause(at: number): Float64Array;
  /** The clause that is most about a dimension; −1 in a text without clauses. */
  surest(dimension: number): number;
}

/** What the dimension head sees of a whole text. */
export function textInput(text: Prepared): DimensionInput {
  const { hashes, findings } = text;
  return { words: wordFeatures(hashes, 0, hashes.length), findings, concepts: allConcepts(text) };
}

/** Scores a text, and its clauses when asked for. */
export function viewDimensions(text: Prepared, head: DimensionHead): DimensionView {
  const known: (Float64Array | undefined)[] = [];
  const clause = (at: number): Float64Array => {
    known[at] ??= scoreDimensions(head, clauseInput(text, at));
    return known[at];
  };
  const surestKnown: (number | undefined)[] = [];
  const surest = (dimension: number): number => {
    surestKnown[dimension] ??= findSurest(dimension);
    return surestKnown[dimension];
  };
  const findSurest = (dimension: number): number => {
    let best = text.reading.clauses.length - 1;
    for (let at = best - 1; at >= 0; at -= 1) {
      if ((clause(at)[dimension] as number) >= (clause(best)[dimension] as number)) best = at;
    }
    return best;
  };
  return { text: scoreDimensions(head, textInput(text)), clause, surest };
}

function clauseInput(text: Prepared, at: number): DimensionInput {
  const findings = findingsOf(text, at);
  return {
    words: clauseWords(text, at),
    findings,
    concepts: hashesOf(text, clauseConcepts(text, at)),
  };
}

function findingsOf({ findings }: Prepared, at: number): readonly Finding[] {
  return findings.length === 0 ? findings : findings.filter(({ clause }) => clause === at);
}

function hashesOf({ conceptSet }: Prepared, concepts: readonly number[]): number[] {
  return concepts.map((concept) => conceptSet.hashes[concept] as number);
}

function allConcepts(text: Prepared): number[] {
  const met: number[] = [];
  const isMet = bytes(text.conceptSet.hashes.length);
  for (let at = 0; at < text.reading.clauses.length; at += 1) {
    for (const concept of clauseConcepts(text, at)) {
      if (isMet[concept] === 0) met.push(concept);
      isMet[concept] = 1;
    }
  }
  return hashesOf(text, met);
}

/** Length of the rows of `dimensionRow`. */
export const DIMENSION_WIDTH = 14 + DIMENSIONS.length;

/** What the trees see of one dimension and the whole text. */
export function dimensionRow(text: Prepared, view: DimensionView, index: number): Float32Array {
  const surest = view.surest(index);
  const clause = surest < 0 ? undefined : view.clause(surest);
  const inText = view.text[index] as number;
  const inClause = clause?.[index] ?? NONE;
  const rival = highestBut(clause, index);
  const cues = countCues(text, DIMENSIONS[index] as Dimension);
  const row = floats(DIMENSION_WIDTH);
  row[0] = inText;
  row[1] = inClause;
  row[2] = (inText + inClause) / 2;
  row[3] = highestBut(view.text, index);
  row[4] = countAbove(view.text, inText);
  row[5] = rival;
  row[6] = inClause - rival;
  row[7] = cues.all;
  row[8] = cues.signed;
  row[9] = cues.topics;
  row[10] = cues.longest;
  row[11] = text.findings.length - cues.all;
  row[12] = text.reading.clauses.length;
  row[13] = text.hashes.length;
  row[DIMENSION_WIDTH - DIMENSIONS.length + index] = 1;
  return row;
}

/** Of `dimensionRow`: its dimension stands at the end, its cues from the eighth on. */
const KNOWN: KnownFeatures = {
  fixed: DIMENSIONS.map((_, index) => DIMENSION_WIDTH - DIMENSIONS.length + index),
  rare: [7, 8, 9, 10],
};
const SUBJECTS = DIMENSIONS.map((dimension) => ({ dimension }));

function highestBut(odds: Float64Array | undefined, index: number): number {
  let highest = NONE;
  if (odds === undefined) return highest;
  for (let at = 0; at < odds.length; at += 1) {
    if (at !== index) highest = Math.max(highest, odds[at] as number);
  }
  return highest;
}

function countAbove(odds: Float64Array, least: number): number {
  let count = 0;
  for (let at = 0; at < odds.length; at += 1) if ((odds[at] as number) > least) count += 1;
  return count;
}

const NO_CUES = { all: 0, signed: 0, longest: 0, topics: 0 };

/** Cues of a dimension: all, those that say how it went, their topics, the words of the longest. */
function countCues({ findings }: Prepared, dimension: Dimension) {
  if (findings.length === 0) return NO_CUES;
  const topics = new Set<string>();
  const counts = { all: 0, signed: 0, longest: 0 };
  for (const { match, polarity } of findings) {
    if (match.cue.about.dimension !== dimension) continue;
    topics.add(match.cue.topic);
    counts.all += 1;
    if (polarity !== 0) counts.signed += 1;
    counts.longest = Math.max(counts.longest, match.to - match.from);
  }
  return { ...counts, topics: topics.size };
}

const NONE = -8;

/** Below these log-odds of text and clause no tree finds the dimension: most are passed over here. */
const FAINT = -4.5;

function isFaint(view: DimensionView, index: number, clause: number): boolean {
  return (view.text[index] as number) < FAINT && (view.clause(clause)[index] as number) < FAINT;
}

/** The dimensions of a text, each with the clause that shows it best. */
export function findDimensions(
  text: Prepared,
  view: DimensionView,
  present: Trees,
): DimensionFinding[] {
  const found: DimensionFinding[] = [];
  for (let index = 0; index < DIMENSIONS.length; index += 1) {
    const surest = view.surest(index);
    if (surest < 0 || isFaint(view, index, surest)) continue;
    const row = dimensionRow(text, view, index);
    if (!exceeds(treesFor(present, SUBJECTS[index] as object, row, KNOWN), row, PRESENT)) continue;
    const dimension = DIMENSIONS[index] as Dimension;
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

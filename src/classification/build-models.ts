import type { CueSet } from './cues.ts';
import { KINDS, type ModelKind } from './features.ts';
import type { Heads } from './heads.ts';
import type { Lexicon } from './lexicon.ts';
import {
  dimensionExamples,
  type ProjectRow,
  promiseExamples,
  type ReadRow,
  readRows,
} from './project-rows.ts';
import type { PromiseText } from './promises.ts';
import { fitCalibration, TRAINING, type TrainingRow, train } from './train.ts';
import { trainDimensions } from './train-dimensions.ts';
import { trainHead } from './train-heads.ts';
import { CLASSES, type Weights } from './weights.ts';

/** How much a labelled mention of the project counts beside one of a public set. */
const PROJECT_WEIGHT = 3;
/** One in so many rows is left out to calibrate the probabilities on. */
const HELD_OUT_EVERY = 20;
/** The models that only read the project's rows for the heads see one in so many public rows. */
const FOLD_EVERY = 4;

export interface Materials {
  readonly publicRows: readonly TrainingRow[];
  readonly projectRows: readonly ProjectRow[];
  readonly registers: Readonly<Record<string, readonly PromiseText[]>>;
  readonly lexicon: Lexicon;
  readonly cues: CueSet;
}

function asTraining(rows: readonly ProjectRow[]): TrainingRow[] {
  return rows.flatMap(({ t, y, kind }) => {
    const label = CLASSES.find((known) => known === y);
    if (label === undefined) return [];
    const modelKind = KINDS.includes(kind as ModelKind) ? (kind as ModelKind) : 'review';
    return [{ text: t, label, kind: modelKind, weight: PROJECT_WEIGHT }];
  });
}

/**
 * Trains the sentiment weights, then the heads.
 *
 * The heads learn from sentiments of mentions that the sentiment model has not seen: the project's
 * rows are read in two halves, each by a smaller model trained without it.
 */
export function buildModels(materials: Materials): { weights: Weights; heads: Heads } {
  const { publicRows, projectRows, registers, lexicon, cues } = materials;
  const rows = [...publicRows, ...asTraining(projectRows)];
  const kept = rows.filter((_, index) => index % HELD_OUT_EVERY !== 0);
  const heldOut = rows.filter((_, index) => index % HELD_OUT_EVERY === 0);
  const weights = fitCalibration(train(kept, lexicon), heldOut, lexicon);
  const few = publicRows.filter((_, index) => index % FOLD_EVERY === 0);
  const folds = [0, 1].map((fold) => {
    const others = projectRows.filter((_, index) => index % 2 !== fold);
    const own = projectRows.filter((_, index) => index % 2 === fold);
    const reader = train([...few, ...asTraining(others)], lexicon, TRAINING);
    const calibrated = fitCalibration(reader, heldOut, lexicon);
    return readRows(own, { lexicon, cues, weights: calibrated });
  });
  return { weights, heads: trainHeads(folds, registers, cues) };
}

/**
 * Trains the heads on rows read in two halves; what the dimension head says of a row when the others
 * learn comes from the other half.
 */
export function trainHeads(
  folds: readonly (readonly ReadRow[])[],
  registers: Materials['registers'],
  cues: CueSet,
): Heads {
  const examples = folds.map((fold, index) => {
    const others = folds.filter((_, other) => other !== index).flat();
    const dimension = trainDimensions(dimensionExamples(others));
    return promiseExamples(fold, registers, cues, dimension);
  });
  return {
    touch: trainHead(
      'touch',
      examples.flatMap(({ touch }) => touch),
    ),
    outcome: trainHead(
      'outcome',
      examples.flatMap(({ outcome }) => outcome),
    ),
    dimension: trainDimensions(dimensionExamples(folds.flat())),
  };
}

import type { CompiledPromise } from './compile.ts';
import type { CueSet } from './cues.ts';
import { DIMENSION_WIDTH } from './dimensions.ts';
import { KINDS, type ModelKind } from './features.ts';
import type { Heads } from './heads.ts';
import type { Lexicon } from './lexicon.ts';
import { OUTCOME_WIDTH, OUTCOMES } from './outcomes.ts';
import {
  compileRegisters,
  dimensionExamples,
  type ProjectRow,
  type PromiseExamples,
  promiseExamples,
  type ReadRow,
  rarityOfRows,
  readRows,
  treeExamples,
  type VerdictExamples,
  verdictExamples,
} from './project-rows.ts';
import type { PromiseText } from './promises.ts';
import { QUOTE_WIDTH } from './quotes.ts';
import { TOUCH_WIDTH } from './touches.ts';
import { fitCalibration, TRAINING, type TrainingRow, train } from './train.ts';
import { trainDimensions } from './train-dimensions.ts';
import { trainHead } from './train-heads.ts';
import { TREES, type TreeExample, trainTrees } from './train-trees.ts';
import { PARTS } from './training-data.ts';
import type { Trees } from './trees.ts';
import { CLASSES, type Weights } from './weights.ts';

/** How much a labelled mention of the project counts beside one of a public set. */
const PROJECT_WEIGHT = 6;
/** The same of a quote that shows how a promise fared: it is what a clause without an opinion word means. */
const QUOTE_WEIGHT = 4;
/** One in so many rows is left out to calibrate the probabilities on. */
const HELD_OUT_EVERY = 20;
/** The models that only read the project's rows for the heads see one in so many public rows. */
const FOLD_EVERY = 4;
/** Half of the project's rows count beside a quarter of the public ones as all beside all. */
const FOLD_FACTOR = 2 / FOLD_EVERY;

export interface Materials {
  readonly publicRows: readonly TrainingRow[];
  readonly projectRows: readonly ProjectRow[];
  /** Sentences that name `PARTS` of a restaurant, with an outcome for each. */
  readonly partRows: readonly ProjectRow[];
  readonly registers: Readonly<Record<string, readonly PromiseText[]>>;
  readonly lexicon: Lexicon;
  readonly cues: CueSet;
}

/** What a quote that shows an outcome says; a quote of an unclear one may say anything. */
const LABEL_OF = {
  kept: 'positive',
  exceeded: 'positive',
  broken: 'negative',
  unclear: null,
} as const;

/** Mentions by their sentiment and their quotes by the outcome they show. */
function asTraining(rows: readonly ProjectRow[], factor: number): TrainingRow[] {
  return rows.flatMap(({ t, y, kind, labels = [] }) => {
    const modelKind = KINDS.includes(kind as ModelKind) ? (kind as ModelKind) : 'review';
    const whole = CLASSES.find((known) => known === y);
    const quotes = labels.flatMap(({ outcome, quote }): TrainingRow[] => {
      const label = LABEL_OF[outcome];
      if (label === null || quote === undefined || quote === t) return [];
      return [{ text: quote, label, kind: modelKind, weight: QUOTE_WEIGHT * factor }];
    });
    if (whole === undefined) return quotes;
    return [{ text: t, label: whole, kind: modelKind, weight: PROJECT_WEIGHT * factor }, ...quotes];
  });
}

/**
 * Trains the sentiment weights, then the heads.
 *
 * The heads learn from sentiments of mentions that the sentiment model has not seen: the project's
 * rows are read in two halves, each by a smaller model trained without it.
 */
export function buildModels(materials: Materials): { weights: Weights; heads: Heads } {
  const { publicRows, projectRows, partRows, registers, lexicon, cues } = materials;
  const rows = [...publicRows, ...asTraining(projectRows, 1)];
  const kept = rows.filter((_, index) => index % HELD_OUT_EVERY !== 0);
  const heldOut = rows.filter((_, index) => index % HELD_OUT_EVERY === 0);
  const weights = fitCalibration(train(kept, lexicon), heldOut, lexicon);
  const few = publicRows.filter((_, index) => index % FOLD_EVERY === 0);
  const folds = [0, 1].map((fold) => {
    const others = projectRows.filter((_, index) => index % 2 !== fold);
    const own = projectRows.filter((_, index) => index % 2 === fold);
    const reader = train([...few, ...asTraining(others, FOLD_FACTOR)], lexicon, TRAINING);
    const calibrated = fitCalibration(reader, heldOut, lexicon);
    const assets = { lexicon, cues, weights: calibrated };
    return { own: readRows(own, assets), parts: fold === 0 ? readRows(partRows, assets) : [] };
  });
  const own = inOrder(
    projectRows,
    folds.flatMap((fold) => fold.own),
  );
  const parts = folds.flatMap((fold) => fold.parts);
  return { weights, heads: trainHeads(own, parts, registers, cues) };
}

function inOrder(projectRows: readonly ProjectRow[], read: readonly ReadRow[]): ReadRow[] {
  const byRow = new Map(read.map((one) => [one.row, one]));
  return projectRows.flatMap((row) => byRow.get(row) ?? []);
}

/** Of the trees that conclude on one promise there are fewer examples. */
const FEW_TREES = { ...TREES, trees: 80 };

/** Into so many parts the registers are divided; they take turns at being unseen. */
const FOLDS = 3;

/**
 * Trains the heads, then the trees on what heads say of registers that they have not seen.
 *
 * @param rows as models read them that had not seen their sentiment
 * @param partRows the same; they teach how a part of the experience fared, and have no quotes
 */
export function trainHeads(
  rows: readonly ReadRow[],
  partRows: readonly ReadRow[],
  registers: Materials['registers'],
  cues: CueSet,
): Heads {
  const promises = compileRegisters(registers, cues);
  const parts = compileRegisters({ default: PARTS }, cues);
  const rarity = rarityOfRows(rows, cues);
  const names = [...new Set(rows.map(({ row }) => row.register))];
  const partOf = ({ row }: ReadRow) => names.indexOf(row.register) % FOLDS;
  const touched: TreeExample[] = [];
  const present: TreeExample[] = [];
  const verdicts: VerdictExamples[] = [];
  const partVerdicts: VerdictExamples[] = [];
  for (let part = 0; part < FOLDS; part += 1) {
    const others = rows.filter((row) => partOf(row) !== part);
    const examples = examplesOf(others, promises);
    const heads = {
      touch: trainHead('touch', examples.touch),
      outcome: trainHead('outcome', examples.outcome),
      dimension: trainDimensions(dimensionExamples(others)),
    };
    const own = rows.filter((row) => partOf(row) === part);
    const asked = treeExamples(own, promises, heads, rarity);
    touched.push(...asked.touched);
    present.push(...asked.present);
    verdicts.push(verdictExamples(own, promises, heads));
    if (part === 0) partVerdicts.push(verdictExamples(partRows, parts, heads));
  }
  const { touch, outcome } = examplesOf(rows, promises);
  return {
    touch: trainHead('touch', touch),
    outcome: trainHead('outcome', outcome),
    dimension: trainDimensions(dimensionExamples(rows)),
    touched: trainTrees(touched, TOUCH_WIDTH),
    present: trainTrees(present, DIMENSION_WIDTH),
    decided: outcomeTrees(verdicts),
    decidedParts: outcomeTrees([...verdicts, ...partVerdicts]),
    shown: trainTrees(
      verdicts.flatMap(({ shown }) => shown),
      QUOTE_WIDTH,
      FEW_TREES,
    ),
    rarity,
  };
}

function outcomeTrees(verdicts: readonly VerdictExamples[]): Trees[] {
  return OUTCOMES.map((_, at) =>
    trainTrees(
      verdicts.flatMap(({ decided }) => decided[at] ?? []),
      OUTCOME_WIDTH,
      FEW_TREES,
    ),
  );
}

/** What the dimension head says of a row comes from the other half of the rows. */
function examplesOf(
  rows: readonly ReadRow[],
  promises: ReadonlyMap<string, readonly CompiledPromise[]>,
): PromiseExamples {
  const halves = [0, 1].map((half) => rows.filter((_, index) => index % 2 === half));
  const parts = halves.map((own, half) =>
    promiseExamples(own, promises, trainDimensions(dimensionExamples(halves[1 - half] ?? []))),
  );
  return {
    touch: parts.flatMap(({ touch }) => touch),
    outcome: parts.flatMap(({ outcome }) => outcome),
  };
}

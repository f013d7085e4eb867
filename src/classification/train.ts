import { DENSE, type Features, featuresOf, KINDS, type ModelKind, SLOTS } from './features.ts';
import { annotate, type Lexicon } from './lexicon.ts';
import { seededRandom, shuffle } from './shuffle.ts';
import { tokenize } from './tokens.ts';
import {
  CLASSES,
  packSteps,
  type Scores,
  scoreFeatures,
  softmax,
  type Weights,
} from './weights.ts';

/** One labelled text. */
export interface TrainingRow {
  readonly text: string;
  readonly label: (typeof CLASSES)[number];
  readonly kind: ModelKind;
  /** How much it counts; 1 is one text. */
  readonly weight: number;
}

export interface TrainingOptions {
  readonly epochs: number;
  readonly rate: number;
  /** Pull of all hashed weights towards 0 per update, as in ridge regression. */
  readonly decay: number;
  /** Weight of each class per kind (negative, neutral, positive); 'balanced' makes them equal. */
  readonly balance: Readonly<Record<ModelKind, 'balanced' | readonly [number, number, number]>>;
  /** One in so many texts is seen without its kind, so that the shared weights stand alone. */
  readonly kindlessEvery: number;
  readonly seed: number;
  /** Largest step count is 7; the step is this many standard deviations of the weights over 7. */
  readonly spread: number;
}

export const TRAINING: TrainingOptions = {
  epochs: 6,
  rate: 0.2,
  decay: 1e-6,
  balance: {
    review: [1, 0.35, 1],
    social: 'balanced',
    news: 'balanced',
    forum: 'balanced',
  },
  kindlessEvery: 5,
  seed: 20,
  spread: 4.5,
};

interface Prepared {
  readonly slots: Uint32Array;
  readonly value: number;
  readonly dense: Float32Array;
  readonly target: number;
  readonly kind: number;
  readonly weight: number;
}

function classWeights(rows: readonly TrainingRow[], options: TrainingOptions): number[][] {
  return KINDS.map((kind) => {
    const wanted = options.balance[kind];
    const counts = CLASSES.map(
      (label) =>
        rows.reduce(
          (sum, row) => (row.kind === kind && row.label === label ? sum + row.weight : sum),
          0,
        ) || 1,
    );
    const total = counts.reduce((sum, count) => sum + count, 0);
    const shares = wanted === 'balanced' ? [1, 1, 1] : wanted;
    const shareSum = shares.reduce((sum, share) => sum + share, 0);
    return counts.map((count, at) => (((shares[at] as number) / shareSum) * total) / count);
  });
}

function prepare(
  rows: readonly TrainingRow[],
  lexicon: Lexicon,
  options: TrainingOptions,
): Prepared[] {
  const balance = classWeights(rows, options);
  return rows.map((row, index) => {
    const tokens = tokenize(row.text, lexicon.emoticons);
    const annotation = annotate(tokens, lexicon);
    const ownKind = KINDS.indexOf(row.kind);
    const kind = index % options.kindlessEvery === 0 ? -1 : ownKind;
    const features: Features = featuresOf(tokens, annotation, kind);
    const target = CLASSES.indexOf(row.label);
    return {
      slots: features.slots.slice(0, features.count),
      value: features.value,
      dense: features.dense,
      target,
      kind,
      weight: row.weight * (balance[ownKind]?.[target] ?? 1),
    };
  });
}

interface Fit {
  readonly hashed: Float32Array;
  readonly dense: Float32Array;
}

function scoreFit(fit: Fit, row: Prepared): Scores {
  const scores: Scores = [0, 0, 0];
  for (const slot of row.slots) {
    const at = slot * 3;
    scores[0] += fit.hashed[at] as number;
    scores[1] += fit.hashed[at + 1] as number;
    scores[2] += fit.hashed[at + 2] as number;
  }
  for (let at = 0; at < 3; at += 1) scores[at] = (scores[at] as number) * row.value;
  for (const start of denseStarts(row.kind)) {
    for (let index = 0; index < DENSE; index += 1) {
      const value = row.dense[index] as number;
      if (value === 0) continue;
      for (let at = 0; at < 3; at += 1) {
        scores[at] = (scores[at] as number) + value * (fit.dense[start + index * 3 + at] as number);
      }
    }
  }
  return scores;
}

function denseStarts(kind: number): number[] {
  return kind < 0 ? [0] : [0, (kind + 1) * DENSE * 3];
}

const EPSILON = 1e-6;

/** One pass of AdaGrad (Duchi, Hazan and Singer 2011) over the rows in the given order. */
function pass(
  rows: readonly Prepared[],
  order: Uint32Array,
  fit: Fit,
  squares: Fit,
  options: TrainingOptions,
): void {
  for (const at of order) {
    const row = rows[at] as Prepared;
    const gradient = softmax(scoreFit(fit, row));
    gradient[row.target] = (gradient[row.target] as number) - 1;
    for (let label = 0; label < 3; label += 1) {
      const pull = (gradient[label] as number) * row.weight;
      stepHashed(row, label, pull * row.value, fit.hashed, squares.hashed, options);
      stepDense(row, label, pull, fit.dense, squares.dense, options.rate);
    }
  }
}

function stepHashed(
  row: Prepared,
  label: number,
  pull: number,
  weights: Float32Array,
  squares: Float32Array,
  options: TrainingOptions,
): void {
  const square = pull * pull;
  for (const slot of row.slots) {
    const at = slot * 3 + label;
    const sum = (squares[at] as number) + square;
    squares[at] = sum;
    const weight = weights[at] as number;
    weights[at] =
      weight - (options.rate * (pull + options.decay * weight)) / (Math.sqrt(sum) + EPSILON);
  }
}

function stepDense(
  row: Prepared,
  label: number,
  pull: number,
  weights: Float32Array,
  squares: Float32Array,
  rate: number,
): void {
  for (const start of denseStarts(row.kind)) {
    for (let index = 0; index < DENSE; index += 1) {
      const value = row.dense[index] as number;
      if (value === 0) continue;
      const at = start + index * 3 + label;
      const slope = pull * value;
      const sum = (squares[at] as number) + slope * slope;
      squares[at] = sum;
      weights[at] = (weights[at] as number) - (rate * slope) / (Math.sqrt(sum) + EPSILON);
    }
  }
}

function emptyFit(): Fit {
  return {
    hashed: new Float32Array(SLOTS * 3),
    dense: new Float32Array((KINDS.length + 1) * DENSE * 3),
  };
}

/** Rounds the hashed weights to −7…7 steps per class. */
function quantise(fit: Fit, spread: number): Pick<Weights, 'hashed' | 'steps'> {
  const steps = new Float32Array(3);
  const hashed = new Int8Array(SLOTS * 3);
  for (let label = 0; label < 3; label += 1) {
    let squares = 0;
    let used = 0;
    for (let at = label; at < fit.hashed.length; at += 3) {
      const weight = fit.hashed[at] as number;
      if (weight === 0) continue;
      squares += weight * weight;
      used += 1;
    }
    const step = (spread * Math.sqrt(squares / Math.max(used, 1))) / 7 || 1;
    steps[label] = step;
    const exact = steps[label] as number;
    for (let at = label; at < fit.hashed.length; at += 3) {
      const whole = Math.round((fit.hashed[at] as number) / exact);
      hashed[at] = Math.max(-7, Math.min(7, whole));
    }
  }
  return { hashed: packSteps(hashed), steps };
}

/** Factors on the log-odds that are tried. */
const FACTORS = Array.from({ length: 40 }, (_, step) => 0.3 + step * 0.05);

/**
 * Finds, per source kind, the factor on the log-odds that makes the probabilities of held-out rows
 * most likely (temperature scaling, Guo et al. 2017). Classes count as in the training.
 */
export function fitCalibration(
  weights: Weights,
  heldOut: readonly TrainingRow[],
  lexicon: Lexicon,
  options: TrainingOptions = TRAINING,
): Weights {
  const balance = classWeights(heldOut, options);
  const calibration = weights.calibration.slice();
  for (let row = 0; row <= KINDS.length; row += 1) {
    const own = heldOut.filter(({ kind }) => row === 0 || KINDS.indexOf(kind) === row - 1);
    if (own.length < 50) continue;
    const scored = own.map(({ text, label, kind }) => {
      const tokens = tokenize(text, lexicon.emoticons);
      const features = featuresOf(tokens, annotate(tokens, lexicon), row - 1);
      const target = CLASSES.indexOf(label);
      const weight = balance[KINDS.indexOf(kind)]?.[target] ?? 1;
      return { scores: scoreFeatures(weights, features, row - 1), target, weight };
    });
    const loss = (factor: number) =>
      scored.reduce((sum, { scores, target, weight }) => {
        const scaled = scores.map((score) => score * factor) as Scores;
        return sum - weight * Math.log((softmax(scaled)[target] as number) + 1e-9);
      }, 0);
    calibration[row * 4] = FACTORS.reduce((best, next) => (loss(next) < loss(best) ? next : best));
  }
  return { ...weights, calibration };
}

/**
 * Fits the model. The same rows and options give the same weights, bit for bit.
 *
 * The calibration is left neutral (factor 1); see `fitCalibration`.
 */
export function train(
  rows: readonly TrainingRow[],
  lexicon: Lexicon,
  options: TrainingOptions = TRAINING,
): Weights {
  const prepared = prepare(rows, lexicon, options);
  const random = seededRandom(options.seed);
  const fit = emptyFit();
  const squares = emptyFit();
  const mean = emptyFit();
  const order = Uint32Array.from(prepared.keys());
  const averaged = Math.ceil(options.epochs / 2);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffle(order, random);
    pass(prepared, order, fit, squares, options);
    if (epoch >= options.epochs - averaged) addTo(mean, fit, averaged);
  }
  const calibration = new Float32Array((KINDS.length + 1) * 4);
  for (let row = 0; row <= KINDS.length; row += 1) calibration[row * 4] = 1;
  return { ...quantise(mean, options.spread), dense: mean.dense, calibration };
}

function addTo(mean: Fit, fit: Fit, parts: number): void {
  for (const part of ['hashed', 'dense'] as const) {
    const sums = mean[part];
    const weights = fit[part];
    for (let at = 0; at < sums.length; at += 1) {
      sums[at] = (sums[at] as number) + (weights[at] as number) / parts;
    }
  }
}

import * as z from 'zod';
import { DIMENSIONS } from '../brands/brand.ts';
import { SourceKind } from '../brands/source-settings.ts';
import { Outcome } from './classification.ts';
import { type CompiledPromise, compilePromises } from './compile.ts';
import type { CueSet } from './cues.ts';
import type { DimensionHead } from './dimension-head.ts';
import { type DimensionView, dimensionRow, textInput, viewDimensions } from './dimensions.ts';
import { clauseConcepts, type Evidence, gatherEvidence, type Prepared } from './evidence.ts';
import type { Heads } from './heads.ts';
import { OUTCOMES, outcomeEvidence, outcomeInput } from './outcomes.ts';
import type { PromiseText } from './promises.ts';
import { QUOTE_REACH, quoteRow } from './quotes.ts';
import { countRarity, type Rarity } from './rarity.ts';
import { type ClassifierInput, prepareText, type ReadingAssets } from './read-text.ts';
import { touchInput } from './touch-input.ts';
import { clausesAbout, type PromiseView, touchRow, viewPromises } from './touches.ts';
import type { DimensionExample } from './train-dimensions.ts';
import type { HeadExample } from './train-heads.ts';
import type { TreeExample } from './train-trees.ts';

/** `null` is how other tools write what a row does not have. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional()).optional();

/** A labelled mention of the project's own set; further fields are for people. */
export const ProjectRow = z.object({
  /** Empty where a set holds nothing but a title or a picture. */
  t: z.string(),
  kind: SourceKind.default('review'),
  /** Register under `test/evaluation/registers`. */
  register: z.string().optional(),
  rating: z.number().nullish(),
  title: z.string().nullish(),
  y: optional(z.string()),
  labels: optional(
    z.array(z.object({ promise: z.string(), outcome: Outcome, quote: optional(z.string()) })),
  ),
  dimensions: z.array(z.string()).optional(),
});
export type ProjectRow = z.infer<typeof ProjectRow>;

/** Ratings outside 1–5 are none. */
function ratingOf({ rating }: ProjectRow): number | null {
  return rating != null && rating >= 1 && rating <= 5 ? rating : null;
}

/** A row as the classifier takes it; the sets are English. */
export function rowInput(row: ProjectRow): ClassifierInput {
  const rating = ratingOf(row);
  return {
    title: row.title ?? null,
    text: row.t,
    kind: row.kind,
    lang: 'en',
    day: '2026-01-01',
    rating: rating === null ? null : { value: rating, raw: String(rating), scale: 5 },
  };
}

type Label = NonNullable<ProjectRow['labels']>[number];

/** A labelled mention as it was read. */
export interface ReadRow {
  readonly row: ProjectRow;
  readonly text: Prepared;
}

/** Reads rows as far as the heads need it. */
export function readRows(rows: readonly ProjectRow[], assets: ReadingAssets): ReadRow[] {
  return rows.map((row) => ({ row, text: prepareText(rowInput(row), assets) }));
}

/** What the dimension head learns from. */
export function dimensionExamples(rows: readonly ReadRow[]): DimensionExample[] {
  return rows.flatMap(({ row: { dimensions }, text }) =>
    dimensions === undefined
      ? []
      : [
          {
            input: textInput(text),
            targets: Uint8Array.from(DIMENSIONS, (one) => (dimensions.includes(one) ? 1 : 0)),
          },
        ],
  );
}

/** What the heads for promises learn from. */
export interface PromiseExamples {
  readonly touch: readonly HeadExample[];
  readonly outcome: readonly HeadExample[];
}

/**
 * Labelled mentions as examples for the heads that judge promises.
 *
 * @param promises by register name
 * @param dimension a head that was not trained on these rows
 */
export function promiseExamples(
  rows: readonly ReadRow[],
  promises: ReadonlyMap<string, readonly CompiledPromise[]>,
  dimension: DimensionHead,
): PromiseExamples {
  const touch: HeadExample[] = [];
  const outcome: HeadExample[] = [];
  for (const { row, text } of rows) {
    if (row.labels === undefined) continue;
    const view = viewDimensions(text, dimension);
    for (const promise of promises.get(row.register ?? 'default') ?? []) {
      const label = row.labels.find((candidate) => candidate.promise === promise.id);
      const examples = examplesOf({ row, text }, view, promise, label);
      touch.push(...examples.touch);
      outcome.push(...examples.outcome);
    }
  }
  return { touch, outcome };
}

function examplesOf(
  { row, text }: ReadRow,
  view: DimensionView,
  promise: CompiledPromise,
  label: Label | undefined,
): PromiseExamples {
  const all = gatherEvidence(text, promise);
  const touched = label === undefined ? new Set<number>() : quotedClauses(text, label);
  const touch = all
    // Clauses beside the quote may be about the promise, too: they teach nothing.
    .filter(({ clause }) => label === undefined || touched.has(clause))
    .filter((evidence, at) => touched.has(at) || hasHint(evidence) || at % SPARSE === 0)
    .map((evidence) => ({
      input: touchInput(text, promise, all, evidence.clause, view),
      target: touched.has(evidence.clause) ? 1 : 0,
      weight: touched.has(evidence.clause) || hasHint(evidence) ? 1 : SPARSE,
    }));
  const evidence = all.filter(({ clause }) => touched.has(clause));
  if (label === undefined || evidence.length === 0) return { touch, outcome: [] };
  const circumstances = { rating: ratingOf(row), isNews: row.kind === 'news' };
  const input = outcomeInput(text, promise, evidence, circumstances);
  return {
    touch,
    outcome: [{ input, target: OUTCOMES.indexOf(label.outcome), weight: 1 }],
  };
}

/** Clauses that share text with the labelled quote. */
function quotedClauses({ reading }: Prepared, { quote }: Label): Set<number> {
  const start = quote === undefined ? -1 : reading.tokens.text.indexOf(quote);
  if (quote === undefined || start < 0) return new Set();
  const end = start + quote.length;
  const inside = reading.clauses.flatMap((clause, index) =>
    Math.min(clause.end, end) - Math.max(clause.start, start) >= 3 ? [index] : [],
  );
  return new Set(inside);
}

/** Of clauses without a hint one in so many teaches for all. */
const SPARSE = 5;

function hasHint({ signed, turned, named, stems, keywords, numbers }: Evidence): boolean {
  return signed.length + turned.length + named.length + stems + keywords + numbers.length > 0;
}

/** What the trees learn from: heads that were not trained on these rows have looked at them. */
export function treeExamples(
  rows: readonly ReadRow[],
  promises: ReadonlyMap<string, readonly CompiledPromise[]>,
  { touch, dimension }: Pick<Heads, 'touch' | 'dimension'>,
  rarity: Rarity,
): { readonly touched: TreeExample[]; readonly present: TreeExample[] } {
  const touched: TreeExample[] = [];
  const present: TreeExample[] = [];
  for (const { row, text } of rows) {
    const view = viewDimensions(text, dimension);
    const views = viewPromises(text, promises.get(row.register ?? 'default') ?? [], touch, view);
    present.push(
      ...answers(
        row.dimensions,
        DIMENSIONS,
        (name) => name,
        (index) => dimensionRow(text, view, index),
      ),
    );
    touched.push(
      ...answers(
        row.labels?.map(({ promise }) => promise),
        views,
        ({ promise }) => promise.id,
        (index) => touchRow(text, views, views[index] as PromiseView, view, rarity),
      ),
    );
  }
  return { touched, present };
}

/** What the trees that conclude on a promise learn from. */
export interface VerdictExamples {
  /** For each of `OUTCOMES`. */
  readonly decided: readonly (readonly TreeExample[])[];
  readonly shown: readonly TreeExample[];
}

/** Every labelled verdict as heads see it that were not trained on these rows. */
export function verdictExamples(
  rows: readonly ReadRow[],
  promises: ReadonlyMap<string, readonly CompiledPromise[]>,
  heads: Pick<Heads, 'touch' | 'dimension' | 'outcome'>,
): VerdictExamples {
  const found = rows.flatMap((read) => {
    const view = viewDimensions(read.text, heads.dimension);
    const register = promises.get(read.row.register ?? 'default') ?? [];
    return (read.row.labels ?? []).flatMap((label) => {
      const promise = register.find(({ id }) => id === label.promise);
      return promise === undefined ? [] : verdictExample(read, label, promise, heads, view);
    });
  });
  return {
    decided: OUTCOMES.map((one) =>
      found.map(({ row, outcome }) => ({ row, target: Number(one === outcome) })),
    ),
    shown: found.flatMap(({ shown }) => shown),
  };
}

/** One labelled verdict; none where no clause speaks of the promise. */
function verdictExample(
  { row, text }: ReadRow,
  label: Label,
  promise: CompiledPromise,
  { touch, outcome }: Pick<Heads, 'touch' | 'outcome'>,
  view: DimensionView,
) {
  const [own] = viewPromises(text, [promise], touch, view) as [PromiseView];
  const touches = clausesAbout(own);
  const [best] = touches;
  if (best === undefined) return [];
  const circumstances = { rating: ratingOf(row), isNews: row.kind === 'news' };
  const evidence = outcomeEvidence(text, promise, touches, outcome, circumstances);
  const shown = label.quote === undefined ? [] : shownBy(text, own, best.evidence.clause, label);
  return [{ row: evidence.row, outcome: label.outcome, shown }];
}

/** The clauses around the surest one, and whether the labelled quote is there. */
function shownBy(text: Prepared, own: PromiseView, best: number, label: Label): TreeExample[] {
  const quoted = quotedClauses(text, label);
  return text.reading.clauses.flatMap((_, at) =>
    Math.abs(at - best) > QUOTE_REACH
      ? []
      : [{ row: quoteRow(text, own, best, label.outcome, at), target: Number(quoted.has(at)) }],
  );
}

/** Stems and concepts of each text, to be counted. */
export function rarityOfRows(rows: readonly ReadRow[], { concepts }: CueSet): Rarity {
  return countRarity(
    rows.map(({ text }) => ({
      stems: text.stems,
      concepts: text.reading.clauses.flatMap((_, at) => [...clauseConcepts(text, at)]),
    })),
    concepts.hashes.length,
  );
}

/** Promises of each register as mentions are judged by them. */
export function compileRegisters(
  registers: Readonly<Record<string, readonly PromiseText[]>>,
  cues: CueSet,
): Map<string, readonly CompiledPromise[]> {
  return new Map(
    Object.entries(registers).map(([name, promises]) => [
      name,
      compilePromises(promises, cues).promises,
    ]),
  );
}

/** An example for each thing that a row may have; none where nobody labelled it. */
function answers<T>(
  labelled: readonly string[] | undefined,
  all: readonly T[],
  nameOf: (one: T) => string,
  rowOf: (index: number) => Float32Array,
): TreeExample[] {
  if (labelled === undefined) return [];
  return all.map((one, index) => ({
    row: rowOf(index),
    target: labelled.includes(nameOf(one)) ? 1 : 0,
  }));
}

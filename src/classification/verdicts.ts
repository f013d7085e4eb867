import type { Verdict } from './classification.ts';
import { type CompiledPromise, holdsOn } from './compile.ts';
import type { DimensionView } from './dimensions.ts';
import type { Evidence, Prepared } from './evidence.ts';
import type { Finding } from './findings.ts';
import type { Heads } from './heads.ts';
import { exceeds, treesFor } from './narrowed-trees.ts';
import { type Circumstances, decideOutcome, saidOutright } from './outcomes.ts';
import { quoteOf } from './quotes.ts';
import {
  clausesAbout,
  isNamedOnly,
  KNOWN_OF_TOUCH,
  type PromiseView,
  speaksAlone,
  type Touch,
  touchRow,
  viewPromises,
} from './touches.ts';

/** Log-odds from which a text counts as touching a promise: best F1 on unseen registers. */
const TOUCHED = -0.5;
/** The same where a cue of two words or more says how it went. */
const TOUCHED_BY_CUE = -1;

/** Verdicts on all promises that hold on the day and that the text touches. */
export function judge(
  text: Prepared,
  promises: readonly CompiledPromise[],
  heads: Heads,
  view: DimensionView,
  circumstances: Circumstances,
  day: string,
): Verdict[] {
  const held = promises.filter((promise) => holdsOn(promise, day));
  const views = viewPromises(text, held, heads.touch, view);
  return views.flatMap((own) => {
    const touches = touchesOf(text, views, own, heads, view);
    return touches.length === 0 ? [] : [conclude(text, own, touches, heads, circumstances)];
  });
}

/** Clauses that are about a promise, surest first; none where the text does not touch it. */
function touchesOf(
  text: Prepared,
  views: readonly PromiseView[],
  own: PromiseView,
  heads: Heads,
  view: DimensionView,
): Touch[] {
  const { promise } = own;
  const about = clausesAbout(own);
  if (isNamedOnly(promise)) return about;
  const alone = about.filter(({ evidence }) => speaksAlone(promise, evidence));
  const needed = about.some(({ evidence }) => isExplicit(evidence)) ? TOUCHED_BY_CUE : TOUCHED;
  if (about.length === 0) return alone;
  const row = touchRow(text, views, own, view, heads.rarity);
  const trees = treesFor(heads.touched, promise, row, KNOWN_OF_TOUCH);
  return exceeds(trees, row, needed) ? about : alone;
}

function isExplicit({ signed }: Evidence): boolean {
  return signed.some(({ match }) => match.to - match.from > 1);
}

function conclude(
  text: Prepared,
  own: PromiseView,
  touches: readonly Touch[],
  heads: Heads,
  circumstances: Circumstances,
): Verdict {
  const { promise } = own;
  const { outcome, confidence } = decideOutcome(text, promise, touches, heads, circumstances);
  const { start, end } = quoteOf(text, own, touches, outcome, heads.shown);
  const touched = touches.map(({ evidence }) => evidence);
  return {
    promise: promise.id,
    promiseVersion: promise.version,
    outcome,
    confidence,
    quote: text.reading.tokens.text.slice(start, end),
    start,
    end,
    reasons: reasonsOf(promise, touched, saidOutright(text, touched)),
  };
}

function reasonsOf(
  promise: CompiledPromise,
  touched: readonly Evidence[],
  outright: readonly Finding[],
): string[] {
  const about = touched.flatMap(({ signed, turned, numbers, keywords, named, stems }) => [
    ...numbers.map((number) => `numeric: "${number.text}" against ${promise.limit} s`),
    ...signed.map(nameOf),
    ...turned.map(nameOf),
    ...(keywords > 0 ? ['keyword'] : []),
    ...named.map(nameOf),
    ...(stems > 0 ? ['words of the promise'] : []),
  ]);
  const found = [...new Set([...outright.map(nameOf), ...about])].slice(0, 6);
  return found.length > 0 ? found : ['words like those of earlier mentions'];
}

function nameOf({ match, turned }: Finding): string {
  const name = match.cue.id.slice(0, 80);
  return turned === null ? name : `${name} (${turned})`;
}

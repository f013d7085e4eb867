import { floatsOf } from './blocks.ts';
import type { Outcome } from './classification.ts';
import { type Clause, CONNECTIVES } from './clauses.ts';
import type { Prepared } from './evidence.ts';
import { QUOTES } from './findings.ts';
import { OUTCOMES } from './outcomes.ts';
import { MARK } from './tokens.ts';
import type { PromiseView, Touch } from './touches.ts';
import { scoreTrees, type Trees } from './trees.ts';

/** A part of a text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Length of the rows of `quoteRow`. */
export const QUOTE_WIDTH = 24;

/** Log-odds of a clause that does not exist. */
const NONE = -8;

/**
 * What the trees see of one clause as the one that shows a verdict: how sure it is about the promise, whether
 * it says what was concluded, and where it stands. The experience often stands in the sentence after the one
 * that names the promise.
 *
 * @param best index of the surest clause
 */
export function quoteRow(
  { reading, leanings }: Prepared,
  { all, odds }: PromiseView,
  best: number,
  outcome: Outcome,
  at: number,
): Float32Array {
  const clause = reading.clauses[at] as Clause;
  const { signed, turned, named, stems, numbers, keywords } = all[at] as PromiseView['all'][number];
  const sign = outcome === 'broken' ? -1 : outcome === 'unclear' ? 0 : 1;
  const lean = leanings.clauses[at] ?? 0;
  const agrees = (value: number) => Math.sign(value) === sign;
  const times = reading.quantities.filter(({ from }) => from >= clause.from && from < clause.to);
  return floatsOf([
    odds[at] as number,
    (odds[at] as number) - (odds[best] as number),
    Number(at === best),
    OUTCOMES.indexOf(outcome),
    lean * sign,
    Math.abs(lean),
    signed.filter(({ polarity }) => agrees(polarity)).length,
    signed.filter(({ polarity }) => !agrees(polarity)).length,
    numbers.filter(({ result }) => agrees(result)).length,
    numbers.length,
    turned.length,
    named.length,
    stems,
    keywords,
    clause.to - clause.from,
    at - best,
    clause.sentence - (reading.clauses[best] as Clause).sentence,
    odds[at - 1] ?? NONE,
    odds[at + 1] ?? NONE,
    (leanings.clauses[best] ?? 0) * sign,
    Number(clause.isQuestion),
    times.length,
    Number(times.some(({ type }) => type === 'duration')),
    Number((reading.clauses[best] as Clause).to - (reading.clauses[best] as Clause).from),
  ]);
}

/** Clauses further from the surest one than this are not looked at. */
export const QUOTE_REACH = 3;
/** Log-odds from which a clause beside the shown one is shown, too. */
const SHOWN = 0;
/** Most words of a quote of several clauses. */
const LONGEST = 40;
/** A clause of fewer words than this says nothing to a reader without its sentence. */
const FEW_WORDS = 6;

/** The part of the text that shows a verdict. */
export function quoteOf(
  text: Prepared,
  own: PromiseView,
  touches: readonly Touch[],
  outcome: Outcome,
  shown: Trees,
): Span {
  const { clauses } = text.reading;
  const best = (touches[0] as Touch).evidence.clause;
  const odds = clauses.map((_, at) =>
    Math.abs(at - best) > QUOTE_REACH
      ? NONE
      : scoreTrees(shown, quoteRow(text, own, best, outcome, at)),
  );
  let first = best;
  for (let at = 0; at < odds.length; at += 1)
    if ((odds[at] as number) > (odds[first] as number)) first = at;
  let last = first;
  const words = () => (clauses[last] as Clause).to - (clauses[first] as Clause).from;
  const fits = (at: number) => (odds[at] ?? NONE) > SHOWN && words() < LONGEST / 2;
  while (fits(first - 1)) first -= 1;
  while (fits(last + 1)) last += 1;
  if (outcome === 'broken' && claims(text.reading, own, first, last))
    last = afterClaim(text.reading, first, last);
  if (words() < FEW_WORDS) return sentenceAround(text, first);
  const start = startOf(text.reading, clauses[first] as Clause);
  const leadsOn = clauses[last + 1]?.sentence === (clauses[last] as Clause).sentence;
  return {
    start,
    end: leadsOn ? endOf(text.reading, clauses[last] as Clause) : (clauses[last] as Clause).end,
  };
}

/** Without the mark that closes a quotation before it. */
function startOf({ tokens }: Prepared['reading'], { from, to, start }: Clause): number {
  const isMark = (at: number) => at < to - 1 && tokens.types[at] === MARK;
  const closes =
    QUOTES.has(tokens.words[from] as string) && (follows(tokens, from) || isApart(tokens, from));
  if (!closes) return start;
  let at = from + 1;
  while (isMark(at) && !QUOTES.has(tokens.words[at] as string)) at += 1;
  return tokens.starts[at] as number;
}

/** Without the word that leads on to the next clause, and a comma before it. */
function endOf({ tokens }: Prepared['reading'], { from, to, end }: Clause): number {
  if (to - from < 4 || !CONNECTIVES.has(tokens.words[to - 1] as string)) return end;
  const at = tokens.types[to - 2] === MARK ? to - 3 : to - 2;
  return tokens.ends[at] as number;
}

const follows = ({ starts, ends, words }: Prepared['reading']['tokens'], at: number) =>
  at > 0 && words[at - 1] !== '\n' && ends[at - 1] === starts[at];

const isApart = ({ starts, ends }: Prepared['reading']['tokens'], at: number) =>
  (starts[at + 1] ?? 0) > (ends[at] as number);

/**
 * Whether these clauses only repeat what the brand says of itself, "they promise …" or its words in quotation marks, with
 * nothing that says it is not so.
 */
function claims(
  { moods, clauses, tokens }: Prepared['reading'],
  { all }: PromiseView,
  first: number,
  last: number,
): boolean {
  for (let at = first; at <= last; at += 1) {
    const isQuoted = QUOTES.has(tokens.words[(clauses[at] as Clause).from] as string);
    if (!isQuoted && (moods.claim[at] as number) < 0) return false;
    const { signed, numbers } = all[at] as PromiseView['all'][number];
    if (numbers.some(({ result }) => result < 0) || signed.some(({ polarity }) => polarity < 0))
      return false;
  }
  return true;
}

/** Where what came of a claim ends: with the rest of its sentence, or with the next one where it is the rest. */
function afterClaim({ clauses }: Prepared['reading'], first: number, last: number): number {
  const { sentence } = clauses[last + 1] ?? (clauses[last] as Clause);
  const words = (at: number) => (clauses[at] as Clause).to - (clauses[first] as Clause).from;
  let at = last;
  while (clauses[at + 1]?.sentence === sentence && (at === last || words(at + 1) <= LONGEST))
    at += 1;
  return at;
}

/** The sentence of a clause; the clause itself where that is long. */
function sentenceAround({ reading }: Prepared, at: number): Span {
  const clause = reading.clauses[at] as Clause;
  const inSentence = reading.clauses.filter(({ sentence }) => sentence === clause.sentence);
  const first = inSentence[0] as Clause;
  const last = inSentence.at(-1) as Clause;
  return last.to - first.from > LONGEST
    ? clause
    : { start: startOf(reading, first), end: last.end };
}

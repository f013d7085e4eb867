import type { Outcome, Verdict } from './classification.ts';
import type { Clause } from './clauses.ts';
import { type CompiledPromise, holdsOn } from './compile.ts';
import { type CueSet, cueForm } from './cues.ts';
import type { Finding, Reading } from './findings.ts';
import type { Quantity } from './quantities.ts';
import { MARK } from './tokens.ts';

/** How positive a text or clause is: log-odds of positive against negative. */
export interface Leanings {
  readonly document: number;
  /** One per clause. */
  readonly clauses: readonly number[];
}

/** Something in the text that speaks for or against a promise. */
interface Hit {
  readonly clause: number;
  /** Below 0 against the promise. */
  readonly weight: number;
  readonly exceeds: boolean;
  readonly decides: boolean;
  readonly reason: string;
}

const WEIGHTS = { numeric: 3, broken: 1.5, kept: 1.3, exceeded: 1.8 } as const;
/** Sum of evidence below which an outcome stays unclear. */
const MARGIN = 0.35;

/** Verdicts on all promises that hold on the day and that the text touches. */
export function judge(
  reading: Reading,
  findings: readonly Finding[],
  leanings: Leanings,
  promises: readonly CompiledPromise[],
  cues: CueSet,
  day: string,
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const promise of promises) {
    if (!holdsOn(promise, day)) continue;
    const hits = hitsOf(reading, findings, promise, cues);
    if (hits.length > 0) verdicts.push(conclude(reading, hits, leanings, promise));
  }
  return verdicts;
}

function hitsOf(
  reading: Reading,
  findings: readonly Finding[],
  promise: CompiledPromise,
  cues: CueSet,
): Hit[] {
  const hits: Hit[] = [];
  for (const finding of findings) {
    if (!promise.topics.has(finding.match.cue.topic)) continue;
    hits.push(cueHit(reading, finding, promise, cues));
  }
  for (const clause of keywordClauses(reading, promise.keywords)) {
    hits.push({ clause, weight: 0, exceeds: false, decides: true, reason: 'keyword' });
  }
  if (promise.topics.size === 0) hits.push(...stemHits(reading, promise));
  hits.push(...numericHits(reading, findings, promise, cues, hits));
  return withoutAntiKeywords(reading, promise, hits);
}

function cueHit(reading: Reading, finding: Finding, promise: CompiledPromise, cues: CueSet): Hit {
  const { match, clause, turned } = finding;
  const polarity = tooLong(reading, finding, promise, cues) ? -1 : finding.polarity;
  const weight =
    polarity === 0
      ? 0
      : polarity < 0
        ? -WEIGHTS.broken
        : polarity === 2
          ? WEIGHTS.exceeded
          : WEIGHTS.kept;
  const why = turned === null ? '' : ` (${turned})`;
  return {
    clause,
    weight,
    exceeds: polarity === 2,
    decides: turned === null || turned === 'negated',
    reason: `${match.cue.id}${why}`,
  };
}

/** "answered in 3 weeks" is no praise, though "answered in" is. */
function tooLong(
  reading: Reading,
  finding: Finding,
  promise: CompiledPromise,
  cues: CueSet,
): boolean {
  if (finding.polarity !== 1) return false;
  const patience = promise.limit ?? cues.topics.get(finding.match.cue.topic)?.patience;
  if (patience == null) return false;
  return reading.quantities.some(
    (quantity) =>
      quantity.type === 'duration' &&
      quantity.from >= finding.match.from &&
      quantity.from <= finding.match.to &&
      quantity.amount > patience,
  );
}

/** A duration beside these words is no waiting time. */
const AFTER_NO_WAIT = new Set([
  'ago',
  'old',
  'stay',
  'contract',
  'warranty',
  'trial',
  'away',
  'earlier',
  'early',
]);
const BEFORE_NO_WAIT = new Set(['every', 'last', 'past', 'next', 'per', 'open', 'first', 'each']);

function isWait(reading: Reading, quantity: Quantity, promise: CompiledPromise): boolean {
  if (quantity.type !== 'duration' || promise.limit === null) return false;
  const { words } = reading.tokens;
  if (AFTER_NO_WAIT.has(words[quantity.to] ?? '')) return false;
  if (BEFORE_NO_WAIT.has(words[quantity.from - 1] ?? '')) return false;
  // Being a customer for years is no wait for a reply.
  return quantity.amount < Math.max(promise.limit * 5000, 86_400 * 100);
}

function isClaimed(reading: Reading, quantity: Quantity, findings: readonly Finding[]): boolean {
  const clause = reading.clauseOf[quantity.from] as number;
  return findings.some(
    (finding) =>
      finding.clause === clause &&
      finding.match.from <= quantity.from &&
      finding.match.cue.topic === 'signal-rule-advert',
  );
}

/** Compares the waiting times of a text with the limit of a promise. */
function numericHits(
  reading: Reading,
  findings: readonly Finding[],
  promise: CompiledPromise,
  cues: CueSet,
  hits: readonly Hit[],
): Hit[] {
  if (promise.limit === null) return [];
  const timed = [...promise.topics].some((topic) => cues.topics.get(topic)?.patience != null);
  if (!timed && hits.length === 0) return [];
  const near = clausesNear(reading, findings, hits);
  const found: Hit[] = [];
  for (const quantity of reading.quantities) {
    const clause = reading.clauseOf[quantity.from] as number;
    if (clause < 0 || !near.has(clause) || !isWait(reading, quantity, promise)) continue;
    if (isClaimed(reading, quantity, findings) || isAsked(findings, clause)) continue;
    found.push(compare(reading, quantity, clause, promise.limit));
  }
  return found;
}

function isAsked(findings: readonly Finding[], clause: number): boolean {
  return findings.some(
    (finding) =>
      finding.clause === clause && (finding.turned === 'asked' || finding.turned === 'supposed'),
  );
}

/** Clauses with a hit of the promise. */
function clausesNear(
  reading: Reading,
  findings: readonly Finding[],
  hits: readonly Hit[],
): Set<number> {
  const near = new Set(hits.map((hit) => hit.clause));
  if (hits.length === 0) return near;
  const sentences = new Set(hits.map((hit) => (reading.clauses[hit.clause] as Clause).sentence));
  for (const finding of findings) {
    if (finding.match.cue.topic !== 'wait') continue;
    const sentence = (reading.clauses[finding.clause] as Clause).sentence;
    if (sentences.has(sentence)) near.add(finding.clause);
  }
  return near;
}

const LATE = new Set(['late', 'later', 'overdue', 'behind', 'delay', 'delayed']);

function compare(reading: Reading, quantity: Quantity, clause: number, limit: number): Hit {
  const text = reading.tokens.text.slice(
    reading.tokens.starts[quantity.from],
    reading.tokens.ends[quantity.to - 1],
  );
  const isLate = LATE.has(reading.tokens.words[quantity.to] ?? '');
  const isOver = isLate || quantity.amount > limit;
  return {
    clause,
    weight: isOver ? -WEIGHTS.numeric : WEIGHTS.numeric,
    exceeds: false,
    decides: true,
    reason: `numeric: "${text.slice(0, 40)}" against ${limit} s`,
  };
}

function formsOf(reading: Reading): string[] {
  return reading.tokens.words.map(cueForm);
}

function startsOf(forms: readonly string[], phrase: readonly string[]): number[] {
  const starts: number[] = [];
  for (let at = 0; at + phrase.length <= forms.length; at += 1) {
    if (phrase.every((word, index) => forms[at + index] === word)) starts.push(at);
  }
  return starts;
}

function keywordClauses(reading: Reading, keywords: readonly (readonly string[])[]): number[] {
  if (keywords.length === 0) return [];
  const forms = formsOf(reading);
  return keywords
    .filter((keyword) => keyword.length > 0)
    .flatMap((keyword) => startsOf(forms, keyword))
    .map((at) => reading.clauseOf[at] as number)
    .filter((clause) => clause >= 0);
}

function withoutAntiKeywords(
  reading: Reading,
  promise: CompiledPromise,
  hits: readonly Hit[],
): Hit[] {
  const excluded = new Set(keywordClauses(reading, promise.antiKeywords));
  return excluded.size === 0 ? [...hits] : hits.filter((hit) => !excluded.has(hit.clause));
}

/** Clauses that repeat words of a promise without a topic: two of them, or the only one. */
function stemHits(reading: Reading, promise: CompiledPromise): Hit[] {
  const counts = new Map<number, Set<string>>();
  for (const [at, form] of formsOf(reading).entries()) {
    if (reading.tokens.types[at] === MARK) continue;
    const stem = promise.stems.find((candidate) => form.startsWith(candidate));
    const clause = reading.clauseOf[at] as number;
    if (stem === undefined || clause < 0) continue;
    const found = counts.get(clause) ?? new Set();
    counts.set(clause, found.add(stem));
  }
  const needed = Math.min(2, promise.stems.length);
  return [...counts]
    .filter(([, stems]) => stems.size >= needed)
    .map(([clause, stems]) => ({
      clause,
      weight: 0,
      exceeds: false,
      decides: true,
      reason: `words of the promise: ${[...stems].join(', ')}`,
    }));
}

interface Sum {
  readonly score: number;
  readonly strongest: Hit;
  readonly deciding: readonly Hit[];
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

function addUp(hits: readonly Hit[], leanings: Leanings): Sum {
  const deciding = hits.filter((hit) => hit.decides);
  const signed = deciding.filter((hit) => hit.weight !== 0);
  const clauses = new Set((signed.length > 0 ? signed : deciding).map((hit) => hit.clause));
  const mean = [...clauses].reduce((sum, at) => sum + (leanings.clauses[at] ?? 0), 0);
  const mood =
    clauses.size === 0
      ? 0
      : 0.5 * clamp(mean / clauses.size, 1.5) + 0.35 * clamp(leanings.document, 1.5);
  const evidence = signed.reduce((sum, hit) => sum + hit.weight, 0);
  const score = clamp(evidence, 4) + mood;
  const agreeing = signed.filter((hit) => hit.weight * score > 0);
  const pool = agreeing.length > 0 ? agreeing : signed.length > 0 ? signed : deciding;
  const strongest = strongestOf(pool.length > 0 ? pool : hits);
  return { score, strongest, deciding };
}

function strongestOf(hits: readonly Hit[]): Hit {
  return hits.reduce((best, hit) => (Math.abs(hit.weight) > Math.abs(best.weight) ? hit : best));
}

function outcomeOf({ score, deciding }: Sum): Outcome {
  if (deciding.length === 0) return 'unclear';
  if (score < -MARGIN) return 'broken';
  if (score <= MARGIN) return 'unclear';
  return deciding.some((hit) => hit.exceeds) ? 'exceeded' : 'kept';
}

function conclude(
  reading: Reading,
  hits: readonly Hit[],
  leanings: Leanings,
  promise: CompiledPromise,
): Verdict {
  const sum = addUp(hits, leanings);
  const outcome = outcomeOf(sum);
  const clause = reading.clauses[sum.strongest.clause] as Clause;
  const confidence = outcome === 'unclear' ? 0.5 : 1 / (1 + Math.exp(-Math.abs(sum.score)));
  const sorted = [...hits].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    promise: promise.id,
    promiseVersion: promise.version,
    outcome,
    confidence: Math.round(confidence * 1000) / 1000,
    quote: reading.tokens.text.slice(clause.start, clause.end),
    start: clause.start,
    end: clause.end,
    reasons: [...new Set(sorted.map((hit) => hit.reason))].slice(0, 6),
  };
}

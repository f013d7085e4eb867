import type { Outcome } from './classification.ts';
import type { Classifier } from './classifier.ts';
import type { CompiledPromise, PromiseFinding } from './compile.ts';
import { holdsOn } from './compile.ts';
import type { CueSet } from './cues.ts';
import { candidateSentences } from './example-sentences.ts';
import type { CompiledRegister } from './promises.ts';

/** A sentence that the promise is judged by, and how. */
export interface ExampleVerdict {
  readonly text: string;
  readonly outcome: Outcome;
  readonly confidence: number;
  readonly quote: string;
  readonly reasons: readonly string[];
  /** Further promises that the same sentence is judged by. */
  readonly also: readonly string[];
}

export interface ExaminedPromise {
  /** As mentions are judged by it; undefined where it cannot be judged. */
  readonly compiled: CompiledPromise | undefined;
  readonly id: string;
  readonly version: number;
  readonly text: string;
  /** At most ten, outcomes mixed. */
  readonly examples: readonly ExampleVerdict[];
}

export interface ExaminedRegister {
  readonly promises: readonly ExaminedPromise[];
  readonly findings: readonly PromiseFinding[];
}

const EXAMPLES = 10;
/** Sentences of which two promises must share nearly all to claim the same mentions. */
const FEWEST_SHARED = 4;
const SHARED = 0.8;

/**
 * What each promise of a register is judged by, shown on sentences that really go through the classifier, with
 * all that is wrong: unjudgeable promises, contradictions, and promises that claim the same mentions.
 */
export function examineRegister(
  register: CompiledRegister,
  classifier: Classifier,
  cues: CueSet,
): ExaminedRegister {
  const judged = judgedPromises(register, classifier, cues);
  return {
    promises: register.promises.map(({ id, text, version = 1 }) => {
      const own = judged.find(
        ({ promise }) => promise.id === id && promise.version === version && promise.text === text,
      );
      const examples = own?.sentences.flatMap((_, at) => own.verdict(at) ?? []) ?? [];
      return { id, version, text, compiled: own?.promise, examples: mixed(examples) };
    }),
    findings: findingsOf(register, classifier, judged),
  };
}

/** The findings of `examineRegister` alone: of the example sentences only those are judged that decide one. */
export function registerFindings(
  register: CompiledRegister,
  classifier: Classifier,
  cues: CueSet,
): readonly PromiseFinding[] {
  return findingsOf(register, classifier, judgedPromises(register, classifier, cues));
}

function findingsOf(
  register: CompiledRegister,
  classifier: Classifier,
  judged: readonly Judged[],
): PromiseFinding[] {
  const { findings } = classifier.inspect(register);
  const conflicting = new Set(
    findings.filter(({ kind }) => kind === 'conflict').map(({ promise }) => promise),
  );
  return [...findings, ...sameMentions(judged, conflicting)];
}

/** Each judgeable promise with its example sentences, which are judged when they are asked for. */
function judgedPromises(
  register: CompiledRegister,
  classifier: Classifier,
  cues: CueSet,
): Judged[] {
  return classifier.inspect(register).promises.map((promise) => {
    const sentences = candidateSentences(promise, cues);
    const known = new Map<number, ExampleVerdict | null>();
    const verdict = (at: number) => {
      const before = known.get(at);
      if (before !== undefined) return before;
      const found = judgedBy(promise, sentences[at] ?? '', register, classifier) ?? null;
      known.set(at, found);
      return found;
    };
    return { promise, sentences, verdict };
  });
}

/** A day on which the promise holds. */
export function dayOf({ from, until }: CompiledPromise): string {
  return from ?? until ?? '2026-01-01';
}

function judgedBy(
  promise: CompiledPromise,
  text: string,
  register: CompiledRegister,
  classifier: Classifier,
): ExampleVerdict | undefined {
  const { verdicts } = classifier.classify(
    { title: null, text, rating: null, kind: 'review', lang: 'en', day: dayOf(promise) },
    register,
  );
  const own = verdicts.find((verdict) => verdict.promise === promise.id);
  if (own === undefined) return undefined;
  const { outcome, confidence, quote, reasons } = own;
  const also = verdicts.filter((verdict) => verdict !== own).map((verdict) => verdict.promise);
  return { text, outcome, confidence, quote, reasons, also };
}

/** Of each outcome the first, then the second …, so that ten of many show all outcomes. */
function mixed(all: readonly ExampleVerdict[]): ExampleVerdict[] {
  const seen = new Map<Outcome, number>();
  const ranked = all.map((example, index) => {
    const rank = seen.get(example.outcome) ?? 0;
    seen.set(example.outcome, rank + 1);
    return { example, rank, index };
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, EXAMPLES)
    .map(({ example }) => example);
}

interface Judged {
  readonly promise: CompiledPromise;
  readonly sentences: readonly string[];
  /** How the sentence at this place is judged; null where it does not touch the promise. */
  readonly verdict: (at: number) => ExampleVerdict | null;
}

/** Pairs of which each is judged by nearly every sentence of the other. */
function sameMentions(judged: readonly Judged[], known: ReadonlySet<string>): PromiseFinding[] {
  return judged.flatMap((one, index) =>
    judged.slice(0, index).flatMap((other): PromiseFinding[] => {
      if (known.has(one.promise.id) || one.promise.id === other.promise.id) return [];
      if (!holdsOn(other.promise, dayOf(one.promise))) return [];
      const share = sharedWith(one, other);
      if (share < SHARED) return [];
      const shared = Math.min(share, sharedWith(other, one));
      if (shared < SHARED) return [];
      return [
        {
          promise: one.promise.id,
          kind: 'conflict',
          problem: `"${one.promise.text}" and "${other.promise.text}" (${other.promise.id}) claim the same mentions: ${Math.round(100 * shared)} % of their example sentences are judged by both, so each is counted twice.`,
          suggestion:
            'Keep one of them, or say in each what only it is about: another channel, another step, or its own keywords and antiKeywords.',
        },
      ];
    }),
  );
}

/** Share of a promise's sentences that another is judged by, too; 0 as soon as it cannot be `SHARED` any more. */
function sharedWith(one: Judged, other: Judged): number {
  const { length } = one.sentences;
  let own = 0;
  let both = 0;
  for (let at = 0; at < length; at++) {
    const verdict = one.verdict(at);
    if (verdict === null) continue;
    own++;
    if (verdict.also.includes(other.promise.id)) both++;
    // At best all that are left are shared.
    const left = length - at - 1;
    if (both + left < SHARED * (own + left)) return 0;
  }
  return own < FEWEST_SHARED ? 0 : both / own;
}

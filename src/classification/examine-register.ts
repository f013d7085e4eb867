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
  const { promises: compiled, findings } = classifier.inspect(register);
  const judged = compiled.map((promise) => ({
    promise,
    all: candidateSentences(promise, cues).flatMap(
      (text) => judgedBy(promise, text, register, classifier) ?? [],
    ),
  }));
  const conflicting = new Set(
    findings.filter(({ kind }) => kind === 'conflict').map(({ promise }) => promise),
  );
  return {
    promises: register.promises.map(({ id, text, version = 1 }) => {
      const own = judged.find(
        ({ promise }) => promise.id === id && promise.version === version && promise.text === text,
      );
      return { id, version, text, compiled: own?.promise, examples: mixed(own?.all ?? []) };
    }),
    findings: [...findings, ...sameMentions(judged, conflicting)],
  };
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
  readonly all: readonly ExampleVerdict[];
}

/** Pairs of which each is judged by nearly every sentence of the other. */
function sameMentions(judged: readonly Judged[], known: ReadonlySet<string>): PromiseFinding[] {
  return judged.flatMap((one, index) =>
    judged.slice(0, index).flatMap((other): PromiseFinding[] => {
      if (known.has(one.promise.id) || one.promise.id === other.promise.id) return [];
      if (!holdsOn(other.promise, dayOf(one.promise))) return [];
      const shares = [sharedWith(one, other), sharedWith(other, one)];
      if (shares.some((share) => share < SHARED)) return [];
      return [
        {
          promise: one.promise.id,
          kind: 'conflict',
          problem: `"${one.promise.text}" and "${other.promise.text}" (${other.promise.id}) claim the same mentions: ${Math.round(100 * Math.min(...shares))} % of their example sentences are judged by both, so each is counted twice.`,
          suggestion:
            'Keep one of them, or say in each what only it is about: another channel, another step, or its own keywords and antiKeywords.',
        },
      ];
    }),
  );
}

function sharedWith(one: Judged, other: Judged): number {
  if (one.all.length < FEWEST_SHARED) return 0;
  const both = one.all.filter(({ also }) => also.includes(other.promise.id));
  return both.length / one.all.length;
}

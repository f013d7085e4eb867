import type { Dimension } from '../brands/brand.ts';
import type { CompiledPromise, PromiseFinding } from './compile.ts';
import { stemOf as conceptStem } from './concepts.ts';
import type { CueSet } from './cues.ts';
import { differingLimits } from './promise-limits.ts';
import type { PromiseText } from './promises.ts';
import { findQuantities } from './quantities.ts';
import { tokenize } from './tokens.ts';

const VAGUE =
  /\b(?:world[- ]class|excellen\w*|best[- ]in[- ]class|passion\w*|leading|first[- ]class|premier|exceptional|outstanding|second to none|unrivalled|unparalleled|delight\w*|amazing|customers? first|satisfaction|award[- ]winning|number one|we care|great service|quality service|customer[- ]centric)\b/i;

const EXAMPLES: Readonly<Record<Dimension, string>> = {
  responsiveness: 'We answer within 60 seconds',
  resolution: 'Solved at the first contact',
  empathy: 'Kind people who know the product',
  ease: 'Cancel online in two clicks',
  personalisation: 'A named person looks after you',
  consistency: 'The same answer in the shop, on the phone and online',
  quality: 'Delivered the next day, undamaged',
  price: 'No hidden fees',
  digital: 'Everything in the app, without crashes',
  trust: 'Your data is never sold',
  advocacy: 'Customers recommend us',
  churn: 'Customers stay with us',
  'employee-voice': 'A good place to work',
};

/** Says of a promise that nothing can judge what to write instead. */
export function judgeability(promise: CompiledPromise): PromiseFinding | undefined {
  const isVague = VAGUE.test(promise.text);
  const hasOwn = promise.keywords.length > 0;
  if (promise.topics.size > 0 && !(isVague && onlyPraise(promise))) return undefined;
  if (hasOwn) return undefined;
  if (!isVague && promise.stems.length > 0) return undefined;
  const example = EXAMPLES[promise.dimensions[0] ?? 'responsiveness'];
  return {
    promise: promise.id,
    kind: 'unjudgeable',
    problem: `"${promise.text}" names nothing that a customer could see kept or broken.`,
    suggestion: `Write what a customer would notice, for example "${example}", or add keywords.`,
  };
}

/** Only words of praise and fillers: "excellent service". */
function onlyPraise(promise: CompiledPromise): boolean {
  return promise.limit === null && promise.stems.filter((stem) => !VAGUE.test(stem)).length <= 1;
}

/** Promises of one brand that contradict each other. */
export function conflicts(promises: readonly CompiledPromise[], cues: CueSet): PromiseFinding[] {
  const findings: PromiseFinding[] = [];
  const ofTime = timeConcepts(cues);
  for (const [index, promise] of promises.entries()) {
    for (const other of promises.slice(0, index)) {
      if (!contradicts(promise, other, ofTime)) continue;
      findings.push({
        promise: promise.id,
        kind: 'conflict',
        problem: `"${promise.text}" and "${other.text}" (${other.id}) set two limits for one thing.`,
        suggestion: `Keep one of them, or say in each what it is about (phone, e-mail, delivery).`,
      });
    }
  }
  return findings;
}

/** A promise is compared with one time: of several only the shortest counts. */
export function severalLimits({ id, text }: PromiseText): PromiseFinding[] {
  const tokens = tokenize(text, new Set());
  const limits = differingLimits(text, tokens, findQuantities(tokens));
  const said = limits.map(({ from, to }) =>
    tokens.text.slice(tokens.starts[from], tokens.ends[to - 1]),
  );
  if (said.length === 0) return [];
  return [
    {
      promise: id,
      kind: 'conflict',
      problem: `"${text}" sets ${said.length} limits (${said.join(', ')}), and every time would be compared with the shortest.`,
      suggestion: 'Write one promise for each.',
    },
  ];
}

/** Concepts that every promise with a time has. */
function timeConcepts({ concepts }: CueSet): ReadonlySet<number> {
  const words = ['second', 'minute', 'hour', 'day', 'week', 'month', 'time', 'work'];
  return new Set(words.flatMap((word) => concepts.byStem.get(conceptStem(word)) ?? []));
}

function contradicts(
  one: CompiledPromise,
  other: CompiledPromise,
  ofTime: ReadonlySet<number>,
): boolean {
  if (one.limit === null || other.limit === null || one.limit === other.limit) return false;
  if (one.topics.size !== other.topics.size || !overlaps(one, other)) return false;
  const isShared = (concept: number) => other.concepts.includes(concept) && !ofTime.has(concept);
  return one.concepts.some(isShared) && [...one.topics].every((topic) => other.topics.has(topic));
}

/** Whether there is a day on which both hold. */
function overlaps(one: CompiledPromise, other: CompiledPromise): boolean {
  const startsAfter = (a: CompiledPromise, b: CompiledPromise) =>
    a.from !== null && b.until !== null && a.from > b.until;
  return !startsAfter(one, other) && !startsAfter(other, one);
}

import { createHash } from 'node:crypto';
import type { Brand, BrandPromise, OwnWords } from '../brands/brand.ts';

/** What a promise needs at least; the other fields may be left out. */
export type PromiseText = Pick<BrandPromise, 'id' | 'text'> & Partial<BrandPromise>;

/** The promises of one brand, ready to be judged by. */
export interface CompiledRegister {
  /** The brand lists no promises: the wide ones of the default register serve. */
  readonly isDefault: boolean;
  readonly promises: readonly PromiseText[];
  /** The brand's own words by dimension. */
  readonly words: OwnWords;
  /** Changes when any promise changes in a way that can change a verdict. */
  readonly hash: string;
}

/** Judges a brand that lists no promises. */
export const DEFAULT_REGISTER: readonly PromiseText[] = [
  { id: 'reachable', text: 'Reachable quickly' },
  { id: 'solved-first-contact', text: 'Solved at the first contact' },
  { id: 'kind-knowledgeable', text: 'Knowledgeable and kind people' },
  { id: 'easy', text: 'Easy to do business with' },
  { id: 'treated-as-person', text: 'Treated as a person' },
  { id: 'same-every-channel', text: 'The same on every channel' },
  { id: 'does-what-it-says', text: 'Says what it does, no deception' },
];

/**
 * The register of a brand; the default register where it lists no promises.
 *
 * Problems are no errors: `Classifier.inspect` names them, and an unjudgeable promise gets no verdict.
 */
export function compileRegister(
  promises: readonly PromiseText[],
  words: OwnWords = {},
): CompiledRegister {
  const listed = (promises.length > 0 ? promises : DEFAULT_REGISTER).flatMap(withEarlier);
  const decisive = listed.map((promise) => [
    promise.id,
    promise.text,
    promise.version ?? 1,
    promise.from ?? null,
    promise.until ?? null,
    promise.dimensions ?? [],
    promise.keywords ?? [],
    promise.antiKeywords ?? [],
  ]);
  const all = Object.keys(words).length === 0 ? decisive : [...decisive, words];
  return {
    promises: listed,
    isDefault: promises.length === 0,
    words,
    hash: createHash('sha256').update(JSON.stringify(all)).digest('hex'),
  };
}

/**
 * A classifier version: code and assets, then the register.
 *
 * @param base see `Classifier.base`
 */
export function versionOf(base: string, { hash }: CompiledRegister): string {
  return `${base}-${hash.slice(0, 12)}`;
}

/** The register that a brand's mentions are judged by. */
export function registerOf({ promises, words }: Pick<Brand, 'promises' | 'words'>) {
  return compileRegister(promises, words);
}

/** A promise and what it said before, each for its own days. */
function withEarlier(promise: PromiseText): PromiseText[] {
  const { earlier = [], ...current } = promise;
  return [...earlier.map((words) => ({ id: promise.id, ...words })), current];
}

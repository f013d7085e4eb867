import { DIMENSIONS } from '../brands/brand.ts';
import type { CompiledPromise } from './compile.ts';
import type { ConceptSet } from './concepts.ts';
import { hashOf } from './hash.ts';

/** What every clause of every text asks of one promise, worked out once. */
export interface PromiseTables {
  /** Hashes of its topics and dimensions. */
  readonly topics: readonly number[];
  /** Its dimensions as indexes into `DIMENSIONS`. */
  readonly dimensions: readonly number[];
  /** 1 for each of `DIMENSIONS` that it has. */
  readonly hasDimension: Uint8Array;
  /** 1 for each concept that it has. */
  readonly hasConcept: Uint8Array;
  /** See `pairsOf`, by concept. */
  readonly pairs: (Int32Array | undefined)[];
}

const tablesByPromise = new WeakMap<CompiledPromise, PromiseTables>();

export function tablesOf(promise: CompiledPromise, conceptSet: ConceptSet): PromiseTables {
  const known = tablesByPromise.get(promise);
  if (known !== undefined) return known;
  const made = makeTables(promise, conceptSet);
  tablesByPromise.set(promise, made);
  return made;
}

function makeTables(promise: CompiledPromise, conceptSet: ConceptSet): PromiseTables {
  const dimensions = [...new Set(promise.dimensions.map((one) => DIMENSIONS.indexOf(one)))];
  const hasDimension = new Uint8Array(DIMENSIONS.length);
  for (const dimension of dimensions) hasDimension[dimension] = 1;
  const hasConcept = new Uint8Array(conceptSet.hashes.length);
  for (const concept of promise.concepts) hasConcept[concept] = 1;
  const topics = [...promise.topics, ...promise.dimensions].map((topic) => hashOf(topic));
  return { topics, dimensions, hasDimension, hasConcept, pairs: [] };
}

const SHARED = hashOf('<shared>');

/** Hashes of one concept beside what the promise is about, and as shared if the promise has it, too. */
export function pairsOf(
  { concepts }: CompiledPromise,
  { hasConcept, topics, pairs }: PromiseTables,
  { hashes }: ConceptSet,
  concept: number,
): Int32Array {
  const known = pairs[concept];
  if (known !== undefined) return known;
  const hash = hashes[concept] as number;
  const made = Int32Array.from([
    ...(hasConcept[concept] === 1 ? [hash ^ SHARED] : []),
    ...concepts.map((other) => Math.imul(hash, 31) ^ (hashes[other] as number)),
    ...topics.map((topic) => Math.imul(hash, 31) ^ topic),
  ]);
  pairs[concept] = made;
  return made;
}

import type { Classifier } from '../classification/classifier.ts';
import type { PromiseFinding } from '../classification/compile.ts';
import type { CueSet } from '../classification/cues.ts';
import { registerFindings } from '../classification/examine-register.ts';
import { registerOf } from '../classification/promises.ts';
import type { Config } from './config.ts';
import { type ConfigMistake, placesIn } from './read.ts';

/** What the promise compiler finds in a file whose settings are all valid. */
export interface PromiseProblems {
  /** Promises that no mention can be judged by: refused. */
  readonly mistakes: readonly ConfigMistake[];
  /** Promises that contradict each other or claim the same mentions: named, not refused. */
  readonly conflicts: readonly ConfigMistake[];
}

/**
 * Compiles the promises of every brand.
 *
 * @param text of the file that the configuration was read from: says where each promise stands
 */
export function promiseProblems(
  text: string,
  { brands }: Pick<Config, 'brands'>,
  classifier: Classifier,
  cues: CueSet,
): PromiseProblems {
  const found = brands.flatMap((brand, b) =>
    brand.promises.length === 0
      ? []
      : registerFindings(registerOf(brand), classifier, cues).map((finding) => {
          const index = brand.promises.findIndex(({ id }) => id === finding.promise);
          return { finding, path: ['brands', b, 'promises', index, 'text'] };
        }),
  );
  if (found.length === 0) return { mistakes: [], conflicts: [] };
  const placeOf = placesIn(text);
  const of = (wanted: PromiseFinding['kind']): ConfigMistake[] =>
    found
      .filter(({ finding }) => finding.kind === wanted)
      .map(({ finding: { problem, suggestion }, path }) => ({
        ...placeOf(path),
        path: path.join('.'),
        message: `${problem} ${suggestion}`,
      }));
  return { mistakes: of('unjudgeable'), conflicts: of('conflict') };
}

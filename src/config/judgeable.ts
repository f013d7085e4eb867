import type { Classifier } from '../classification/classifier.ts';
import type { CueSet } from '../classification/cues.ts';
import { examineRegister } from '../classification/examine-register.ts';
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
  const placeOf = placesIn(text);
  const found = brands.flatMap((brand, b) => {
    if (brand.promises.length === 0) return [];
    return examineRegister(registerOf(brand), classifier, cues).findings.map((finding) => {
      const index = brand.promises.findIndex(({ id }) => id === finding.promise);
      const path = ['brands', b, 'promises', index, 'text'];
      const message = `${finding.problem} ${finding.suggestion}`;
      return { kind: finding.kind, mistake: { ...placeOf(path), path: path.join('.'), message } };
    });
  });
  const of = (wanted: string) =>
    found.filter(({ kind }) => kind === wanted).map(({ mistake }) => mistake);
  return { mistakes: of('unjudgeable'), conflicts: of('conflict') };
}

import type { Settings } from '../config/config.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Checkpoints } from '../ports.ts';
import type { Classification } from './classification.ts';
import type { Classifier } from './classifier.ts';
import { type CompiledRegister, compileRegister, registerOf } from './promises.ts';
import type { ClassifierInput } from './read-text.ts';

/** What the classifier reads of a mention. */
export function inputOf(mention: Mention): ClassifierInput {
  const { title, text, rating, kind, lang, bucketDay } = mention;
  return { title, text, rating, kind, lang, day: bucketDay };
}

/** Checkpoint with the base of the version that the deployed functions judge with. */
export const CLASSIFIER_BASE = 'classifier-base';

/**
 * One judge per brand: its promises compiled once per configuration.
 *
 * It also notes the classifier version of a brand that has none, and what the functions judge with. A brand that
 * has one keeps it until its stored mentions are judged by the new version, too (`promisewatch reclassify`): the
 * daily check reads the rollups of one version and never compares two with each other.
 */
export function brandJudges(classifier: Classifier, checkpoints: Checkpoints) {
  const noted = new Set<string>();
  let compiled: { version: number; registers: Map<string, CompiledRegister> } | undefined;
  // A brand that was removed while its mentions were in flight is judged by the default promises.
  const anyBrand = compileRegister([]);

  return {
    /** @returns a function that classifies any mention and, whatever happens, returns a classification */
    async of(current: {
      readonly version: number;
      readonly settings: Settings;
    }): Promise<(mention: Mention) => Classification> {
      if (compiled?.version !== current.version) {
        const registers = new Map(
          current.settings.brands.map((brand) => [brand.id, registerOf(brand)]),
        );
        compiled = { version: current.version, registers };
      }
      const { registers } = compiled;
      if (noted.size === 0) await checkpoints.set(CLASSIFIER_BASE, classifier.base);
      for (const [brand, register] of registers) {
        if (noted.has(brand)) continue;
        if ((await checkpoints.get(`classifier#${brand}`)) === undefined)
          await checkpoints.set(`classifier#${brand}`, classifier.version(register));
        noted.add(brand);
      }
      return (mention) =>
        classifier.classify(inputOf(mention), registers.get(mention.brand) ?? anyBrand);
    },
  };
}

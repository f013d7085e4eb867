import type { Settings } from '../config/config.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Checkpoints } from '../ports.ts';
import type { Classification } from './classification.ts';
import type { Classifier } from './classifier.ts';
import { type CompiledRegister, compileRegister, registerOf } from './promises.ts';

/**
 * One judge per brand: its promises compiled once per configuration.
 *
 * It also notes each brand's classifier version, so that the daily check reads the rollups of that
 * version and never compares two versions with each other.
 */
export function brandJudges(classifier: Classifier, checkpoints: Checkpoints) {
  const noted = new Map<string, string>();
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
      for (const [brand, register] of registers) {
        const cv = classifier.version(register);
        if (noted.get(brand) === cv) continue;
        await checkpoints.set(`classifier#${brand}`, cv);
        noted.set(brand, cv);
      }
      return ({ brand, title, text, rating, kind, lang, bucketDay }) =>
        classifier.classify(
          { title, text, rating, kind, lang, day: bucketDay },
          registers.get(brand) ?? anyBrand,
        );
    },
  };
}

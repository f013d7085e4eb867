import { setImmediate as soon } from 'node:timers/promises';
import type { Settings } from '../../config/config.ts';
import type { Classification } from '../classification.ts';
import type { Classifier } from '../classifier.ts';
import { registerOf } from '../promises.ts';
import {
  askPaid,
  batched,
  type Judged,
  type PaidDeps,
  type PaidOutcome,
  type PaidPromise,
} from './paid-judge.ts';

/** Asks the paid backend as the configuration in force says; without one there is nothing to ask. */
export function paidAsker(
  classifier: Classifier,
  deps: Pick<PaidDeps, 'converse' | 'budget' | 'store' | 'onAsked'>,
) {
  return (
    { brands, bedrock }: Settings,
    now: () => Date,
  ): ((judged: readonly Judged[]) => Promise<Classification[]>) | undefined => {
    if (bedrock === undefined) return undefined;
    const known = new Map<string, readonly PaidPromise[]>();
    const promisesOf = (id: string) => {
      const brand = brands.find((one) => one.id === id);
      const register = registerOf(brand ?? { promises: [], words: undefined });
      const promises = known.get(id) ?? classifier.inspect(register).promises;
      known.set(id, promises);
      return promises;
    };
    // All messages of an invocation are judged before the first of them is saved.
    return batched(
      (judged) => askPaid(judged, { ...deps, settings: bedrock, promisesOf, now }),
      () => soon(),
    );
  };
}

/** Values of the metric `FellBackPercent`, one a mention, so that its average is the share over any time. */
export function fallbackShares({ answered, fallbacks }: PaidOutcome): number[] {
  return [...Array<number>(answered).fill(0), ...fallbacks.map(() => 100)];
}

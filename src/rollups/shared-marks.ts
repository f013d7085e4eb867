import type { RollupStore } from '../ports.ts';

type Marks = Pick<RollupStore, 'markDirty'>;

/**
 * Marks the days of messages that are judged side by side and acknowledged together, each day once: when the last
 * of them has stored what it stores. A mark that fails fails all messages that asked for one.
 *
 * @param messages how many will take part
 * @returns runs the work on one message, which asks for all its marks at once
 */
export function sharedMarks(
  rollups: Marks,
  messages: number,
): <T>(work: (marks: Marks) => Promise<T>) => Promise<T> {
  const days = new Map<string, Parameters<Marks['markDirty']>>();
  const written = Promise.withResolvers<unknown>();
  let storing = messages;
  return async (work) => {
    let isStoring = true;
    const hasStored = () => {
      if (!isStoring) return;
      isStoring = false;
      storing--;
      if (storing > 0) return;
      written.resolve(Promise.all([...days.values()].map((mark) => rollups.markDirty(...mark))));
    };
    try {
      return await work({
        async markDirty(brand, day, at) {
          days.set(`${brand}#${day}`, [brand, day, at]);
          // Its other marks are asked for before this continues.
          await undefined;
          hasStored();
          await written.promise;
        },
      });
    } finally {
      // One that failed before it came to its marks, or has none, holds up nobody.
      hasStored();
    }
  };
}

import type { SettingsStore } from '../ports.ts';

/** A new configuration is picked up at most this long after `apply`. */
const FRESH_MS = 5 * 60_000;

/** The current settings, read at most once in five minutes. */
export function settingsCache(store: SettingsStore) {
  let cached: { at: number; value: Awaited<ReturnType<SettingsStore['current']>> } | undefined;
  return {
    /** @returns undefined before the first `apply` */
    async current(now: Date) {
      const age = cached === undefined ? Number.POSITIVE_INFINITY : now.getTime() - cached.at;
      if (cached?.value === undefined || age < 0 || age >= FRESH_MS)
        cached = { at: now.getTime(), value: await store.current() };
      return cached.value;
    },
  };
}

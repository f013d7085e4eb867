import type { SettingsStore } from '../ports.ts';
import type { Settings } from './config.ts';

/** A new configuration is picked up at most this long after `apply`. */
const FRESH_MS = 5 * 60_000;

/**
 * The current settings: the pointer is read at most once in five minutes, the version it points to
 * only when it is another one, because versions never change.
 *
 * @param freshMs 0 asks for the pointer every time
 */
export function settingsCache(store: SettingsStore, freshMs = FRESH_MS) {
  let cached: { readonly version: number; readonly settings: Settings } | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    /** @returns undefined before the first `apply` */
    async current(now: Date) {
      const age = now.getTime() - readAt;
      if (cached !== undefined && age >= 0 && age < freshMs) return cached;
      const version = await store.currentVersion();
      if (version !== undefined && version !== cached?.version)
        cached = { version, settings: await store.read(version) };
      readAt = now.getTime();
      return cached;
    },
  };
}

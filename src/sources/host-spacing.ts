import { isPolled } from '../brands/source-settings.ts';
import type { Settings } from '../config/config.ts';
import { gapOf, hostOf } from './connectors/registry.ts';

/** The last poll of a host in one dispatch begins at most this much later, well before its lease ends. */
export const LATEST_START_SECONDS = 600;
/** Nobody has to be polite to oneself. */
const THIS_MACHINE: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

export type HostSpacing = {
  /** Seconds after which the poll of a source may begin; undefined where its host has no room left. */
  readonly startOf: (source: string) => number | undefined;
};

/**
 * Spreads the polls of one dispatch so that no host is asked twice within its gap, in the order in
 * which they are asked for: who is due longest comes first, and what finds no room stays due.
 */
export function hostSpacing({ brands }: Pick<Settings, 'brands'>): HostSpacing {
  const polled = new Map(
    brands.flatMap(({ sources }) => sources.filter(isPolled).map((source) => [source.id, source])),
  );
  const next = new Map<string, number>();
  return {
    startOf(id) {
      const source = polled.get(id);
      if (source === undefined) return 0;
      const host = hostOf(source);
      if (THIS_MACHINE.has(host)) return 0;
      const start = next.get(host) ?? 0;
      if (start > LATEST_START_SECONDS) return undefined;
      next.set(host, start + gapOf(source));
      return start;
    },
  };
}

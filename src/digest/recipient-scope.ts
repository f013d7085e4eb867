import { createHash } from 'node:crypto';
import type { RecipientScope } from '../brands/brand.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import type { Incident, Series } from '../trends/incident.ts';
import { scopeOf } from './scope.ts';

/** What a person has to do with: promises and sources; undefined: everything about the brand. */
export type Interest = RecipientScope | undefined;

/** Eight hex digits that name a scope in keys, whatever the order of its ids; null for everything. */
export function scopeKey(scope: Interest): string | null {
  if (scope === undefined) return null;
  const named = JSON.stringify([scope.promises.toSorted(), scope.sources.toSorted()]);
  return createHash('sha256').update(named).digest('hex').slice(0, 8);
}

/** The different scopes of some people, those who follow everything left out. */
export function scopesOf(
  people: readonly { readonly scope?: RecipientScope | undefined }[],
): RecipientScope[] {
  const byKey = new Map<string, RecipientScope>();
  for (const { scope } of people) {
    const key = scopeKey(scope);
    if (scope !== undefined && key !== null) byKey.set(key, scope);
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
}

/** Whether one of the incident's series is about one of the scope's promises or sources. */
export function incidentInScope(
  { series, alsoFired }: Pick<Incident, 'series' | 'alsoFired'>,
  scope: Interest,
): boolean {
  if (scope === undefined) return true;
  return [series, ...alsoFired].some((one) => seriesInScope(one, scope));
}

function seriesInScope(series: Series, scope: RecipientScope): boolean {
  const { promise, source } = scopeOf(series);
  return (
    (promise !== null && scope.promises.includes(promise)) ||
    (source !== null && scope.sources.includes(source))
  );
}

/** Whether a mention comes from one of the scope's sources or says something about one of its promises. */
export function mentionInScope(
  source: string,
  verdicts: readonly Pick<IndexedMention['verdicts'][number], 'promise'>[],
  scope: Interest,
): boolean {
  if (scope === undefined || scope.sources.includes(source)) return true;
  return verdicts.some(({ promise }) => scope.promises.includes(promise));
}

/** Whether counts by source are the person's: they named none, or this one. */
export function sourceInScope(source: string, scope: Interest): boolean {
  return scope === undefined || scope.sources.length === 0 || scope.sources.includes(source);
}

/** Whether a promise's row is the person's: they named none, or this one. */
export function promiseInScope(promise: string, scope: Interest): boolean {
  return scope === undefined || scope.promises.length === 0 || scope.promises.includes(promise);
}

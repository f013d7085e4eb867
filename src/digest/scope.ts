import type { Brand, Day } from '../brands/brand.ts';
import type { Verdict } from '../classification/classification.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import type { Rollup, SourceCounts } from '../rollups/rollup.ts';
import type { Series } from '../trends/incident.ts';
import { seriesParts } from '../trends/series.ts';
import type { SeriesName } from './digest.ts';

/** What a series is about: at most one promise and at most one source; neither means the brand. */
export interface Scope {
  readonly promise: string | null;
  readonly source: string | null;
}

/** Everything about the brand. */
export const BRAND_SCOPE: Scope = { promise: null, source: null };

export function scopeOf(series: Series): Scope {
  const { promise = null, source = null } = seriesParts(series);
  return { promise, source };
}

/** A series in the brand's words. A promise or source that was removed since keeps its id as name. */
export function nameSeries(series: Series, brand: Brand): SeriesName {
  const { promise, source } = scopeOf(series);
  return {
    series,
    promise: promise === null ? null : { id: promise, text: promiseText(promise, brand) },
    source: source === null ? null : { id: source, name: sourceName(source, brand) },
  };
}

export function promiseText(id: string, brand: Brand): string {
  return brand.promises.find((promise) => promise.id === id)?.text ?? id;
}

export function sourceName(id: string, brand: Brand): string {
  return brand.sources.find((source) => source.id === id)?.name ?? id;
}

/** The verdict about the scope's promise, if the mention has one. */
export function verdictIn(scope: Scope, mention: ClassifiedMention): Verdict | undefined {
  return mention.classification.verdicts.find((verdict) => verdict.promise === scope.promise);
}

/** Whether a mention is one of those that the series counts against the brand. */
export function countsAgainst(scope: Scope, mention: ClassifiedMention): boolean {
  if (mention.population !== 'customer') return false;
  if (scope.source !== null && mention.source !== scope.source) return false;
  if (scope.promise !== null) return verdictIn(scope, mention)?.outcome === 'broken';
  return mention.classification.sentiment.label === 'negative';
}

/** Whether a mention speaks for the brand in the series: praise beside the complaints. */
export function countsFor(scope: Scope, mention: ClassifiedMention): boolean {
  if (mention.population !== 'customer') return false;
  if (scope.source !== null && mention.source !== scope.source) return false;
  if (scope.promise === null) return mention.classification.sentiment.label === 'positive';
  const outcome = verdictIn(scope, mention)?.outcome;
  return outcome === 'kept' || outcome === 'exceeded';
}

/** Negative mentions or broken verdicts of one source and day, as the series counts them. */
export function against(scope: Scope, counts: SourceCounts): number {
  if (scope.promise === null) return counts.negative;
  return counts.promises[scope.promise]?.broken ?? 0;
}

/** Positive mentions, or kept and exceeded verdicts, of one source and day. */
export function praised(scope: Scope, counts: SourceCounts): number {
  if (scope.promise === null) return counts.positive;
  const verdicts = counts.promises[scope.promise];
  return (verdicts?.kept ?? 0) + (verdicts?.exceeded ?? 0);
}

/** Rollups of one brand and classifier version, by day. */
export function byDay(rollups: readonly Rollup[], cv: string): ReadonlyMap<Day, Rollup> {
  return new Map(
    rollups.filter((rollup) => rollup.cv === cv).map((rollup) => [rollup.day, rollup]),
  );
}

/** The day's customer counts of the scope's sources; `known` narrows them to these source ids. */
export function sourcesOn(
  day: Day,
  scope: Scope,
  days: ReadonlyMap<Day, Rollup>,
  known: (source: string) => boolean = () => true,
): [string, SourceCounts][] {
  return Object.entries(days.get(day)?.sources ?? {}).filter(
    ([source]) => (scope.source === null || source === scope.source) && known(source),
  );
}

import type { Series } from './incident.ts';
import { LADDER, ODDS, type Sensitivity, SPLIT } from './settings.ts';

/** A series as the scan walks it: which columns of the history it adds up. */
export type SeriesColumns = {
  series: Series;
  group: keyof typeof SPLIT;
  /** 0: negative mentions; p + 1: broken verdicts of promise p. */
  measure: number;
  /** Indices of the sources it sums over. */
  sources: readonly number[];
};

export type SeriesParts = { group: keyof typeof SPLIT; promise?: string; source?: string };

/** The promise and source that a series is about. */
export function seriesParts(series: Series): SeriesParts {
  if (series === 'brand') return { group: 'brand' };
  const id = series.slice(series.indexOf(':') + 1);
  if (series.startsWith('source:')) return { group: 'source', source: id };
  if (series.startsWith('promise:')) return { group: 'promise', promise: id };
  const at = id.indexOf('@');
  return { group: 'pair', promise: id.slice(0, at), source: id.slice(at + 1) };
}

/**
 * Every series of a brand: the brand, its sources, its promises and each promise at each source. Where there
 * is one source only, it says nothing that the sums do not, so it is not tested twice.
 *
 * @param sources indices of the sources that have data
 * @param summed indices of those that the brand's and the promises' sums include
 */
export function allSeries(
  names: { sources: readonly string[]; promises: readonly string[] },
  { sources, summed, promises }: Record<'sources' | 'summed' | 'promises', readonly number[]>,
): SeriesColumns[] {
  const list: SeriesColumns[] = [];
  const one = sources.length === 1;
  if (summed.length > 0)
    list.push({ series: 'brand', group: 'brand', measure: 0, sources: summed });
  for (const s of one ? [] : sources) {
    list.push({ series: `source:${names.sources[s]}`, group: 'source', measure: 0, sources: [s] });
  }
  for (const p of summed.length > 0 ? promises : []) {
    list.push({
      series: `promise:${names.promises[p]}`,
      group: 'promise',
      measure: p + 1,
      sources: summed,
    });
  }
  for (const p of one ? [] : promises) {
    for (const s of sources) {
      const series = `pair:${names.promises[p]}@${names.sources[s]}`;
      list.push({ series, group: 'pair', measure: p + 1, sources: [s] });
    }
  }
  return list;
}

/**
 * How one unit of odds is divided among the series of a list: the groups get their parts (`SPLIT`), a group
 * without series leaves its part to the others in proportion, and inside a group all get the same.
 */
export function oddsShares(list: readonly SeriesColumns[]): Record<keyof typeof SPLIT, number> {
  const counts = { brand: 0, source: 0, promise: 0, pair: 0 };
  for (const { group } of list) counts[group]++;
  const groups = Object.keys(SPLIT) as (keyof typeof SPLIT)[];
  let present = 0;
  for (const group of groups) if (counts[group] > 0) present += SPLIT[group];
  const shares = { brand: 0, source: 0, promise: 0, pair: 0 };
  for (const group of groups) {
    if (counts[group] > 0) shares[group] = SPLIT[group] / present / counts[group];
  }
  return shares;
}

/**
 * Odds of one daily check before they are split.
 *
 * @param daysWithData days with data of the least known part of the series, the checked day included
 */
export function oddsFor(sensitivity: Sensitivity, daysWithData: number): number {
  const step = LADDER.find(({ before }) => daysWithData - 1 < before);
  return Math.min(ODDS[sensitivity], step?.odds ?? 1);
}

/**
 * A chance as people read it: "1 in 1,900". Rounded down to two figures, and never beyond 1 in 10,000,
 * because the tail is too optimistic out there.
 */
export function oddsInWords(chance: number): string {
  const oneIn = chance > 0 ? 1 / chance : Number.POSITIVE_INFINITY;
  if (oneIn >= 10_000) return '1 in 10,000 or rarer';
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(oneIn)) - 1);
  const rounded = Math.floor(oneIn / unit) * unit;
  return rounded >= 2 ? `1 in ${String(rounded).replace(/(\d)(\d{3})$/, '$1,$2')}` : '1 in 1';
}

/** The odds that a chance is held against, exactly: "1 in 25,000". */
export function limitInWords(odds: number): string {
  return `1 in ${Math.round(1 / odds).toLocaleString('en')}`;
}

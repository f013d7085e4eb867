import { dayName, dayNumber } from './day.ts';
import type { FrozenBaseline, Incident, WindowTest } from './incident.ts';
import { cellAt, type Panel } from './panel.ts';
import { decide, measure, strays, windowSums } from './scan.ts';
import { type SeriesColumns, seriesParts } from './series.ts';

/** Part of the frozen baseline's expected hits that must be readable for a check to say anything. */
const READABLE = 0.5;

/** The baseline of a series as it is now, to be kept with an incident. */
export function freeze(panel: Panel, columns: SeriesColumns): FrozenBaseline {
  const { history, from, at } = panel;
  const days: string[] = [];
  for (let i = from; i <= at; i++) {
    if (columns.sources.some((s) => panel.kept[s]?.[i - from] === 1)) {
      days.push(dayName(history.first + i));
    }
  }
  const sources: FrozenBaseline['sources'] = {};
  for (const s of columns.sources) {
    const { mentions, hits, share } = cellAt(panel, columns.measure, s);
    sources[history.sources[s] as string] = { mentions, negative: hits, share };
  }
  return { days, sources };
}

/** The columns of an incident's named series; undefined when its promise or all its sources are gone. */
export function frozenColumns(panel: Panel, incident: Incident): SeriesColumns | undefined {
  const { group, promise } = seriesParts(incident.series);
  const { history } = panel;
  const measure = promise === undefined ? 0 : history.promises.indexOf(promise) + 1;
  if (promise !== undefined && measure === 0) return undefined;
  const sources = Object.keys(incident.baseline.sources)
    .sort()
    .map((id) => history.sources.indexOf(id))
    .filter((s) => s >= 0);
  if (sources.length === 0) return undefined;
  return { series: incident.series, group, measure, sources };
}

/** X, E and n of an incident's series over the last days, E by its frozen baseline. */
export function frozenCounts(
  panel: Panel,
  columns: SeriesColumns,
  { sources }: FrozenBaseline,
  window: number,
): { observed: number; mentions: number; expected: number } {
  const total = { observed: 0, mentions: 0, expected: 0 };
  for (const s of columns.sources) {
    const sums = windowSums(panel, { ...columns, sources: [s] }, window);
    const share = sources[panel.history.sources[s] as string]?.share ?? 0;
    total.observed += sums.observed;
    total.mentions += sums.mentions;
    total.expected += sums.mentions * share;
  }
  return total;
}

/** The test of an incident's series with E by its frozen baseline; all else as a fresh test. */
export function frozenTest(
  panel: Panel,
  columns: SeriesColumns,
  incident: Incident,
  window: number,
): WindowTest {
  const counts = frozenCounts(panel, columns, incident.baseline, window);
  const fresh = windowSums(panel, columns, window);
  const measured = measure(panel, columns, window, strays(panel, columns), { ...fresh, ...counts });
  return decide(panel, measured, incident.opening.odds);
}

/**
 * Whether the window shows enough of what the frozen baseline rested on: half of the hits it expects must
 * come from cells that are not masked, and there must be mentions at all. A silent source is not a recovery.
 */
export function readable(
  panel: Panel,
  columns: SeriesColumns,
  { sources }: FrozenBaseline,
  window: number,
): boolean {
  let all = 0;
  let open = 0;
  let mentions = 0;
  for (const s of columns.sources) {
    const frozen = sources[panel.history.sources[s] as string];
    const weight = frozen === undefined ? 0 : frozen.mentions * frozen.share;
    for (let i = Math.max(panel.from, panel.at - window + 1); i <= panel.at; i++) {
      all += weight;
      if (panel.masked[s]?.[i - panel.from] === 1) continue;
      open += weight;
      mentions += panel.history.mentions[s]?.[i] as number;
    }
  }
  return mentions > 0 && open >= READABLE * all;
}

/**
 * The frozen baseline counted again from other rollups of the same days (another classifier version);
 * undefined when fewer than half of its days are there.
 */
export function rebase(
  panel: Panel,
  columns: SeriesColumns,
  { days }: FrozenBaseline,
): FrozenBaseline | undefined {
  const { history, from } = panel;
  const indices = days.map((day) => dayNumber(day) - history.first).filter((i) => i >= from);
  const there = indices.filter((i) =>
    columns.sources.some((s) => (history.mentions[s]?.[i] as number) > 0),
  );
  if (there.length === 0 || there.length * 2 < days.length) return undefined;
  const sources: FrozenBaseline['sources'] = {};
  for (const s of columns.sources) {
    const { share, weight, mentions: n, hits: x } = cellAt(panel, columns.measure, s);
    const prior = share * (n + weight) - x;
    let mentions = 0;
    let negative = 0;
    for (const i of there) {
      mentions += history.mentions[s]?.[i] as number;
      negative += history.hits[columns.measure]?.[s]?.[i] as number;
    }
    sources[history.sources[s] as string] = {
      mentions,
      negative,
      share: (negative + prior) / (mentions + weight),
    };
  }
  return { days, sources };
}

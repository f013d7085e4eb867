import { addDays, startOfDay } from '../mentions/day.ts';
import { mentionsIn, type Rollup } from '../rollups/rollup.ts';
import { addCounts, addMention, type Counts, emptyCounts } from './figures.ts';
import { type Filters, passes } from './filters.ts';
import { type BrandReader, daysOf } from './reader.ts';

/** What one source said on one day, under the filters. */
export interface DayCounts {
  readonly day: string;
  readonly source: string;
  readonly counts: Counts;
}

/** Days read at the same time. */
const PARALLEL = 8;

/**
 * Counts by day and source, oldest day first.
 *
 * A day whose stored counts answer the question is taken from them: counts stay when mentions have reached the
 * end of their retention. Every other day is counted anew from its mentions: days cut by `since` or `until`,
 * days whose counts are under way, days with relabels, and all days when a filter looks into mentions.
 * Both ways give the same numbers, because stored counts are a pure function of the day's mentions.
 */
export async function dayCounts(
  reader: BrandReader,
  filters: Omit<Filters, 'text'>,
  onDay: (done: number, of: number) => void = () => {},
): Promise<DayCounts[]> {
  const days = (await daysOf(reader, filters)).toReversed();
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  const stored = looksInside(filters) ? new Map() : await storedDays(reader, first, last);
  const cv = (await reader.cv()) ?? '';
  const all: DayCounts[] = [];
  for (let i = 0; i < days.length; i += PARALLEL) {
    onDay(i, days.length);
    const read = days.slice(i, i + PARALLEL).map(async (day) => {
      const rollups = isWhole(day, reader.timeZone, filters) ? stored.get(day) : undefined;
      return rollups === undefined
        ? countOne(reader, day, filters)
        : fromRollups(day, rollups, cv, filters);
    });
    all.push(...(await Promise.all(read)).flat());
  }
  return all;
}

/** Whether stored counts cannot answer: they know day, source, population, sentiment and verdicts, but no mention. */
function looksInside(filters: Omit<Filters, 'text'>): boolean {
  const { promise, outcome, sentiment, rating, language, dimension, signal, counted } = filters;
  return [promise, outcome, sentiment, rating, language, dimension, signal, counted].some(
    (filter) => filter !== undefined,
  );
}

async function storedDays(
  reader: BrandReader,
  from: string,
  to: string,
): Promise<Map<string, Rollup[]>> {
  const uncounted = await reader.uncounted();
  const touched = new Set([...(await reader.relabels()).values()].flat().map(({ day }) => day));
  const rollups = await reader.rollups(from, to);
  return Map.groupBy(
    rollups.filter(({ day }) => !uncounted.has(day) && !touched.has(day)),
    ({ day }) => day,
  );
}

function isWhole(
  day: string,
  timeZone: string,
  { since, until }: Pick<Filters, 'since' | 'until'>,
): boolean {
  return (
    (since === undefined || since <= startOfDay(timeZone, day)) &&
    (until === undefined || until >= startOfDay(timeZone, addDays(day, 1)))
  );
}

async function countOne(
  reader: BrandReader,
  day: string,
  filters: Omit<Filters, 'text'>,
): Promise<DayCounts[]> {
  const bySource = new Map<string, Counts>();
  for (const one of await reader.ofDay(day)) {
    if (!passes(one, filters)) continue;
    const counts = bySource.get(one.mention.source) ?? emptyCounts();
    bySource.set(one.mention.source, counts);
    addMention(counts, one);
  }
  return sorted(day, bySource);
}

function fromRollups(
  day: string,
  rollups: readonly Rollup[],
  cv: string,
  filters: Omit<Filters, 'text'>,
): DayCounts[] {
  const bySource = new Map<string, Counts>();
  for (const rollup of rollups) {
    const sources = filters.population === 'customer' ? rollup.sources : rollup.employees;
    for (const [source, counted] of Object.entries(sources)) {
      if (filters.source !== undefined && !filters.source.includes(source)) continue;
      const counts = bySource.get(source) ?? emptyCounts();
      bySource.set(source, counts);
      if (rollup.cv === cv) addCounts(counts, counted);
      else counts.otherClassifier += mentionsIn(counted);
    }
  }
  return sorted(day, bySource);
}

function sorted(day: string, bySource: ReadonlyMap<string, Counts>): DayCounts[] {
  return [...bySource]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, counts]) => ({ day, source, counts }));
}

/** All of them added up. */
export function totalOf(days: readonly DayCounts[]): Counts {
  const total = emptyCounts();
  for (const { counts } of days) addCounts(total, counts);
  return total;
}

import { addDays, startOfDay } from '../mentions/day.ts';
import { type PromiseRow, promiseTable } from '../trends/promise-table.ts';
import { checkedDay, checkInput, lastClosedDay } from './check-input.ts';
import { type DayCounts, dayCounts, totalOf } from './day-counts.ts';
import { figuresOf, type PromiseFigures } from './figures.ts';
import type { Filters } from './filters.ts';
import type { BrandReader } from './reader.ts';

/** Days of the promise table, the digest's and everybody's, unless others are asked for. */
export const TABLE_DAYS = 7;

/** A promise with what was heard of it in a period, in the period before, and how it goes. */
export interface PromiseAnswer extends PromiseFigures {
  readonly text: string;
  readonly headline: boolean;
  /** Broken verdicts of the equally long period before; null when the period has no beginning. */
  readonly brokenBefore: number | null;
  /** Of the checked day: as the digest prints them. Null before anything was judged. */
  readonly now: PromiseRow | null;
}

export interface PromisesAnswer {
  readonly promises: readonly PromiseAnswer[];
  /** Counted mentions of the period, about any promise or none. */
  readonly mentions: number;
  /** Day whose check the statuses are of. */
  readonly checkedDay: string;
}

/** The seven closed days that the digest's promise table is about. */
export function tableSpan(reader: Pick<BrandReader, 'timeZone' | 'now'>): {
  since: Date;
  until: Date;
} {
  const last = lastClosedDay(reader);
  return {
    since: startOfDay(reader.timeZone, addDays(last, 1 - TABLE_DAYS)),
    until: startOfDay(reader.timeZone, addDays(last, 1)),
  };
}

/** What was heard of every promise of the register. */
export async function promisesAnswer(
  reader: BrandReader,
  filters: Omit<Filters, 'text'>,
  onDay?: (done: number, of: number) => void,
): Promise<PromisesAnswer> {
  const { promise: only, ...rest } = filters;
  const counts = totalOf(await dayCounts(reader, rest, onDay));
  const before = await periodBefore(reader, rest);
  const day = await checkedDay(reader);
  const input = await checkInput(reader, day);
  const rows = input === undefined ? [] : promiseTable(input, input.incidents);
  const { promises } = reader.brand;
  const figures = figuresOf(
    counts,
    promises.map(({ id }) => id),
  ).promises;
  const earlier = before === undefined ? undefined : totalOf(before).promises;
  return {
    mentions: counts.mentions,
    checkedDay: day,
    promises: promises.flatMap(({ id, text, headline }, i) => {
      const own = figures[i];
      if (own === undefined || (only !== undefined && !only.includes(id))) return [];
      return {
        ...own,
        text,
        headline,
        brokenBefore: earlier === undefined ? null : (earlier[id]?.broken ?? 0),
        now: rows.find((row) => row.promise === id) ?? null,
      };
    }),
  };
}

async function periodBefore(
  reader: BrandReader,
  filters: Omit<Filters, 'text'>,
): Promise<DayCounts[] | undefined> {
  const { since, until = reader.now } = filters;
  if (since === undefined || until <= since) return undefined;
  const length = until.getTime() - since.getTime();
  return dayCounts(reader, {
    ...filters,
    since: new Date(since.getTime() - length),
    until: since,
  });
}

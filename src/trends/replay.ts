import { AGES } from '../rollups/arrival.ts';
import { settledDays, visibleByAge } from './arrivals.ts';
import { dayNumber } from './day.ts';
import { earliestWindow, episodesOf, step } from './episode.ts';
import { emptyHistory, type History } from './history.ts';
import type { Incident, IncidentEvent } from './incident.ts';
import { type Panel, panelOf, type SourceSpan } from './panel.ts';
import type { Sensitivity } from './settings.ts';
import { firing, watched } from './watch.ts';

/** Days after closing for which an incident still shapes baselines. */
const REMEMBERED_DAYS = 60;
const FIELDS = 6;

/** One brand's counts with the day on which each became visible, in any order. */
export type BrandRows = {
  sources: readonly string[];
  promises: readonly string[];
  /** Rows of source, promise + 1 (0: all mentions), day, day seen, mentions, negative. Days are day numbers. */
  data: Int32Array;
  rows: number;
};

export type ReplaySettings = {
  brand: string;
  sensitivity: Sensitivity;
  outages?: readonly SourceSpan[];
  headline?: ReadonlySet<string>;
  /** By promise: the day number from which on it holds. Default: always, so a day without its rows had none broken. */
  since?: ReadonlyMap<string, number>;
  /** Called at each day's check with what was visible then, before incidents move. */
  onDay?: (panel: Panel) => void;
};

export type Replayed = {
  /** By number. */
  incidents: Incident[];
  events: IncidentEvent[];
  /** By incident number: sources that were not counted when it opened. */
  maskedSources: Map<number, string[]>;
  days: number;
};

/**
 * Makes every daily check of a brand's rows in turn, each seeing only what was visible on the checked day.
 * The incidents are those that `checkBrand` would have returned day by day.
 */
export function replayBrand(rows: BrandRows, settings: ReplaySettings): Replayed {
  const { first, last } = spanOf(rows);
  const result: Replayed = {
    incidents: [],
    events: [],
    maskedSources: new Map(),
    days: last - first + 1,
  };
  if (rows.rows === 0) return { ...result, days: 0 };
  const order = sorted(rows);
  const since = order.promises.map((id) => settings.since?.get(id) ?? first);
  const history = emptyHistory(first, order.days, order.sources, order.promises, since);
  const arrivals = arrivalsOf(order, history);
  let live: Incident[] = [];
  for (let at = 0; at < order.days; at++) {
    arrivals.advance(at);
    live = live.filter((i) => isRemembered(i, first + at));
    const learned = arrivals.learned(at);
    const panel = panelOf(history, at, {
      ...episodesOf(live),
      outages: settings.outages ?? [],
      ...(learned === undefined ? {} : { arrivals: learned }),
    });
    settings.onDay?.(panel);
    const moved = step({
      brand: settings.brand,
      cv: 'replay',
      panel,
      incidents: live,
      fired: firing(panel, watched(panel, settings.sensitivity), earliestWindow(live)),
      // Rows do not say when a promise ended.
      holds: () => true,
      headline: settings.headline ?? new Set(),
      nextNumber: result.incidents.length + 1,
    });
    for (const incident of moved.incidents) {
      if (result.incidents[incident.number - 1] === undefined) {
        result.maskedSources.set(incident.number, maskedAt(panel, incident.opening.window));
      }
      result.incidents[incident.number - 1] = incident;
    }
    result.events.push(...moved.events);
    const moving = new Set(moved.incidents.map((i) => i.number));
    live = [...live.filter((i) => !moving.has(i.number)), ...moved.incidents];
  }
  return result;
}

function isRemembered({ closedOn }: Incident, day: number): boolean {
  return closedOn === null || day - dayNumber(closedOn) <= REMEMBERED_DAYS;
}

function maskedAt({ history, masked, summed, from, at }: Panel, window: number): string[] {
  return history.sources.filter((_, s) => {
    if (!summed.includes(s)) return true;
    for (let i = Math.max(from, at - window + 1); i <= at; i++) {
      if (masked[s]?.[i - from] === 1) return true;
    }
    return false;
  });
}

/** First and last day (day numbers) of a brand's rows. */
export function spanOf({ data, rows }: BrandRows): { first: number; last: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < rows * FIELDS; r += FIELDS) {
    first = Math.min(first, data[r + 2] as number);
    last = Math.max(last, data[r + 2] as number);
  }
  return { first, last };
}

/** Rows in the order in which they become visible, with sources and promises in the order of their ids. */
type Ordered = {
  sources: string[];
  promises: string[];
  days: number;
  data: Int32Array;
  /** By day index: offset of its first row in `data`; one more at the end. */
  begins: Int32Array;
  late: boolean;
};

function sorted(rows: BrandRows): Ordered {
  const { first, last } = spanOf(rows);
  const days = last - first + 1;
  const sources = rows.sources.toSorted();
  const promises = rows.promises.toSorted();
  const newSource = rows.sources.map((id) => sources.indexOf(id));
  const newPromise = rows.promises.map((id) => promises.indexOf(id));
  const begins = new Int32Array(days + 2);
  let late = false;
  const visible = (r: number) =>
    Math.min(days, Math.max(rows.data[r + 2] as number, rows.data[r + 3] as number) - first);
  for (let r = 0; r < rows.rows * FIELDS; r += FIELDS) {
    begins[visible(r) + 1] = (begins[visible(r) + 1] as number) + FIELDS;
    late ||= (rows.data[r + 3] as number) > (rows.data[r + 2] as number);
  }
  for (let d = 1; d < begins.length; d++)
    begins[d] = (begins[d] as number) + (begins[d - 1] as number);
  const next = begins.slice();
  const data = new Int32Array(rows.rows * FIELDS);
  for (let r = 0; r < rows.rows * FIELDS; r += FIELDS) {
    const day = visible(r);
    const to = next[day] as number;
    next[day] = to + FIELDS;
    data[to] = newSource[rows.data[r] as number] as number;
    const promise = rows.data[r + 1] as number;
    data[to + 1] = promise === 0 ? 0 : (newPromise[promise - 1] as number) + 1;
    data[to + 2] = (rows.data[r + 2] as number) - first;
    data[to + 3] = day;
    data[to + 4] = rows.data[r + 4] as number;
    data[to + 5] = rows.data[r + 5] as number;
  }
  return { sources, promises, days, data, begins, late };
}

type Arrivals = {
  /** Makes the rows visible that were seen on day `at` (an index). */
  advance: (at: number) => void;
  /** By source: parts of a day's mentions that were visible at each age, over the baseline's days. */
  learned: (at: number) => ReadonlyMap<string, readonly number[]> | undefined;
};

function arrivalsOf(order: Ordered, history: History): Arrivals {
  const told = history.hits.map(() => order.sources.map(() => new Float64Array(order.days)));
  const ages = order.late ? order.sources.map(() => new Float64Array(order.days * AGES)) : [];
  const add = (column: Float64Array | undefined, index: number, value: number) => {
    if (column !== undefined) column[index] = (column[index] as number) + value;
  };
  return {
    advance(at) {
      const end = order.begins[at + 1] as number;
      for (let r = order.begins[at] as number; r < end; r += FIELDS) {
        const s = order.data[r] as number;
        const measure = order.data[r + 1] as number;
        const day = order.data[r + 2] as number;
        const mentions = order.data[r + 4] as number;
        add(history.hits[measure]?.[s], day, order.data[r + 5] as number);
        const judged = history.judged[measure - 1];
        if (judged !== undefined) judged[day] = 1;
        // Rows of a promise repeat mentions that the source's own rows, or another promise's, count: the most told is n.
        add(told[measure]?.[s], day, mentions);
        const more = (told[measure]?.[s]?.[day] as number) - (history.mentions[s]?.[day] as number);
        if (more <= 0) continue;
        add(history.mentions[s], day, more);
        add(ages[s], day * AGES + Math.min(AGES - 1, at - day), more);
      }
    },
    learned: (at) =>
      order.late
        ? new Map(order.sources.map((id, s) => [id, visibleAt(ages[s] as Float64Array, at)]))
        : undefined,
  };
}

function visibleAt(ages: Float64Array, at: number): number[] {
  const { from, to } = settledDays(at);
  const sums = new Array<number>(AGES).fill(0);
  for (let day = Math.max(0, from); day <= to; day++) {
    for (let age = 0; age < AGES; age++)
      sums[age] = (sums[age] as number) + (ages[day * AGES + age] as number);
  }
  return visibleByAge(sums);
}

/** Collects rows of one brand in a compact form, 24 bytes each. */
export function rowCollector(): {
  add: (row: {
    source: string;
    promise: string | undefined;
    day: number;
    seen: number;
    mentions: number;
    negative: number;
  }) => void;
  rows: () => BrandRows;
} {
  const sources = new Map<string, number>();
  const promises = new Map<string, number>();
  let data = new Int32Array(64 * FIELDS);
  let count = 0;
  const indexOf = (known: Map<string, number>, id: string) => {
    const index = known.get(id) ?? known.size;
    known.set(id, index);
    return index;
  };
  return {
    add({ source, promise, day, seen, mentions, negative }) {
      const at = count * FIELDS;
      if (at === data.length) {
        const grown = new Int32Array(data.length * 2);
        grown.set(data);
        data = grown;
      }
      data[at] = indexOf(sources, source);
      data[at + 1] = promise === undefined ? 0 : indexOf(promises, promise) + 1;
      data[at + 2] = day;
      data[at + 3] = seen;
      data[at + 4] = mentions;
      data[at + 5] = negative;
      count++;
    },
    rows: () => ({
      sources: [...sources.keys()],
      promises: [...promises.keys()],
      data,
      rows: count,
    }),
  };
}

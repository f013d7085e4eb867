import { dayNumber } from '../day.ts';
import type { Incident, IncidentEvent } from '../incident.ts';
import type { Panel } from '../panel.ts';
import { type Replayed, replayBrand } from '../replay.ts';
import { decide, measure, strays } from '../scan.ts';
import { WINDOWS } from '../settings.ts';
import { watched } from '../watch.ts';
import { type Family, LEAD_DAYS } from './families.ts';
import { DAY_ZERO, type Plan, simulateBrand } from './simulator.ts';

export type Setup = {
  seed: string;
  /** How a classifier labels "negative". Default: perfectly. */
  confusion?: Confusion | undefined;
};

export type Confusion = {
  recall: number;
  specificity: number;
  /** The texts that they were measured on. */
  measuredOn?: string | undefined;
};

/** An estimate with its 95 % interval. */
export type Estimate = { value: number; low: number; high: number; runs: number };

/** Days before the counted year of a null brand. */
export const WARM_UP = 90;
export const YEAR = 365;

/** Wilson's interval of a share. */
export function shareOf(hits: number, runs: number): Estimate {
  if (runs === 0) return { value: Number.NaN, low: 0, high: 1, runs };
  const z = 1.96;
  const p = hits / runs;
  const centre = (p + (z * z) / (2 * runs)) / (1 + (z * z) / runs);
  const half =
    (z * Math.sqrt((p * (1 - p)) / runs + (z * z) / (4 * runs * runs))) / (1 + (z * z) / runs);
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half), runs };
}

/** Mean of counts with a normal interval; where nothing was counted, up to 3 in all runs. */
export function meanOf(values: readonly number[]): Estimate {
  const runs = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / runs;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, runs - 1);
  const half = 1.96 * Math.sqrt(variance / runs);
  const high = mean === 0 ? 3 / runs : mean + half;
  return { value: mean, low: Math.max(0, mean - half), high, runs };
}

/** Median with the interval of its order statistics. */
export function medianOf(values: readonly number[]): Estimate {
  const order = values.toSorted((a, b) => a - b);
  const runs = order.length;
  const half = 0.98 * Math.sqrt(runs);
  const pick = (rank: number) =>
    order[Math.max(0, Math.min(runs - 1, Math.round(rank)))] ?? Number.NaN;
  return {
    value: pick((runs - 1) / 2),
    low: pick((runs - 1) / 2 - half),
    high: pick((runs - 1) / 2 + half),
    runs,
  };
}

/** Simulates one brand and replays it. */
export function run(setup: Setup, plan: Plan, onDay?: (panel: Panel) => void): Replayed {
  const rows = simulateBrand({ ...plan, confusion: setup.confusion });
  return replayBrand(rows, {
    brand: 'simulated',
    sensitivity: 'normal',
    ...(onDay === undefined ? {} : { onDay }),
  });
}

/** Index of a day name from the start of the simulation. */
const indexOf = (day: string) => dayNumber(day) - DAY_ZERO;

/** False alarms a brand-year: incidents opened in 365 days on which nothing happens. */
export function falseAlarms(
  setup: Setup,
  { perDay, promises = 0, runs }: { perDay: number; promises?: number; runs: number },
): Estimate {
  const counts: number[] = [];
  for (let i = 0; i < runs; i++) {
    const seed = [setup.seed, 'null', perDay, promises, i];
    const { incidents } = run(setup, { seed, perDay, promises, days: WARM_UP + YEAR });
    counts.push(incidents.filter((x) => indexOf(x.openedOn) >= WARM_UP).length);
  }
  return meanOf(counts);
}

/** How often raw chances are under 1/1000 on days on which nothing happens, in thousandths, by group and window. */
export function nullChances(
  setup: Setup,
  { perDay, runs }: { perDay: number; runs: number },
): { group: string; window: number; perThousand: number }[] {
  const counts = new Map<string, { tests: number; under: number }>();
  for (let i = 0; i < runs; i++) {
    const plan = { seed: [setup.seed, 'chance', perDay, i], perDay, days: WARM_UP + YEAR };
    run(setup, plan, (panel) => {
      if (panel.at >= WARM_UP) countChances(panel, counts);
    });
  }
  return [...counts].map(([key, { tests, under }]) => {
    const [group = '', window = ''] = key.split(' ');
    return { group, window: Number(window), perThousand: (1000 * under) / tests };
  });
}

function countChances(panel: Panel, counts: Map<string, { tests: number; under: number }>): void {
  for (const { columns, odds } of watched(panel, 'normal')) {
    const rows = strays(panel, columns);
    for (const window of WINDOWS) {
      const { chance } = decide(panel, measure(panel, columns, window, rows), odds);
      const key = `${columns.group} ${window}`;
      const count = counts.get(key) ?? { tests: 0, under: 0 };
      counts.set(key, {
        tests: count.tests + 1,
        under: count.under + (chance < 0.001 ? 1 : 0),
      });
    }
  }
}

export type Found = {
  found: Estimate;
  /** Day of the event on which the check fired; its first day is 1. */
  day: Estimate;
  /** Of those found, the incidents named after the first promise, or without promises after reviews. */
  named: Estimate;
  /** Named within two days, of all. */
  namedByDay2: Estimate;
};

/** What becomes of an event that starts on day 100. Runs with an incident already open then are left out. */
export function detection(
  setup: Setup,
  family: Family,
  { perDay, runs }: { perDay: number; runs: number },
): Found {
  const days: number[] = [];
  let used = 0;
  let named = 0;
  let early = 0;
  for (let i = 0; i < runs; i++) {
    const incidents = eventRun(setup, family, perDay, i)?.incidents;
    if (incidents === undefined) continue;
    used++;
    const hit = incidents.find((x) => opensWithin(x, family.within));
    if (hit === undefined) continue;
    const day = indexOf(hit.openedOn) - LEAD_DAYS + 1;
    days.push(day);
    if (!isNamed(hit, family)) continue;
    named++;
    if (day <= 2) early++;
  }
  return {
    found: shareOf(days.length, used),
    day: medianOf(days),
    named: shareOf(named, days.length),
    namedByDay2: shareOf(early, used),
  };
}

function eventRun(setup: Setup, family: Family, perDay: number, i: number): Replayed | undefined {
  const replayed = run(setup, {
    seed: [setup.seed, family.name, perDay, i],
    perDay,
    promises: family.promises ?? 0,
    ...(family.firstPart === undefined ? {} : { firstPart: family.firstPart }),
    days: LEAD_DAYS + family.within + 30,
    event: family.event,
  });
  const busy = replayed.incidents.some(
    (x) =>
      indexOf(x.openedOn) < LEAD_DAYS && (x.closedOn === null || indexOf(x.closedOn) >= LEAD_DAYS),
  );
  return busy ? undefined : replayed;
}

function opensWithin({ openedOn }: Incident, within: number): boolean {
  const day = indexOf(openedOn) - LEAD_DAYS;
  return day >= 0 && day < within;
}

function isNamed({ series }: Incident, { promises }: Family): boolean {
  return promises === undefined ? series === 'source:reviews' : /:p0(@|$)/.test(series);
}

/** Recovery of incidents that an event of `length` days opened: premature ones, and days from its end to the mail. */
export function recovery(
  setup: Setup,
  family: Family,
  { perDay, runs, length }: { perDay: number; runs: number; length: number },
): { premature: Estimate; days: Estimate } {
  const days: number[] = [];
  let opened = 0;
  for (let i = 0; i < runs; i++) {
    const replayed = eventRun(setup, family, perDay, i);
    const hit = replayed?.incidents.find((x) => opensWithin(x, length));
    if (replayed === undefined || hit === undefined) continue;
    opened++;
    const told = replayed.events.find(
      (e: IncidentEvent) => e.number === hit.number && e.kind === 'recovered',
    );
    if (told !== undefined) days.push(indexOf(told.day) - (LEAD_DAYS + length - 1));
  }
  const early = days.filter((d) => d <= 0).length;
  return { premature: shareOf(early, opened), days: medianOf(days) };
}

/** Cold start: brands with an incident in their first 28 days, in which the share stays as it is. */
export function coldStart(
  setup: Setup,
  {
    perDay,
    runs,
    promises = 0,
    sharePlus = 0,
  }: { perDay: number; runs: number; promises?: number; sharePlus?: number },
): Estimate {
  let falsely = 0;
  for (let i = 0; i < runs; i++) {
    const seed = [setup.seed, 'cold', perDay, promises, sharePlus, i];
    const plan = { seed, perDay, promises, days: 28, event: () => ({ sharePlus }) };
    if (run(setup, plan).incidents.length > 0) falsely++;
  }
  return shareOf(falsely, runs);
}

/** Cold start: of new brands whose share is ×3 from day 7 on, those with an incident by day 28. */
export function coldTurn(
  setup: Setup,
  { perDay, runs }: { perDay: number; runs: number },
): Estimate {
  let found = 0;
  for (let i = 0; i < runs; i++) {
    const seed = [setup.seed, 'cold turn', perDay, i];
    const event = (day: number) => (day >= 7 ? { shareTimes: 3 } : undefined);
    const plan = { seed, perDay, days: 28, event };
    if (run(setup, plan).incidents.some((x) => indexOf(x.openedOn) >= 7)) found++;
  }
  return shareOf(found, runs);
}

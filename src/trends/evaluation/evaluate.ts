import { type RivalResult, rivals } from './compare.ts';
import { type Family, NEUTRAL, TURNS } from './families.ts';
import {
  coldStart,
  coldTurn,
  detection,
  type Estimate,
  type Found,
  falseAlarms,
  nullChances,
  recovery,
  type Setup,
} from './measure.ts';

/** How many brands each figure rests on. */
export type Sizes = { nulls: number; events: number; volumes: readonly number[] };

export const FULL: Sizes = {
  nulls: 200,
  events: 250,
  volumes: [3, 10, 30, 100, 300, 1000, 10_000],
};
/** Fits into a minute on two slow cores. */
export const SHORT: Sizes = { nulls: 16, events: 40, volumes: [3, 30, 300, 10_000] };

/** One figure beside its target. */
export type Row = {
  /** Number of the target. */
  target: number;
  what: string;
  measured: Estimate;
  /** The measured value must be at least, or at most, the limit. */
  rule: 'at least' | 'at most';
  limit: number;
  unit: '%' | 'a year' | 'day' | 'days' | '×';
  /** Why the target is known to be missed. It stays a miss on the page, but fails no build. */
  shortfall?: string;
};

export type Evaluation = {
  setup: Setup;
  sizes: Sizes;
  rows: Row[];
  chances: { perDay: number; group: string; window: number; perThousand: number }[];
  rivals: RivalResult[];
  scan: { found: Estimate; viral: Estimate };
};

/** Misses its target even at the better end of its interval: more than chance can explain. */
export function isMissed({ measured, rule, limit }: Row): boolean {
  return rule === 'at least' ? measured.high < limit : measured.low > limit;
}

/** Whether the measured value itself keeps the target. */
export function isKept({ measured, rule, limit }: Row): boolean {
  return rule === 'at least' ? measured.value >= limit : measured.value <= limit;
}

type Find = {
  family: Family;
  perDay: number;
  target: number;
  share?: number;
  day?: number;
  /** Why its day is known to be missed. */
  slow?: string;
};

/** Measured without the lags of the simulator: see the limits on the page. */
const LATE = 'a fifth of the mentions come after the check of their day; without that it is day 3';

const FINDS: readonly Find[] = [
  { target: 2, family: TURNS.double7, perDay: 30, share: 0.8, day: 3, slow: LATE },
  { target: 2, family: TURNS.double7, perDay: 100, share: 0.95, day: 2 },
  { target: 2, family: TURNS.double7, perDay: 300, share: 0.98, day: 1 },
  { target: 2, family: TURNS.double7, perDay: 3000, share: 0.98, day: 1 },
  { target: 3, family: TURNS.double3, perDay: 100, share: 0.78 },
  { target: 3, family: TURNS.double3, perDay: 300, share: 0.9 },
  { target: 3, family: TURNS.triple7, perDay: 10, share: 0.8, day: 3 },
  { target: 4, family: TURNS.ramp, perDay: 30, share: 0.85, day: 19 },
  { target: 4, family: TURNS.ramp, perDay: 300, share: 0.95, day: 13 },
];

/** Without a target of their own: for comparison with the specification's table. */
const ALSO: readonly { family: Family; perDay: number }[] = [
  { family: TURNS.extra7, perDay: 30 },
  { family: TURNS.extra7, perDay: 300 },
  { family: TURNS.five3, perDay: 10 },
  { family: TURNS.viralNegative, perDay: 10 },
  { family: TURNS.viralNegative, perDay: 30 },
];

const QUIET: readonly { family: Family; limit: number; volumes: readonly number[] }[] = [
  { family: NEUTRAL.neutralViral, limit: 0.03, volumes: [30, 300, 3000] },
  { family: NEUTRAL.outage, limit: 0.02, volumes: [30, 300, 3000] },
  { family: NEUTRAL.flood, limit: 0.03, volumes: [3, 30, 300] },
  { family: NEUTRAL.dip, limit: 0.02, volumes: [30, 300, 3000] },
  { family: NEUTRAL.growth, limit: 0.1, volumes: [30, 300, 3000] },
  { family: NEUTRAL.growthAll, limit: 0.1, volumes: [30, 300, 3000] },
];

/** What a brand can be like on its first days: the prior must not make an incident of it. */
const NEW_BRANDS: readonly {
  name: string;
  perDay: number;
  promises?: number;
  sharePlus?: number;
}[] = [
  { name: '14 % negative', perDay: 30 },
  { name: '14 % negative', perDay: 300 },
  { name: '14 % negative, 8 promises', perDay: 30, promises: 8 },
  { name: '14 % negative, 8 promises', perDay: 300, promises: 8 },
  { name: '50 % negative, 8 promises', perDay: 30, promises: 8, sharePlus: 0.36 },
  { name: '70 % negative', perDay: 30, sharePlus: 0.56 },
  { name: '85 % negative', perDay: 30, sharePlus: 0.71 },
];

/** Measures everything with one seed. Pure: the same arguments give the same figures on every machine. */
export function evaluate(setup: Setup, sizes: Sizes): Evaluation {
  const runs = sizes.events;
  const rows: Row[] = [...nullRows(setup, sizes)];
  for (const find of FINDS) rows.push(...findRows(setup, find, runs));
  for (const { family, limit, volumes } of QUIET) {
    for (const perDay of volumes) {
      const { found } = detection(setup, family, { perDay, runs });
      const what = `${family.name}, ${perDay}/day: false alarms`;
      rows.push({ target: 6, what, measured: found, rule: 'at most', limit, unit: '%' });
    }
  }
  rows.push(...namingRows(setup, runs), ...endRows(setup, runs));
  const compared = { perDay: 30, runs };
  const families = { turn: TURNS.double7, viral: NEUTRAL.neutralViral };
  const others = rivals(setup, families, compared);
  const scan = {
    found: detection(setup, families.turn, compared).found,
    viral: detection(setup, families.viral, compared).found,
  };
  rows.push(timesRow(others, scan.found));
  for (const { family, perDay } of ALSO) {
    const found = detection(setup, family, { perDay, runs });
    rows.push(...alsoRows(`${family.name}, ${perDay}/day`, found));
  }
  for (const family of [TURNS.promiseRare, TURNS.promiseLate]) {
    const { found, day, namedByDay2 } = detection(setup, family, { perDay: 300, runs });
    const what = `${family.name}, 300/day`;
    rows.push(...alsoRows(what, { found, day }), also(`${what}: named by day 2`, namedByDay2));
  }
  const chances = [30, 300, 10_000].flatMap((perDay) =>
    nullChances(setup, { perDay, runs: Math.ceil(sizes.nulls / 4) }).map((c) => ({ perDay, ...c })),
  );
  return { setup, sizes, rows, chances, rivals: others, scan };
}

function nullRows(setup: Setup, { nulls, volumes }: Sizes): Row[] {
  const row = (what: string, measured: Estimate, limit: number): Row => ({
    target: 1,
    what,
    measured,
    rule: 'at most',
    limit,
    unit: 'a year',
  });
  const alone = volumes.map((perDay) =>
    row(
      `false alarms, brand and 3 sources, ${perDay}/day`,
      falseAlarms(setup, { perDay, runs: nulls }),
      1,
    ),
  );
  const all = [30, 300].map((perDay) =>
    row(
      `false alarms, all 36 series, ${perDay}/day`,
      falseAlarms(setup, { perDay, promises: 8, runs: Math.ceil(nulls / 2) }),
      1.2,
    ),
  );
  return [...alone, ...all];
}

function findRows(setup: Setup, find: Find, runs: number): Row[] {
  const { family, perDay, target, share, day, slow } = find;
  const measured = detection(setup, family, { perDay, runs });
  const what = `${family.name}, ${perDay}/day`;
  const rows: Row[] = [];
  if (share !== undefined) {
    rows.push({
      target,
      what: `${what}: found`,
      measured: measured.found,
      rule: 'at least',
      limit: share,
      unit: '%',
    });
  }
  if (day !== undefined) {
    rows.push({
      target,
      what: `${what}: median`,
      measured: measured.day,
      rule: 'at most',
      limit: day,
      unit: 'day',
      ...(slow !== undefined && { shortfall: slow }),
    });
  }
  return rows;
}

function also(what: string, measured: Estimate): Row {
  return { target: 0, what, measured, rule: 'at least', limit: 0, unit: '%' };
}

function alsoRows(what: string, { found, day }: Pick<Found, 'found' | 'day'>): Row[] {
  return [
    also(`${what}: found`, found),
    {
      target: 0,
      what: `${what}: median`,
      measured: day,
      rule: 'at most',
      limit: Number.POSITIVE_INFINITY,
      unit: 'day',
    },
  ];
}

function namingRows(setup: Setup, runs: number): Row[] {
  const promise = detection(setup, TURNS.promise, { perDay: 300, runs });
  const bombed = detection(setup, TURNS.bombed, { perDay: 30, runs });
  const row = (what: string, measured: Estimate, limit: number): Row => ({
    target: 7,
    what,
    measured,
    rule: 'at least',
    limit,
    unit: '%',
  });
  return [
    {
      ...row(`${TURNS.promise.name}, 300/day: named by day 2`, promise.namedByDay2, 0.98),
      shortfall:
        'one of 24 pairs has 1/240,000 of the odds; on a slow day 1 and 2 bring too few verdicts for that',
    },
    row(`${TURNS.bombed.name}, 30/day: named, of those found`, bombed.named, 0.7),
  ];
}

function endRows(setup: Setup, runs: number): Row[] {
  const rows: Row[] = [];
  for (const perDay of [30, 300]) {
    const end = recovery(setup, TURNS.double7, { perDay, runs, length: 7 });
    const what = `recovered after ${TURNS.double7.name}, ${perDay}/day`;
    rows.push(
      {
        target: 8,
        what: `${what}: premature`,
        measured: end.premature,
        rule: 'at most',
        limit: 0.02,
        unit: '%',
      },
      {
        target: 8,
        what: `${what}: median`,
        measured: end.days,
        rule: 'at most',
        limit: 5,
        unit: 'days',
      },
    );
  }
  for (const { name, ...plan } of NEW_BRANDS) {
    rows.push({
      target: 8,
      what: `cold start, ${name}, ${plan.perDay}/day: falsely alarmed in 28 days`,
      measured: coldStart(setup, { ...plan, runs }),
      rule: 'at most',
      limit: 0.02,
      unit: '%',
    });
  }
  rows.push({
    target: 8,
    what: 'cold start, ×3 from day 7 on, 30/day: found by day 28',
    measured: coldTurn(setup, { perDay: 30, runs }),
    rule: 'at least',
    limit: 0.75,
    unit: '%',
  });
  return rows;
}

/** How many times as often the scan finds the week-long doubling as mean + k·sd does. */
function timesRow(others: readonly RivalResult[], scan: Estimate): Row {
  const first = (others[0] as RivalResult).found;
  const ratio = (a: number, b: number) => (b > 0 ? a / b : Number.POSITIVE_INFINITY);
  return {
    target: 10,
    what: 'week-long doubling, 30/day: times as often found as by mean + k·sd at one false alarm a year',
    measured: {
      value: ratio(scan.value, first.value),
      low: ratio(scan.low, first.high),
      high: ratio(scan.high, first.low),
      runs: scan.runs,
    },
    rule: 'at least',
    limit: 5,
    unit: '×',
  };
}

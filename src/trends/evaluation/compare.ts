import { type Family, LEAD_DAYS } from './families.ts';
import { type Estimate, run, type Setup, shareOf, WARM_UP, YEAR } from './measure.ts';
import { RIVALS, type Totals } from './rivals.ts';
import type { Plan } from './simulator.ts';

/** Alarms of a rival within this many days are one. */
const ONE_ALARM = 7;

export type RivalResult = {
  name: string;
  /** Found of the week-long doubling at the matched threshold. */
  found: Estimate;
  /** Alarms on days of a neutral viral. */
  viral: Estimate;
};

/** The rivals with thresholds that give one false alarm a brand-year on the same null brands. */
export function rivals(
  setup: Setup,
  families: { turn: Family; viral: Family },
  { perDay, runs }: { perDay: number; runs: number },
): RivalResult[] {
  const nulls: number[][][] = RIVALS.map(() => []);
  for (let i = 0; i < runs; i++) {
    const plan = { seed: [setup.seed, 'null', perDay, 0, i], perDay, days: WARM_UP + YEAR };
    scores(setup, plan, WARM_UP).forEach((s, r) => {
      nulls[r]?.push(s);
    });
  }
  const thresholds = nulls.map(matched);
  const hits = (family: Family) => {
    const counts = RIVALS.map(() => 0);
    for (let i = 0; i < runs; i++) {
      const plan = {
        seed: [setup.seed, family.name, perDay, i],
        perDay,
        days: LEAD_DAYS + family.within,
        event: family.event,
      };
      scores(setup, plan, LEAD_DAYS).forEach((s, r) => {
        if (s.some((score) => score > (thresholds[r] as number)))
          counts[r] = (counts[r] as number) + 1;
      });
    }
    return counts.map((count) => shareOf(count, runs));
  };
  const found = hits(families.turn);
  const viral = hits(families.viral);
  return RIVALS.map(({ name }, r) => ({
    name,
    found: found[r] as Estimate,
    viral: viral[r] as Estimate,
  }));
}

/** By rival: the score of each day from `from` on. */
function scores(setup: Setup, plan: Plan, from: number): number[][] {
  const all: number[][] = RIVALS.map(() => []);
  run(setup, plan, ({ history, at }) => {
    if (at < from) return;
    const totals: Totals = {
      mentions: summed(history.mentions, at),
      negative: summed(history.hits[0] ?? [], at),
    };
    RIVALS.forEach(({ score }, r) => {
      all[r]?.push(score(totals));
    });
  });
  return all;
}

function summed(columns: readonly Float64Array[], at: number): Float64Array {
  const begin = Math.max(0, at - 69);
  const sum = new Float64Array(at - begin + 1);
  for (const column of columns) {
    for (let i = begin; i <= at; i++)
      sum[i - begin] = (sum[i - begin] as number) + (column[i] as number);
  }
  return sum;
}

/** The threshold with one alarm a brand-year, alarms of a week counted once. */
function matched(brands: readonly number[][]): number {
  let low = 0;
  let high = 100;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const alarms = brands.reduce((sum, days) => sum + alarmsOver(days, middle), 0);
    if (alarms > brands.length) low = middle;
    else high = middle;
  }
  return high;
}

function alarmsOver(days: readonly number[], threshold: number): number {
  let alarms = 0;
  let last = Number.NEGATIVE_INFINITY;
  days.forEach((score, day) => {
    if (score <= threshold) return;
    if (day - last > ONE_ALARM) alarms++;
    last = day;
  });
  return alarms;
}

import { type BrandRows, rowCollector } from '../replay.ts';
import { type Random, randomOf } from './random.ts';

/** What happens to a brand besides its usual days. All factors are 1 and additions 0 where nothing happens. */
export type Effect = {
  /** Factor on the volume of a source. */
  volume: number;
  /** Factor on the negative share. */
  shareTimes: number;
  /** Added to the negative share. */
  sharePlus: number;
  /** Negative mentions on top, as a multiple of the source's usual negative ones. */
  extraNegative: number;
  /** Negative mentions on top, as a multiple of the source's usual mentions. */
  bomb: number;
  /** Negative mentions on top, in numbers. */
  copies: number;
  /** Broken verdicts of the first promise, as a factor; they are negative mentions on top. */
  broken: number;
  /** The source is not read. */
  silent: boolean;
};

/** The effect on a source (0 social, 1 reviews, 2 news) on a day; undefined for none. */
export type Event = (day: number, source: number) => Partial<Effect> | undefined;

export type Plan = {
  seed: readonly (string | number)[];
  /** Mean mentions a day over all sources. */
  perDay: number;
  days: number;
  promises?: number;
  /** Part of the negative mentions that break the first promise. Default: a quarter more than the second. */
  firstPart?: number;
  event?: Event;
  /** A classifier's recall and specificity for "negative". Default: perfect labels. */
  confusion?: { recall: number; specificity: number } | undefined;
};

const SOURCES = [
  { id: 'social', part: 0.6, share: 0.09, late: [0.9, 0.1], lateNegative: [0.9, 0.1] },
  {
    id: 'reviews',
    part: 0.25,
    share: 0.25,
    late: [0.62, 0.18, 0.1, 0.06, 0.04],
    lateNegative: [0.47, 0.25, 0.14, 0.09, 0.05],
  },
  { id: 'news', part: 0.15, share: 0.14, late: [0.9, 0.1], lateNegative: [0.9, 0.1] },
] as const;

/** Part of the negative mentions that break one of the promises. */
const BROKEN_PART = 0.6;
const NONE: Effect = {
  volume: 1,
  shareTimes: 1,
  sharePlus: 0,
  extraNegative: 0,
  bomb: 0,
  copies: 0,
  broken: 1,
  silent: false,
};

/** What a brand is like: drawn once. */
type Nature = {
  growth: number;
  season: { size: number; phase: number };
  weekdays: number[];
  dispersion: number;
  rho: number;
  bursts: { from: number; to: number; source: number; volume: number }[];
};

/**
 * A brand's rows over a number of days: three sources of different moods, negative-binomial counts with level
 * noise, season, growth, weekdays and neutral bursts; beta-binomial shares with a slow drift; late arrivals.
 * Day 0 is day number 20,454 (2026-01-01).
 */
export function simulateBrand(plan: Plan): BrandRows {
  const random = randomOf(...plan.seed);
  const nature = natureOf(random, plan.days);
  const collector = rowCollector();
  const promises = promiseParts(plan);
  const level = SOURCES.map(() => 0.25 * random.normal());
  const drift = SOURCES.map(() => 0.15 * random.normal());
  for (let day = 0; day < plan.days; day++) {
    SOURCES.forEach((source, s) => {
      level[s] = 0.8 * (level[s] as number) + 0.15 * random.normal();
      const keep = Math.exp(-1 / 50);
      drift[s] = keep * (drift[s] as number) + 0.15 * Math.sqrt(1 - keep * keep) * random.normal();
      const effect = { ...NONE, ...plan.event?.(day, s) };
      const usual = plan.perDay * source.part * volumeOn(nature, day, s) * Math.exp(level[s]);
      const counts = drawDay(random, nature, {
        usual,
        share: shifted(source.share, drift[s]),
        effect,
        promises,
      });
      if (!effect.silent) report(collector, random, plan, { day, s, promises, ...counts });
    });
  }
  return collector.rows();
}

function natureOf(random: Random, days: number): Nature {
  const weekend = 0.6 + 0.5 * random.uniform();
  const bursts = [];
  const count = random.poisson((3 * days) / 365);
  for (let i = 0; i < count; i++) {
    const from = Math.floor(random.uniform() * days);
    bursts.push({
      from,
      to: from + Math.floor(3 * random.uniform()),
      source: Math.floor(3 * random.uniform()),
      volume: 2 + 4 * random.uniform(),
    });
  }
  return {
    growth: Math.log(0.8 + 0.8 * random.uniform()) / 365,
    season: { size: 0.2 * random.uniform(), phase: 2 * Math.PI * random.uniform() },
    weekdays: Array.from(
      { length: 7 },
      (_, d) => (d >= 5 ? weekend : 1) * Math.exp(0.08 * random.normal()),
    ),
    dispersion: 8 + 20 * random.uniform(),
    rho: 0.001 * 20 ** random.uniform(),
    bursts,
  };
}

function promiseParts({ promises = 0, firstPart }: Plan): number[] {
  const weights = Array.from({ length: promises }, (_, p) => 0.8 ** p);
  const sum = weights.reduce((a, b) => a + b, 0);
  const parts = weights.map((w) => (BROKEN_PART * w) / sum);
  if (firstPart === undefined || promises < 2) return parts;
  const rest = (BROKEN_PART - firstPart) / (BROKEN_PART - (parts[0] as number));
  return parts.map((part, p) => (p === 0 ? firstPart : part * rest));
}

function volumeOn(nature: Nature, day: number, source: number): number {
  const season = nature.season.size * Math.sin((2 * Math.PI * day) / 365 + nature.season.phase);
  let volume = Math.exp(nature.growth * day + season) * (nature.weekdays[day % 7] as number);
  for (const burst of nature.bursts) {
    if (burst.source === source && day >= burst.from && day <= burst.to) volume *= burst.volume;
  }
  return volume;
}

function shifted(share: number, drift: number): number {
  const odds = (share / (1 - share)) * Math.exp(drift);
  return odds / (1 + odds);
}

function drawDay(
  random: Random,
  nature: Nature,
  {
    usual,
    share,
    effect,
    promises,
  }: { usual: number; share: number; effect: Effect; promises: number[] },
): { mentions: number; negative: number; broken: number[] } {
  const busy = random.gamma(nature.dispersion) / nature.dispersion;
  const base = random.poisson(usual * effect.volume * busy);
  const mean = Math.min(0.95, share * effect.shareTimes + effect.sharePlus);
  const today = random.share(mean, nature.rho);
  const negative = random.binomial(base, today);
  const broken: number[] = [];
  let left = negative;
  let rest = 1;
  for (const part of promises) {
    const count = random.binomial(left, part / rest);
    broken.push(count);
    left -= count;
    rest -= part;
  }
  const extra = random.poisson(usual * busy * (effect.extraNegative * share + effect.bomb));
  const first = promises[0] ?? 0;
  const more = random.poisson(usual * busy * share * first * (effect.broken - 1));
  if (broken[0] !== undefined) broken[0] += more;
  const added = extra + more + effect.copies;
  return { mentions: base + added, negative: negative + added, broken };
}

type DayReport = {
  day: number;
  s: number;
  promises: number[];
  mentions: number;
  negative: number;
  broken: number[];
};

/** 2026-01-01, a Thursday. */
export const DAY_ZERO = 20_454;

/** Puts a day's mentions into rows by the day on which they become visible, as the classifier labels them. */
function report(
  { add }: ReturnType<typeof rowCollector>,
  random: Random,
  { confusion }: Plan,
  { day, s, mentions, negative, broken }: DayReport,
): void {
  const source = SOURCES[s] as (typeof SOURCES)[number];
  const { recall, specificity } = confusion ?? { recall: 1, specificity: 1 };
  const bad = spreadOver(random, negative, source.lateNegative);
  const good = spreadOver(random, mentions - negative, source.late);
  const named = broken.map((count) =>
    spreadOver(random, random.binomial(count, recall), source.lateNegative),
  );
  source.late.forEach((_, lag) => {
    const all = (bad[lag] as number) + (good[lag] as number);
    if (all === 0) return;
    const found =
      random.binomial(bad[lag] as number, recall) +
      random.binomial(good[lag] as number, 1 - specificity);
    const seen = DAY_ZERO + day + lag;
    const row = { source: source.id, day: DAY_ZERO + day, seen };
    add({ ...row, promise: undefined, mentions: all, negative: found });
    named.forEach((counts, p) => {
      const count = counts[lag] as number;
      if (count > 0) add({ ...row, promise: `p${p}`, mentions: count, negative: count });
    });
  });
}

function spreadOver(random: Random, count: number, parts: readonly number[]): number[] {
  let left = count;
  let rest = 1;
  return parts.map((part, k) => {
    const here = k === parts.length - 1 ? left : random.binomial(left, Math.min(1, part / rest));
    left -= here;
    rest -= part;
    return here;
  });
}

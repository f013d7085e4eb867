import type { Brand } from '../brands/brand.ts';
import { composeDigest } from '../digest/compose.ts';
import type { SourceReading } from '../digest/coverage.ts';
import type { DigestModel, IncidentKind } from '../digest/digest.ts';
import type { DigestRow } from '../digest/outbox-rows.ts';
import { addDays, daysBetween, wallClock } from '../mentions/day.ts';
import type {
  Checkpoints,
  DigestStore,
  IncidentStore,
  MentionStore,
  NoteStore,
  RollupStore,
  SourceStates,
} from '../ports.ts';
import { leftOut } from '../rollups/left-out.ts';
import { checkBrand, daysRead } from '../trends/check.ts';
import type { CheckResult, Incident } from '../trends/incident.ts';
import { relevantMentions } from './relevant-mentions.ts';

/** Local time from which the day before is closed and can be checked. */
const CHECK_TIME = '06:00';
/** Missed days that are checked one after the other; older ones are skipped. */
const CATCH_UP_DAYS = 7;
/** A closed incident keeps its days out of the baseline for this long. */
const CLOSED_INCIDENT_DAYS = 60;

export interface DailyCheckDeps {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  readonly incidents: IncidentStore;
  readonly digests: DigestStore;
  readonly states: SourceStates;
  readonly notes: NoteStore;
  readonly checkpoints: Checkpoints;
}

export interface DailyCheckReport {
  readonly brand: string;
  readonly days: number;
  readonly events: number;
  readonly digests: number;
  /** Why nothing was checked, else null. */
  readonly waiting: 'not-yet-due' | 'nothing-collected' | null;
}

/**
 * Checks every closed day of a brand that was not checked yet, and freezes a digest of what happened.
 *
 * Safe to be called at any time, twice, or again after a crash: the result of a day is frozen first, and
 * everything after it is derived from the frozen result and refused by the table the second time.
 */
export async function dailyCheck(
  brand: Brand,
  timeZone: string,
  now: Date,
  deps: DailyCheckDeps,
): Promise<DailyCheckReport> {
  const job = `check#${brand.id}`;
  const lastChecked = await deps.checkpoints.get(job);
  const days = daysToCheck(lastChecked, timeZone, now);
  const report = { brand: brand.id, days: 0, events: 0, digests: 0 };
  if (days.length === 0) return { ...report, waiting: 'not-yet-due' };
  const cv = await deps.checkpoints.get(`classifier#${brand.id}`);
  if (cv === undefined) return { ...report, waiting: 'nothing-collected' };
  for (const day of days) {
    const { result, rollups } = await checkDay(brand, day, cv, deps);
    report.digests += await freezeDigest({ brand, timeZone, now, result, rollups }, deps);
    for (const incident of result.incidents) await deps.incidents.save(incident);
    await deps.checkpoints.set(job, day);
    report.days++;
    report.events += result.events.length;
  }
  return { ...report, waiting: null };
}

/** Closed days after the last checked one, oldest first; only the newest one at the very first check. */
export function daysToCheck(
  lastChecked: string | undefined,
  timeZone: string,
  now: Date,
): string[] {
  const { day: today, time } = wallClock(timeZone, now);
  const newest = addDays(today, time >= CHECK_TIME ? -1 : -2);
  if (lastChecked === undefined) return [newest];
  const missed = daysBetween(lastChecked, newest);
  const count = Math.min(Math.max(missed, 0), CATCH_UP_DAYS);
  return Array.from({ length: count }, (_, i) => addDays(newest, i - count + 1));
}

async function checkDay(
  brand: Brand,
  day: string,
  cv: string,
  { rollups, incidents }: DailyCheckDeps,
) {
  const { incidents: known, lastNumber } = await incidents.recent(
    brand.id,
    addDays(day, -CLOSED_INCIDENT_DAYS),
  );
  // 63 days, more only where episodes push the baseline back.
  const days = daysRead({ day, incidents: known, outages: [] });
  const counted = await rollups.between(brand.id, addDays(day, 1 - days), day);
  const frozen = await incidents.check(brand.id, day);
  if (frozen !== undefined) return { result: frozen, rollups: counted };
  const result = checkBrand({
    brand,
    day,
    cv,
    rollups: counted,
    incidents: known,
    lastNumber,
    outages: [],
  });
  return { result: await incidents.freezeCheck(withoutQuietPairs(result)), rollups: counted };
}

/**
 * The result without the tests of promise × source pairs that neither fired nor belong to an incident:
 * 40 promises at 20 sources would not fit into one item of 400 KB.
 */
function withoutQuietPairs(result: CheckResult): CheckResult {
  const named = new Set(
    result.incidents.flatMap(({ series, alsoFired }) => [series, ...alsoFired]),
  );
  return {
    ...result,
    tests: result.tests.filter(
      ({ series, fires }) => fires || !series.startsWith('pair:') || named.has(series),
    ),
  };
}

interface Checked {
  readonly brand: Brand;
  readonly timeZone: string;
  readonly now: Date;
  readonly result: CheckResult;
  readonly rollups: Awaited<ReturnType<RollupStore['between']>>;
}

/** One digest for all that happened on one morning; it goes into the worst incident's thread. */
async function freezeDigest(checked: Checked, deps: DailyCheckDeps): Promise<number> {
  const { brand, result, now } = checked;
  const parts = result.events.flatMap(({ kind, number }) => {
    const incident = result.incidents.find((candidate) => candidate.number === number);
    return incident === undefined ? [] : [{ incident, kind }];
  });
  if (parts.length === 0) return 0;
  const model = await compose(checked, parts, deps);
  const worst = parts.find(({ incident }) => incident.number === model.incidents[0]?.number);
  const row: DigestRow = {
    brand: brand.id,
    key: digestKey(model, worst?.incident, result.day),
    kind: model.kind,
    incidents: [...model.incidents.map(({ number }) => number)],
    seq: worst === undefined ? 1 : daysBetween(worst.incident.openedOn, result.day) + 1,
    createdAt: now.toISOString(),
    serious: parts.some(({ incident }) => incident.serious),
    promises: [...new Set(model.incidents.flatMap(({ promise }) => promise?.id ?? []))],
    model: JSON.stringify(model),
  };
  return (await deps.digests.freeze(row)) ? 1 : 0;
}

/** `NB-0001#opened#1`: the same event of the same day always gets the same key. */
function digestKey(model: DigestModel, incident: Incident | undefined, day: string): string {
  const first = model.incidents[0];
  if (first === undefined || incident === undefined) return `${day}#${model.kind}#1`;
  return `${first.ref}#${first.kind}#${daysBetween(incident.openedOn, day) + 1}`;
}

async function compose(
  { brand, timeZone, now, result, rollups }: Checked,
  parts: readonly { incident: Incident; kind: IncidentKind }[],
  { store, states, incidents, notes }: DailyCheckDeps,
): Promise<DigestModel> {
  const [first, ...also] = parts as [(typeof parts)[number], ...typeof parts];
  const since = parts.map(({ incident }) => incident.since).toSorted()[0] ?? result.day;
  // Closed incidents keep their days out of the baseline that the chart shows, as in the check.
  const known = await incidents.recent(brand.id, addDays(result.day, -CLOSED_INCIDENT_DAYS));
  const current = new Set(result.incidents.map(({ number }) => number));
  const closed = known.incidents.filter(({ number }) => !current.has(number));
  const { mentions, uncounted } = await relevantMentions(
    { brand: brand.id, cv: result.cv, from: since, to: result.day, now },
    parts.map(({ incident }) => incident.series),
    { store, notes, leftOut },
  );
  return composeDigest({
    brand,
    kind: first.kind,
    incident: first.incident,
    also,
    check: result,
    rollups,
    mentions,
    uncounted,
    incidents: [...result.incidents, ...closed],
    coverage: await readings(brand, states),
    timeZone,
    now,
  });
}

async function readings(brand: Brand, states: SourceStates): Promise<SourceReading[]> {
  return Promise.all(
    brand.sources.map(async ({ id, name }) => {
      const state = await states.get(id);
      return {
        source: id,
        name,
        lastReadAt: state?.lastReadAt ?? null,
        items: state?.lastItems ?? 0,
        failingSince: state?.failingSince ?? null,
        reason: state?.problem?.message ?? null,
      };
    }),
  );
}

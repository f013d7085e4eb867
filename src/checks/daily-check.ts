import type { Brand } from '../brands/brand.ts';
import { CLASSIFIER_BASE } from '../classification/brand-judges.ts';
import { registerOf, versionOf } from '../classification/promises.ts';
import { addDays, daysBetween, wallClock } from '../mentions/day.ts';
import type { Checkpoints, IncidentStore, NoteStore, RollupStore } from '../ports.ts';
import { outageSpans } from '../rollups/note.ts';
import { isSwitching } from '../rollups/switching.ts';
import { type CheckInput, checkBrand, daysRead } from '../trends/check.ts';
import type { CheckResult } from '../trends/incident.ts';
import { type MakeDigestsDeps, type Morning, makeDigests, noteStart } from './make-digests.ts';
import { readMask, withoutMasked, writeMask } from './switch-mask.ts';

/** Local time from which the day before is closed and can be checked. */
const CHECK_TIME = '06:00';
/** Missed days that are checked one after the other; older ones are skipped. */
const CATCH_UP_DAYS = 7;
/** A closed incident keeps its days out of the baseline for this long. */
const CLOSED_INCIDENT_DAYS = 60;

export interface DailyCheckDeps extends MakeDigestsDeps {
  readonly rollups: RollupStore;
  readonly incidents: IncidentStore;
  readonly notes: NoteStore;
}

export interface DailyCheckReport {
  readonly brand: string;
  readonly days: number;
  readonly events: number;
  readonly digests: number;
  /** Why nothing was checked, else null. */
  readonly waiting:
    | 'not-yet-due'
    | 'clock-went-back'
    | 'nothing-collected'
    | 'reclassification'
    | null;
}

/**
 * Checks every closed day of a brand that was not checked yet, and freezes the digests that they give reason for.
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
  if (days.length === 0) return { ...report, waiting: reasonToWait(lastChecked, timeZone, now) };
  const cv = await deps.checkpoints.get(`classifier#${brand.id}`);
  if (cv === undefined) return { ...report, waiting: 'nothing-collected' };
  if (await isBetweenVersions(brand, cv, now, deps.checkpoints))
    return { ...report, waiting: 'reclassification' };
  if (lastChecked === undefined) await noteStart(brand.id, timeZone, now, deps.checkpoints);
  for (const day of days) {
    const notes = await deps.notes.ofBrand(brand.id);
    const missed = day === days[0] ? missedBefore(day, lastChecked) : [];
    const span = { brand, day, cv, outages: outageSpans(notes), missed };
    const checked = await checkDay(span, deps);
    report.digests += await makeDigests({ ...checked, brand, timeZone, now, notes }, deps);
    const { result } = checked;
    for (const incident of result.incidents) await deps.incidents.save(incident);
    await deps.checkpoints.set(job, day);
    report.days++;
    report.events += result.events.length;
  }
  return { ...report, waiting: null };
}

/**
 * Whether new mentions are judged by another version than the counts in force, or the change is under way. The
 * check waits: what one version counts must not be compared with what another counted.
 */
export async function isBetweenVersions(
  brand: Brand,
  cv: string,
  now: Date,
  checkpoints: Checkpoints,
): Promise<boolean> {
  const base = await checkpoints.get(CLASSIFIER_BASE);
  if (base !== undefined && versionOf(base, registerOf(brand)) !== cv) return true;
  return isSwitching(brand.id, now, checkpoints);
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

/** A day was checked that is not over on this clock: either it is wrong now, or it was wrong then. */
function reasonToWait(lastChecked: string | undefined, timeZone: string, now: Date) {
  const isAhead = lastChecked !== undefined && lastChecked >= wallClock(timeZone, now).day;
  return isAhead ? 'clock-went-back' : 'not-yet-due';
}

/** What the first check after a standstill says of days that it does not make up for. */
function missedBefore(day: string, lastChecked: string | undefined): string[] {
  const missed = lastChecked === undefined ? 0 : daysBetween(lastChecked, day) - 1;
  if (lastChecked === undefined || missed <= 0) return [];
  const days = missed === 1 ? '1 day' : `${missed} days`;
  return [
    `${days} from ${addDays(lastChecked, 1)} to ${addDays(day, -1)} were not checked: no more than the last ${CATCH_UP_DAYS} are made up for.`,
  ];
}

interface DayToCheck extends Pick<CheckInput, 'day' | 'cv' | 'outages'> {
  readonly brand: Brand;
  /** Sentences about days before it that nobody checks. */
  readonly missed: readonly string[];
}

async function checkDay(
  { brand, day, cv, outages, missed }: DayToCheck,
  { rollups, incidents, checkpoints }: DailyCheckDeps,
): Promise<Pick<Morning, 'result' | 'rollups' | 'known' | 'outages'>> {
  const { incidents: known, lastNumber } = await incidents.recent(
    brand.id,
    addDays(day, -CLOSED_INCIDENT_DAYS),
  );
  // 63 days, more only where episodes push the baseline back.
  const days = daysRead({ day, incidents: known, outages });
  const counted = await rollups.between(brand.id, addDays(day, 1 - days), day);
  const frozen = await incidents.check(brand.id, day);
  if (frozen !== undefined) return { result: frozen, rollups: counted, known, outages };
  const checked = checkBrand({
    brand,
    day,
    cv,
    rollups: counted,
    incidents: known,
    lastNumber,
    outages,
  });
  const fresh = { ...checked, skipped: [...missed, ...checked.skipped] };
  const mask = await readMask(brand.id, checkpoints);
  const open = mask === undefined ? { result: fresh } : withoutMasked(fresh, mask);
  const result = await incidents.freezeCheck(withoutQuietPairs(open.result));
  if ('mask' in open) await writeMask(brand.id, open.mask, checkpoints);
  return { result, rollups: counted, known, outages };
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

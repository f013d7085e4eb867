import { addDays } from '../mentions/day.ts';
import { countDay } from './count.ts';
import { relabelsOf } from './note.ts';
import type { CountingDeps } from './recount.ts';
import type { Rollup } from './rollup.ts';
import { isSealed } from './seal.ts';
import { isSwitching } from './switching.ts';

/** Days that the audit looks back on. */
const AUDIT_DAYS = 35;
/** Days before a mention's expiry from which its bucket is left alone: it may lose mentions any time. */
const EXPIRY_MARGIN_DAYS = 2;

export interface AuditReport {
  readonly days: number;
  /** `brand day` of every bucket whose stored counts differ from a recount; each is marked again. */
  readonly drifted: readonly string[];
}

/**
 * Counts the last 35 days anew and compares with what is stored. Days that wait for a recount anyway
 * are left out; a day that differs is marked for one.
 *
 * @param retentionDays of mentions: a bucket about to expire would count fewer than it had
 */
export async function audit(
  brands: readonly string[],
  now: Date,
  retentionDays: number,
  { store, rollups, notes, checkpoints }: CountingDeps,
): Promise<AuditReport> {
  const today = now.toISOString().slice(0, 10);
  const span = Math.min(AUDIT_DAYS, retentionDays - EXPIRY_MARGIN_DAYS);
  const marked = new Set((await rollups.dirtyMarks()).map(({ brand, day }) => `${brand} ${day}`));
  const relabels = relabelsOf(notes);
  const drifted: string[] = [];
  let days = 0;
  for (const brand of brands) {
    if (await isSwitching(brand, now, checkpoints)) continue;
    const inForce = await checkpoints.get(`classifier#${brand}`);
    for (let back = span; back >= 0; back--) {
      const day = addDays(today, -back);
      if (marked.has(`${brand} ${day}`)) continue;
      const stored = await rollups.between(brand, day, day);
      if (isSealed(stored, now)) continue;
      days++;
      const mentions = await store.ofDay(brand, day, now);
      const counted = countDay(brand, day, 0, mentions, await relabels(brand));
      if (isSame(counted, stored) && !holdsMore(stored, counted, inForce)) continue;
      drifted.push(`${brand} ${day}`);
      await rollups.markDirty(brand, day, now);
    }
  }
  return { days, drifted };
}

/** Whether the stored counts hold what was counted. Counts of an earlier classifier may lie beside them. */
function isSame(counted: readonly Rollup[], stored: readonly Rollup[]): boolean {
  return counted.every((rollup) => {
    const before = stored.find(({ cv }) => cv === rollup.cv);
    return before !== undefined && countsOf(before) === countsOf(rollup);
  });
}

/** Whether the version in force still has counts of a day of which no mention is left. */
function holdsMore(
  stored: readonly Rollup[],
  counted: readonly Rollup[],
  inForce: string | undefined,
): boolean {
  const left = stored.find(({ cv }) => cv === inForce);
  if (left === undefined || counted.some(({ cv }) => cv === inForce)) return false;
  return Object.keys({ ...left.sources, ...left.employees }).length > 0;
}

const countsOf = ({ sources, employees }: Rollup) => JSON.stringify(sorted([sources, employees]));

/** DynamoDB gives a map's keys in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

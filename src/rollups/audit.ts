import { addDays } from '../mentions/day.ts';
import { countDay } from './count.ts';
import { type Relabel, relabelsOf } from './note.ts';
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
  /** `brand day` of every bucket that could not be counted, `brand` where none could; whether they differ nobody knows. */
  readonly failed: readonly string[];
}

/**
 * Counts the last 35 days anew and compares with what is stored. Days that wait for a recount anyway
 * are left out; a day that differs is marked for one.
 *
 * @param retentionDays of mentions: a bucket about to expire would count fewer than it had
 * @param onFailure told of every day that could not be counted; the others are
 */
export async function audit(
  brands: readonly string[],
  now: Date,
  retentionDays: number,
  deps: CountingDeps,
  onFailure: (error: unknown, about: { brand: string; day?: string }) => void = () => {},
): Promise<AuditReport> {
  const today = now.toISOString().slice(0, 10);
  const span = Math.min(AUDIT_DAYS, retentionDays - EXPIRY_MARGIN_DAYS);
  const marks = await deps.rollups.dirtyMarks();
  const marked = new Set(marks.map(({ brand, day }) => `${brand} ${day}`));
  const relabels = relabelsOf(deps.notes);
  const report = { days: 0, drifted: [] as string[], failed: [] as string[] };
  const noted = async (about: { brand: string; day?: string }, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      onFailure(error, about);
      report.failed.push(Object.values(about).join(' '));
    }
  };
  for (const brand of brands)
    await noted({ brand }, async () => {
      if (await isSwitching(brand, now, deps.checkpoints)) return;
      const inForce = await deps.checkpoints.get(`classifier#${brand}`);
      const known = await relabels(brand);
      const days = Array.from({ length: span + 1 }, (_, i) => addDays(today, i - span));
      for (const day of days.filter((one) => !marked.has(`${brand} ${one}`)))
        await noted({ brand, day }, async () => {
          const result = await auditDay({ brand, day, now, inForce, relabels: known }, deps);
          if (result !== 'sealed') report.days++;
          if (result === 'drifted') report.drifted.push(`${brand} ${day}`);
        });
    });
  return report;
}

interface Audited {
  readonly brand: string;
  readonly day: string;
  readonly now: Date;
  readonly inForce: string | undefined;
  readonly relabels: ReadonlyMap<string, readonly Relabel[]>;
}

async function auditDay(
  { brand, day, now, inForce, relabels }: Audited,
  { store, rollups }: CountingDeps,
): Promise<'sealed' | 'same' | 'drifted'> {
  const stored = await rollups.between(brand, day, day);
  if (isSealed(stored, now)) return 'sealed';
  const counted = countDay(brand, day, 0, await store.ofDay(brand, day, now), relabels);
  if (isSame(counted, stored) && !holdsMore(stored, counted, inForce)) return 'same';
  await rollups.markDirty(brand, day, now);
  return 'drifted';
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

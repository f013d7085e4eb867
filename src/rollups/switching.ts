import * as z from 'zod';
import { Day } from '../brands/brand.ts';
import { parseJson } from '../parse.ts';
import type { Checkpoints } from '../ports.ts';
import { SETTLE_MINUTES } from './settle.ts';

/** How far the change of a brand from one classifier version to another got. */
export const SwitchJob = z.strictObject({
  to: z.string(),
  /** shadow: counts of the new version beside those in force; rewrite: they are in force, mentions follow. */
  phase: z.enum(['shadow', 'rewrite', 'done']),
  /** Last day that is ready in this phase; days are taken oldest first. */
  day: Day.nullable(),
  /** When it last got on. */
  at: z.iso.datetime(),
});
export type SwitchJob = z.infer<typeof SwitchJob>;

/** A job that has not got on for so long has died: counting goes on without it, and it begins anew. */
const ABANDONED_HOURS = 6;

const keyOf = (brand: string) => `reclassify#${brand}`;

export async function readSwitch(
  brand: string,
  checkpoints: Pick<Checkpoints, 'get'>,
): Promise<SwitchJob | undefined> {
  const value = await checkpoints.get(keyOf(brand));
  return value === undefined ? undefined : parseJson(SwitchJob, value, keyOf(brand));
}

/** Another run has the job of the brand. */
export class SwitchTaken extends Error {
  override readonly name = 'SwitchTaken';
  /** The version that it changes to. */
  readonly to: string;

  constructor(brand: string, to: string) {
    super(`another run judges the mentions of ${brand} by ${to}`);
    this.to = to;
  }
}

/** The job of a brand in the hands of one run, which loses it as soon as another run writes it. */
export function heldSwitch(brand: string, checkpoints: Pick<Checkpoints, 'get' | 'swap'>) {
  const key = keyOf(brand);
  const jobIn = (value: string) => parseJson(SwitchJob, value, key);
  let held: string | undefined;

  /** @throws {SwitchTaken} when another run has written the job since this one read or wrote it */
  async function confirm(): Promise<void> {
    const stored = await checkpoints.get(key);
    if (stored !== held)
      throw new SwitchTaken(brand, stored === undefined ? 'nothing' : jobIn(stored).to);
  }
  return {
    confirm,
    async take(): Promise<SwitchJob | undefined> {
      held = await checkpoints.get(key);
      return held === undefined ? undefined : jobIn(held);
    },
    /** @throws {SwitchTaken} as `confirm` does */
    async write(job: SwitchJob): Promise<void> {
      const value = JSON.stringify(job);
      if (!(await checkpoints.swap(key, held, value))) await confirm();
      held = value;
    },
  };
}

/** Whether a job goes on, or can still be resumed. */
export function isAlive({ phase, at }: SwitchJob, now: Date): boolean {
  return phase !== 'done' && now.getTime() - Date.parse(at) < ABANDONED_HOURS * 3_600_000;
}

/**
 * Whether mentions of a brand lie judged by two versions: a recount would count each half by itself. After the
 * last write the day index needs its time to settle, too.
 */
export async function isSwitching(
  brand: string,
  now: Date,
  checkpoints: Pick<Checkpoints, 'get'>,
): Promise<boolean> {
  const job = await readSwitch(brand, checkpoints);
  if (job === undefined) return false;
  const age = now.getTime() - Date.parse(job.at);
  return isAlive(job, now) || (job.phase === 'done' && age < SETTLE_MINUTES * 60_000);
}

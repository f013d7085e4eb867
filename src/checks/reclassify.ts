import type { Brand } from '../brands/brand.ts';
import type { Classification } from '../classification/classification.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Checkpoints, IncidentStore, MentionStore, RollupStore } from '../ports.ts';
import { countDay } from '../rollups/count.ts';
import { type Relabel, relabelsByMention } from '../rollups/note.ts';
import type { CountingDeps } from '../rollups/recount.ts';
import { mentionsIn, type Rollup } from '../rollups/rollup.ts';
import { isSealed } from '../rollups/seal.ts';
import { isAlive, readSwitch, type SwitchJob, writeSwitch } from '../rollups/switching.ts';
import { firingAt, writeMask } from './switch-mask.ts';

/** Puts another classifier version's conclusions in the place of a stored mention's. */
export interface ReclassificationStore {
  /** @returns false when the mention was edited, erased or expired meanwhile: then it was judged anew, or is gone */
  replace(
    mention: Pick<Mention, 'brand' | 'id' | 'contentHash'> & { readonly version: number },
    classification: Classification,
  ): Promise<boolean>;
}

export interface ReclassifyDeps extends CountingDeps {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  readonly incidents: IncidentStore;
  readonly checkpoints: Checkpoints;
  readonly classifications: ReclassificationStore;
}

/** The version to change to, and its judge. */
export interface Target {
  readonly cv: string;
  readonly classify: (mention: Mention) => Classification;
}

export interface ReclassifyReport {
  readonly brand: string;
  readonly from: string | null;
  readonly to: string;
  /** Days with stored mentions. */
  readonly days: number;
  /** Mentions whose stored conclusions were replaced. */
  readonly mentions: number;
  /** Series that fire under the new version on the day checked last, and open nothing until they have been quiet. */
  readonly masked: readonly string[];
  /** False when it was stopped; run again, it goes on where it was. */
  readonly finished: boolean;
}

export interface ReclassifyOptions {
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly onDay?: (phase: 'shadow' | 'rewrite', done: number, of: number) => void;
}

const FIRST_DAY = '0000-01-01';
const LAST_DAY = '9999-12-31';
/** Writes at the same time. */
const PARALLEL = 20;
/** Days at whose end mentions may have arrived, judged by the old version, while the others were rewritten. */
const RECENT_DAYS = 3;

/**
 * Judges all stored mentions of a brand by another classifier version: first in the shadow, as counts beside those
 * in force; then the new counts are put in force at once, and the mentions follow.
 *
 * Can be stopped or die at any point: nothing is visible before the switch, and what comes after it can be repeated.
 * Days whose mentions have expired keep the counts they had.
 */
export async function reclassify(
  brand: Brand,
  target: Target,
  { now, signal, onDay = () => {} }: ReclassifyOptions,
  deps: ReclassifyDeps,
): Promise<ReclassifyReport> {
  const { checkpoints } = deps;
  const from = (await checkpoints.get(`classifier#${brand.id}`)) ?? null;
  const report = { brand: brand.id, from, to: target.cv, days: 0, mentions: 0, masked: [] };
  if (from === null) return { ...report, finished: true };
  const days = await storedDays(brand.id, deps);
  let job = await resumed(brand.id, target.cv, from, now(), checkpoints);
  const steps = steppers(brand, target, now, deps);
  const run = async (phase: 'shadow' | 'rewrite', each: (day: string) => Promise<void>) => {
    const left = days.filter((day) => job.day === null || day > job.day);
    for (const [i, day] of left.entries()) {
      if (signal?.aborted === true) return false;
      onDay(phase, i, left.length);
      await each(day);
      job = { to: target.cv, phase, day, at: now().toISOString() };
      await writeSwitch(brand.id, job, checkpoints);
    }
    return true;
  };
  let masked: string[] = [];
  if (job.phase === 'shadow') {
    if (!(await run('shadow', steps.countInShadow))) return { ...report, finished: false };
    if (from !== target.cv) masked = await steps.mask();
    // From here on everybody reads the new counts.
    job = { to: target.cv, phase: 'rewrite', day: null, at: now().toISOString() };
    await writeSwitch(brand.id, job, checkpoints);
  }
  if (from !== target.cv) await checkpoints.set(`classifier#${brand.id}`, target.cv);
  const finished = await run('rewrite', steps.rewrite);
  if (finished) {
    for (const day of days.slice(-RECENT_DAYS)) await steps.rewrite(day);
    await writeSwitch(brand.id, { ...job, phase: 'done', at: now().toISOString() }, checkpoints);
  }
  return { ...report, days: days.length, mentions: steps.replaced(), masked, finished };
}

async function storedDays(
  brand: string,
  { rollups }: Pick<ReclassifyDeps, 'rollups'>,
): Promise<string[]> {
  const marks = (await rollups.dirtyMarks()).filter((mark) => mark.brand === brand);
  const counted = await rollups.between(brand, FIRST_DAY, LAST_DAY);
  return [...new Set([...marks, ...counted].map(({ day }) => day))].toSorted();
}

/** The job as a run before left it; a new one for another version, or when that run died long ago. */
async function resumed(
  brand: string,
  to: string,
  from: string,
  now: Date,
  checkpoints: Checkpoints,
): Promise<SwitchJob> {
  const before = await readSwitch(brand, checkpoints);
  if (before?.to === to && isAlive(before, now)) return before;
  // The version is in force already: only mentions that were judged by another one are left.
  const job: SwitchJob = {
    to,
    phase: from === to ? 'rewrite' : 'shadow',
    day: null,
    at: now.toISOString(),
  };
  await writeSwitch(brand, job, checkpoints);
  return job;
}

function steppers(brand: Brand, target: Target, now: () => Date, deps: ReclassifyDeps) {
  const { store, rollups, notes, checkpoints, classifications } = deps;
  let relabels: Promise<ReadonlyMap<string, readonly Relabel[]>> | undefined;
  const known = () => {
    relabels ??= notes.ofBrand(brand.id).then(relabelsByMention);
    return relabels;
  };
  let replaced = 0;

  /** The day's mentions that another version judged, with their texts. */
  const others = async (mentions: readonly IndexedMention[]) =>
    store.readMany(
      brand.id,
      mentions.filter(({ cv }) => cv !== target.cv).map(({ id }) => id),
    );

  return {
    replaced: () => replaced,

    async countInShadow(day: string): Promise<void> {
      const stored = await rollups.between(brand.id, day, day);
      const mentions = await store.ofDay(brand.id, day, now());
      if (mentions.length === 0 || isSealed(stored, now())) return keepExpired(stored);
      const judged = new Map(
        (await others(mentions)).map((mention) => [mention.id, target.classify(mention)]),
      );
      const seen = mentions.map((mention) => {
        const classification = judged.get(mention.id);
        return classification === undefined
          ? { ...mention, cv: target.cv }
          : judgedAnew(mention, classification);
      });
      for (const rollup of countDay(brand.id, day, 0, seen, await known()))
        await rollups.save({ ...rollup, countedAt: now().toISOString() });
    },

    async rewrite(day: string): Promise<void> {
      const mentions = await others(await store.ofDay(brand.id, day, now()));
      for (let i = 0; i < mentions.length; i += PARALLEL) {
        const written = await Promise.all(
          mentions
            .slice(i, i + PARALLEL)
            .map((mention) => classifications.replace(mention, target.classify(mention))),
        );
        replaced += written.filter(Boolean).length;
      }
      // Counted once more when the index has settled, for what arrived while the mentions were read.
      if (mentions.length > 0) await rollups.markDirty(brand.id, day, now());
    },

    async mask(): Promise<string[]> {
      const lastChecked = await checkpoints.get(`check#${brand.id}`);
      if (lastChecked === undefined) return [];
      const series = await firingAt(brand, lastChecked, target.cv, deps);
      await writeMask(brand.id, { cv: target.cv, series }, checkpoints);
      return series;
    },
  };

  /**
   * Counts outlive mentions: where the texts are gone, the old counts are all there is. Unless the functions judged most
   * of the day by the new version already, long before it was put in force.
   */
  async function keepExpired(stored: readonly Rollup[]): Promise<void> {
    const from = await checkpoints.get(`classifier#${brand.id}`);
    const before = stored.find(({ cv }) => cv === from);
    const own = stored.find(({ cv }) => cv === target.cv);
    if (before !== undefined && sizeOf(before) >= sizeOf(own))
      await rollups.save({ ...before, cv: target.cv });
  }
}

/** Mentions that a rollup counts, customers' and employees'. */
function sizeOf(rollup: Rollup | undefined): number {
  if (rollup === undefined) return 0;
  const counts = [...Object.values(rollup.sources), ...Object.values(rollup.employees)];
  return counts.reduce((sum, ofSource) => sum + mentionsIn(ofSource), 0);
}

function judgedAnew(mention: IndexedMention, classification: Classification): IndexedMention {
  const { cv, sentiment, lang, verdicts, dimensions, signals } = classification;
  return {
    ...mention,
    cv,
    lang,
    sentiment: sentiment.label,
    verdicts: verdicts.map(({ promise, promiseVersion, outcome, confidence }) => ({
      promise,
      promiseVersion,
      outcome,
      confidence,
    })),
    dimensions: [...new Set(dimensions.map(({ dimension }) => dimension))],
    signals: [...new Set(signals.map(({ signal }) => signal))],
  };
}
